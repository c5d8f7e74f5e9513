// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/worker.h"

#include <utility>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "dataplane/io/bound_ports.h"
#include "dataplane/offload/bpf.h"
#include "dataplane/offload/kmod.h"

namespace rtpengine::dataplane {

namespace {

// Batches in a row before the loop looks at anything else (control, timers).
constexpr unsigned max_batches = 4;
// Of the relay at the end: senders go on.
constexpr unsigned max_last_turns = 64;

// nullptr: no kernel forwards for us. The journal's message area keeps what BPF answers for a successor.
std::unique_ptr<offload::Offload> open_offload(const Settings& settings, Records& records) {
    if (settings.bpf) {
        const auto& [ports, streams, copies, seal] = *settings.bpf;
        return std::make_unique<offload::Bpf>(offload::BpfMaps({Fd(ports), Fd(streams), Fd(copies), Fd(seal)}),
                                              std::span(records.journal().message));
    }
    if (settings.table_control < 0 || settings.table_list < 0) return nullptr;
    return std::make_unique<offload::Kmod>(settings.table, Fd(settings.table_control), Fd(settings.table_list));
}

template <class Ports> Result<std::unique_ptr<io::PortSet>> boxed(Result<Ports> ports) {
    if (!ports) return ports.error();
    return std::unique_ptr<io::PortSet>(std::make_unique<Ports>(*std::move(ports)));
}

Result<std::unique_ptr<io::PortSet>> open_ports(const Settings& settings, std::uint32_t slots, io::Transit& transit) {
    if (settings.steering) return boxed(io::SteeredPorts::create(slots, *settings.steering, transit));
    return boxed(io::BoundPorts::create(slots, settings.max_reads));
}

} // namespace

Result<std::unique_ptr<Worker>> Worker::create(uv::Loop& loop, Settings settings) {
    auto records = Records::open(settings.states, settings.index);
    if (!records) return records.error();
    auto transit = io::Transit::open(Fd(settings.transit));
    if (!transit) {
        log::warning("{}: {}; should it die, packets in its hands are lost", settings.name, transit.error().message);
        transit = io::Transit::open({});
    }
    if (!transit) return transit.error();
    auto ports = open_ports(settings, records->slots(), **transit);
    if (!ports) return ports.error();
    auto relay = io::Relay::open({.runtime_dir = settings.runtime_dir,
                                  .index = settings.index,
                                  .workers = static_cast<std::uint32_t>(settings.states.others.size())});
    if (!relay) return relay.error();
    return std::unique_ptr<Worker>(
        new Worker(loop, settings, *std::move(records), *std::move(transit), *std::move(ports), *std::move(relay)));
}

Worker::Worker(uv::Loop& loop, const Settings& settings, Records records, std::unique_ptr<io::Transit> transit,
               std::unique_ptr<io::PortSet> ports, std::unique_ptr<io::Relay> relay)
    : records_(std::move(records)),
      transit_(std::move(transit)),
      ports_(std::move(ports)),
      relay_(std::move(relay)),
      egress_(*ports_, relay_.get(), *transit_, settings.index, records_.header().out, records_.header().turns),
      clock_(loop, [this] { wheel_.turn(); }),
      wheel_(clock_),
      waiting_(wheel_, [this] { retry(); }),
      streams_(records_, *ports_, egress_),
      offloader_(records_, streams_, open_offload(settings, records_), settings.addresses),
      forwarder_(streams_, egress_, records_, waiting_),
      piercer_(wheel_, streams_, egress_),
      ice_(wheel_, streams_, egress_, [this](std::uint32_t slot, const IceNews& news) { tell_ice(slot, news); }),
      handshakes_(wheel_, streams_, egress_, [this](Event event) { say_(event); }),
      intake_(loop, ports_->descriptors(), [this] { return work(); }),
      on_relay_(loop, relay_->descriptor(), [this] { take_relayed(); }),
      on_tick_(loop, [this] { tick(); }),
      chores_(loop) {
    on_relay_.pause(); // what others hand us meets our streams
    records_.header().start.set(settings.start);
    egress_.take_over();
    for (const auto& address : settings.addresses)
        egress_.sender(address); // probe; others follow when they are used
    log::info("{}: {}", settings.name, detail());
    if (!egress_.any_raw())
        log::warning("{}: {}; each packet is sent by a socket of its port, at about twice the cost: grant CAP_NET_RAW",
                     settings.name, egress_.why_not_raw());
    constexpr auto tick_ms = Offloader::tick_us / 1000;
    on_tick_.start_ms(tick_ms, tick_ms);
}

// What others have handed us leaves, and is not told again to a successor.
Worker::~Worker() {
    for (unsigned turns = 0; started_ && turns < max_last_turns && take_relayed(); ++turns) {}
}

std::string Worker::detail() const {
    const auto sockets = ports_->name() + (egress_.any_raw() ? ", raw egress" : ", ordinary egress");
    return offloader_.active() ? sockets + ", " + offloader_.name() : sockets;
}

bool Worker::work() {
    bool more = true;
    for (unsigned i = 0; more && i < max_batches; ++i) {
        batch_.clear();
        more = ports_->receive(batch_);
        forward();
    }
    return more;
}

void Worker::forward() {
    if (batch_.packets().empty()) return;
    forwarder_.forward(batch_);
    if (!streams_.learned().empty()) tell_learned();
    if (!streams_.recalled().empty()) tell_recalled();
}

// After the first sync, before which most streams aren't here yet. What a predecessor left meets its streams: first what it
// had in its hands, then what waits.
void Worker::start() {
    if (std::exchange(started_, true)) return;
    offloader_.await_returns();
    ports_->take_over(batch_);
    forward();
    intake_.start();
    on_relay_.resume();
}

void Worker::retry() {
    offloader_.collect();
    forwarder_.retry();
    if (!streams_.recalled().empty()) tell_recalled();
    if (!streams_.learned().empty()) tell_learned();
}

void Worker::tell_recalled() {
    offloader_.recall(streams_.recalled(), us_of(BootClock::now()));
    streams_.recalled().clear();
}

void Worker::tell_learned() {
    offloader_.learned(streams_.learned(), us_of(BootClock::now()));
    streams_.learned().clear();
}

void Worker::set_ice(const StreamSpec& spec) {
    if (spec.ice) return ice_.join(spec);
    streams_[spec.slot].ice.reset();
}

// Where the stream leads to has changed.
void Worker::tell_ice(std::uint32_t slot, const IceNews& news) {
    offloader_.learned({&slot, 1}, us_of(BootClock::now()));
    say_({{}, news});
}

void Worker::tick() {
    tick_offloader();
    records_.turn();
    if (++ticks_ % Offloader::ticks_per_turn != 0) return;
    tell_overruns();
    tell_late();
    if (!synchronizing_) try_overdue();
    relay_trouble_.look(relay_->renew());
    egress_.refresh();
}

// In pieces: with very many streams a tick takes longer than packets shall wait. Then the next one is left out.
void Worker::tick_offloader() {
    if (offloading_ || synchronizing_ || !offloader_.active()) return;
    offloading_ = true;
    offloader_.begin_tick();
    chores_.add([this] {
        offloading_ = !synchronizing_ && !offloader_.go_on(us_of(BootClock::now()));
        return !offloading_;
    });
}

void Worker::tell_overruns() {
    const auto overruns = ports_->overruns();
    const auto before = std::exchange(overruns_, overruns);
    if (overruns <= before) return;
    records_.header().overruns.add(overruns - before);
    log::warning("{} datagrams were lost: the receive buffer was full, this worker is overloaded", overruns - before);
}

// What was refused is in the figures already.
void Worker::tell_late() {
    const auto lost = relay_->lost(), refused = relay_->refused();
    const auto lost_now = lost - std::exchange(relay_lost_, lost);
    const auto missing = lost_now + refused - std::exchange(relay_refused_, refused);
    if (!missing) return;
    records_.header().out.errors.add(lost_now);
    log::warning("{} datagrams for ports of other workers were lost: those are overloaded or were replaced; grant CAP_NET_RAW, "
                 "so that none has to go that way",
                 missing);
}

bool Worker::take_relayed() {
    return relay_->turn([this](const auto& header, auto payload) { relayed(header, payload); });
}

void Worker::relayed(const io::Relay::Header& header, std::span<const std::uint8_t> payload) {
    if (header.slot >= streams_.slots() || !streams_[header.slot].record) return;
    const auto to = destination(*streams_[header.slot].record, header.stream);
    const io::Marking marking{static_cast<std::uint8_t>(header.tos), static_cast<std::uint8_t>(header.ttl)};
    if (to && ports_->send(header.slot, *to, marking, payload) != 0)
        records_.header().out.errors.add(1);
}

void Worker::set_all(const std::vector<StreamSpec>& specs, std::vector<StreamOutcome>& outcomes) {
    const auto now_us = us_of(BootClock::now());
    for (const auto& spec : specs) {
        overdue_.forget(spec.slot);
        outcomes.push_back(streams_.set(spec, now_us));
        const auto& outcome = outcomes.back();
        if (outcome.outcome == Outcome::ok) set_ice(spec);
        if (outcome.outcome == Outcome::ok) handshakes_.set(spec);
        if (outcome.outcome == Outcome::ok) piercer_.consider(spec.slot);
        if (outcome.outcome == Outcome::failed) log::err("{}: {}", spec.scope.empty() ? spec.local.str() : spec.scope, outcome.error);
    }
    for (std::size_t i = 0; i < specs.size(); ++i) { // when all of a call's streams are what they shall be
        if (specs[i].rule.dark || outcomes[outcomes.size() - specs.size() + i].outcome != Outcome::ok) continue;
        offloader_.changed(specs[i].slot, now_us);
    }
    if (forwarder_.waits()) retry();
    records_.header().working.set(0);
}

std::vector<StreamOutcome> Worker::update(const std::vector<StreamKey>& close,
                                          const std::vector<StreamSpec>& set) {
    std::vector<StreamOutcome> outcomes;
    outcomes.reserve(close.size() + set.size());
    for (const auto& key : close) {
        overdue_.forget(key.slot);
        outcomes.push_back(streams_.close(key));
    }
    set_all(set, outcomes);
    return outcomes;
}

std::vector<StreamOutcome> Worker::sync(const std::vector<StreamSpec>& set, Part part) {
    if (part.first) {
        ++syncs_;
        overdue_.clear();
        offloader_.take_over();
        streams_.begin_sync();
    }
    std::vector<StreamOutcome> outcomes;
    outcomes.reserve(set.size());
    set_all(set, outcomes);
    for (std::size_t i = 0; i < set.size(); ++i)
        if (outcomes[i].outcome != Outcome::ok) overdue_.add(set[i]);
    synchronizing_ = !part.last;
    if (synchronizing_) return outcomes;
    close_unclaimed();
    start();
    chores_.add([this, sync = syncs_, slot = 0u]() mutable { // control may be new, and have missed it
        if (sync == syncs_) slot = ice_.tell_some(slot);
        return sync != syncs_ || !slot;
    });
    handshakes_.tell_all(); // likewise
    return outcomes;
}

// The log has told of them when they failed first.
void Worker::try_overdue() {
    const auto now_us = us_of(BootClock::now());
    for (const auto& spec : overdue_.take_some()) {
        auto outcome = streams_.set(spec, now_us);
        if (outcome.outcome != Outcome::ok) {
            overdue_.add(spec);
            continue;
        }
        set_ice(spec);
        handshakes_.set(spec);
        piercer_.consider(spec.slot);
        offloader_.changed(spec.slot, now_us);
        say_({spec.scope, std::move(outcome)});
    }
    records_.header().working.set(0);
}

// May be all there are. While another sync is under way nobody knows what is unclaimed: that one begins anew at its end.
void Worker::close_unclaimed() {
    chores_.add([this, sync = syncs_, slot = 0u]() mutable {
        if (sync == syncs_) slot = streams_.close_unclaimed(slot);
        return sync != syncs_ || !slot;
    });
    chores_.add([this, sync = syncs_, port = 0u]() mutable {
        if (sync == syncs_) port = ports_->close_unclaimed(port);
        return sync != syncs_ || !port;
    });
}

void Worker::refresh(const std::vector<StreamKey>& streams) {
    for (const auto& key : streams)
        offloader_.refresh(key);
}

} // namespace rtpengine::dataplane
