// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/streams.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "dataplane/flow/learn.h"
#include "dataplane/worker/sinks.h"

namespace rtpengine::dataplane {

namespace {

constexpr std::uint32_t slots_a_piece = 1024, closed_a_piece = 8;

StreamOutcome failed(std::uint64_t stream, std::string error, Outcome outcome = Outcome::failed) {
    return {stream, outcome, std::move(error), {}};
}

const char* invalid(const StreamSpec& spec, std::uint32_t slots) {
    if (!spec.id) return "a stream needs an id";
    if (spec.slot >= slots) return "no such slot";
    if (!spec.local.known()) return "a stream needs a local address and port";
    return nullptr;
}

std::size_t protected_directions(const StreamSpec& spec) {
    const auto sends = std::count_if(spec.sinks.begin(), spec.sinks.end(),
                                     [](const SinkSpec& sink) { return !sink.send.empty(); });
    return static_cast<std::size_t>(sends) + !spec.receive.empty();
}

bool edits(const StreamSpec& spec) {
    return !spec.bundle.members.empty() ||
           std::any_of(spec.sinks.begin(), spec.sinks.end(), [](const SinkSpec& sink) { return sink.edit.any(); });
}

// Of a stream whose sinks stay.
bool has_same_keys(const Stream& stream, const std::shared_ptr<Protection>& receive, const std::vector<std::shared_ptr<Protection>>& send) {
    const auto sends = [&](const std::shared_ptr<Protection>& keys) {
        return std::ranges::any_of(stream.exits, [&](const Exit& exit) { return exit.send == keys; });
    };
    const auto secured = std::ranges::count_if(stream.exits, [](const Exit& exit) { return exit.send != nullptr; });
    return stream.receive == receive && secured == std::ranges::count_if(send, [](const auto& keys) { return keys != nullptr; }) &&
           std::ranges::all_of(send, [&](const auto& keys) { return !keys || sends(keys); });
}

} // namespace

Streams::Streams(Records& records, io::PortSet& ports, io::Egress& egress)
    : records_(records),
      ports_(ports),
      egress_(egress),
      off_limits_(egress.host()),
      streams_(records.slots()),
      locals_(records.slots()),
      places_(records.slots()),
      claimed_(records.slots()) {
    records_.header().open.set(0);
    learned_.reserve(io::Batch::capacity);
    recalled_.reserve(io::Batch::capacity);
}

StreamOutcome Streams::set(const StreamSpec& spec, std::uint64_t now_us) {
    if (const auto* reason = invalid(spec, slots())) return failed(spec.id, reason);
    records_.header().working.set(spec.id);
    make_way(spec);
    if (auto ready = prepare(spec); !ready) return failed(spec.id, ready.error().message);
    auto protections = this->protections(spec);
    if (!protections) return failed(spec.id, protections.error().message);
    auto& stream = streams_[spec.slot];
    if (listener_ && stream.record &&
        (locals_[spec.slot] != spec.local || !same_sinks(*stream.record, spec.sinks) || stream.edits() != edits(spec) ||
         spec.dtls.has_value() != (stream.handshake != nullptr) || !has_same_keys(stream, protections->receive, protections->send)))
        listener_->before_change(spec.slot);
    if (locals_[spec.slot] != spec.local) {
        if (auto opened = open_port(spec); !opened) {
            release(spec.slot);
            const bool taken = opened.error().code == EADDRINUSE;
            return failed(spec.id, opened.error().message, taken ? Outcome::port_in_use : Outcome::failed);
        }
    }
    if (!stream.record) adopt_record(spec, now_us);
    StreamOutcome outcome{spec.id, Outcome::ok, {}, {}};
    apply_rule(spec, now_us);
    set_receive(stream, std::move(protections->receive));
    set_exits(spec, protections->send, outcome.removed);
    stream.record->id.set(spec.id);
    return outcome;
}

// During a sync what is there of another stream is of the past; else control should have closed it.
void Streams::make_way(const StreamSpec& spec) {
    const bool claimed = std::exchange(claimed_[spec.slot], syncs_) == syncs_;
    const auto* record = records_.record(spec.slot);
    const auto id = record ? record->id.get() : 0;
    if (!id || id == spec.id) return;
    if (claimed) log::warning("{}: its record still belonged to another stream, which is closed", spec.scope);
    release(spec.slot);
}

// A stream that stays as it is needs no memory.
Status Streams::prepare(const StreamSpec& spec) {
    auto* record = records_.record(spec.slot);
    const bool known = record && record->id.get() == spec.id;
    const auto sinks = known ? missing_sinks(*record, spec.sinks) : spec.sinks.size();
    if ((!known || sinks) && !memory::enough()) return Error{"out of memory", ENOMEM};
    return records_.prepare(known ? 0 : 1, sinks, protected_directions(spec));
}

Result<Streams::Protections> Streams::protections(const StreamSpec& spec) {
    const auto& stream = streams_[spec.slot];
    Protections made;
    auto receive =
        stream.receive && stream.receive->is(spec.receive) ? stream.receive : make_protection(spec.receive);
    if (!receive) return receive.error();
    made.receive = *std::move(receive);
    for (const auto& sink : spec.sinks) {
        auto send = protection_of(stream.exits, sink);
        if (!send) return send.error();
        made.send.push_back(*std::move(send));
    }
    return made;
}

// None for no keys.
Result<std::shared_ptr<Protection>> Streams::make_protection(const Protection::Keys& keys) {
    auto set = key_sets_.of(keys);
    if (!set) return set.error();
    return *set ? std::make_shared<Protection>(*std::move(set)) : nullptr;
}

// That of the exit which is there already, if it has these keys.
Result<std::shared_ptr<Protection>> Streams::protection_of(const std::vector<Exit>& exits, const SinkSpec& sink) {
    for (const auto& exit : exits)
        if (exit.send && exit.route.stream == sink.stream && exit.takes == sink.takes &&
            exit.send->is(sink.send))
            return exit.send;
    return make_protection(sink.send);
}

Status Streams::open_port(const StreamSpec& spec) {
    ports_.close(spec.slot);
    locals_[spec.slot] = {};
    auto opened = ports_.open(spec.slot, spec.local);
    if (opened) locals_[spec.slot] = spec.local;
    return opened;
}

// A record that has the id already was written by this worker's predecessor: the stream goes on from there.
void Streams::adopt_record(const StreamSpec& spec, std::uint64_t now_us) {
    auto& stream = streams_[spec.slot];
    stream.record = records_.record(spec.slot);
    if (!stream.record || stream.record->id.get() != spec.id)
        stream.record = &records_.make(spec.slot, spec.id);
    else if (listener_ && !same_sinks(*stream.record, spec.sinks))
        listener_->before_change(spec.slot);
    stream.learned = load_learned(*stream.record, now_us);
    stream.rtp = {};
    add_open(spec.slot);
}

void Streams::count_dark(bool more) {
    dark_ += more ? 1 : -1;
    records_.header().open.set(open_.size() - dark_);
}

void Streams::add_open(std::uint32_t slot) {
    places_[slot] = static_cast<std::uint32_t>(open_.size());
    open_.push_back(slot);
    records_.header().open.set(open_.size() - dark_);
}

void Streams::remove_open(std::uint32_t slot) {
    const auto last = open_.back();
    open_[places_[slot]] = last;
    places_[last] = places_[slot];
    open_.pop_back();
    if (streams_[slot].rule.dark) --dark_;
    records_.header().open.set(open_.size() - dark_);
}

void Streams::apply_rule(const StreamSpec& spec, std::uint64_t now_us) {
    auto& stream = streams_[spec.slot];
    auto& record = *stream.record;
    // A new stream takes all, whatever the numbers are: it has no id yet, or was dark up to now.
    const bool fresh = !record.id.get() || !record.signalled_epoch.get();
    if (stream.rule.dark != spec.rule.dark) count_dark(spec.rule.dark);
    stream.rule = spec.rule;
    if (!spec.rule.ice) stream.learned.checked = false;
    stream.edition = spec.edition;
    set_bundle(stream, spec.bundle);
    if (fresh || record.signalled_epoch.get() != spec.signalled_epoch)
        flow::take_signalled(spec.rule, stream.learned, now_us);
    if (fresh && spec.initial_remote.known()) stream.learned.remote = spec.initial_remote;
    if (fresh || record.learn_epoch.get() != spec.learn_epoch) flow::restart_learning(stream.learned, now_us);
    if (off_limits_.contains(stream.learned.remote, spec.local.address)) stream.learned.remote = {};
    record.signalled_epoch.set(spec.signalled_epoch);
    record.learn_epoch.set(spec.learn_epoch);
    store_learned(record, stream.rule, stream.learned);
    state::set_edition(record, spec.edition);
    if (!spec.loop_check)
        stream.loop_guard.reset();
    else if (!stream.loop_guard)
        stream.loop_guard = std::make_unique<flow::LoopGuard>();
    stream.echo = {spec.local,  spec.tos, records_.own(),
                   spec.slot,   spec.id,  egress_.sender(spec.local.address),
                   &record.echo};
}

// One that stays knows its SSRCs.
void Streams::set_bundle(Stream& stream, const flow::BundleRule& rule) {
    if (rule.members.empty()) return stream.bundle.reset();
    if (!stream.bundle || stream.bundle->rule() != rule) stream.bundle = std::make_unique<flow::Bundle>(rule);
}

void Streams::set_receive(Stream& stream, std::shared_ptr<Protection> receive) {
    auto& record = *stream.record;
    stream.receive = std::move(receive);
    if (stream.receive)
        return stream.receive->receive(records_.writer(), record.owner.get(), &record, record.protection);
    records_.writer().give_back_list(&record, record.protection);
}

void Streams::set_exits(const StreamSpec& spec, const std::vector<std::shared_ptr<Protection>>& send,
                        std::vector<SinkTotals>& removed) {
    auto& stream = streams_[spec.slot];
    auto& record = *stream.record;
    stream.exits.clear();
    const auto sinks = set_sinks(records_.writer(), record, spec.sinks, removed);
    for (std::size_t i = 0; i < sinks.size(); ++i) {
        const auto& sink = spec.sinks[i];
        if (send[i])
            send[i]->send(records_.writer(), records_.sent_elsewhere(), sinks[i], sinks[i]->protection);
        else
            records_.writer().leave_sent(sinks[i], sinks[i]->protection);
        const auto* map = records_.exit(sink.worker, sink.slot);
        if (!map) {
            log::warning("{}: the stream of a sink can't be found", spec.scope);
            continue;
        }
        const io::Route route{sink.local,    sink.tos,    sink.worker,
                              sink.slot,     sink.stream, egress_.sender(sink.local.address),
                              &sinks[i]->out};
        stream.exits.push_back({route, sink.takes, map, records_.announced(sink.worker), nullptr, send[i], sink.silent,
                                send[i] && send[i]->is(spec.receive),
                                sink.edit.any() ? std::make_unique<const rtp::Edit>(sink.edit) : nullptr, sink.members});
    }
}

StreamOutcome Streams::close(const StreamKey& key) {
    records_.header().working.set(key.id);
    if (key.slot >= slots()) return failed(key.id, "no such slot");
    StreamOutcome outcome{key.id, Outcome::ok, {}, {}};
    auto* record = records_.record(key.slot);
    if (!record || record->id.get() != key.id) return outcome; // closed before
    if (listener_) listener_->before_close(key.slot);
    streams_[key.slot].exits.clear();
    set_sinks(records_.writer(), *record, {}, outcome.removed);
    release(key.slot);
    return outcome;
}

// The record is given up first, so that nobody sends to a port that is closing.
void Streams::release(std::uint32_t slot) {
    if (listener_) listener_->before_close(slot);
    records_.close(slot);
    ports_.close(slot);
    locals_[slot] = {};
    if (streams_[slot].record) remove_open(slot);
    streams_[slot] = {};
}

std::uint32_t Streams::close_unclaimed(std::uint32_t from) {
    const auto end = std::min(from + slots_a_piece, slots());
    for (auto most = closed_a_piece; from < end && most; ++from) {
        const auto* record = claimed_[from] == syncs_ ? nullptr : records_.record(from);
        if (!record || !record->id.get()) continue;
        release(from);
        --most;
    }
    return from < slots() ? from : 0;
}

} // namespace rtpengine::dataplane
