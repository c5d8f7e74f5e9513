// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/worker.h"

#include "common/base/log.h"

namespace rtpengine::dataplane {

namespace {

// Batches in a row before the loop looks at anything else (control, timers).
constexpr unsigned max_batches = 16;

} // namespace

Result<std::unique_ptr<Worker>> Worker::create(uv::Loop& loop, Settings settings) {
    auto records = Records::open(settings.state_paths, settings.index);
    if (!records) return records.error();
    auto ports = io::BoundPorts::create(records->slots(), settings.max_reads);
    if (!ports) return ports.error();
    auto relay = io::Relay::open(settings.runtime_dir, settings.index);
    if (!relay) return relay.error();
    return std::unique_ptr<Worker>(
        new Worker(loop, settings, *std::move(records), *std::move(ports), *std::move(relay)));
}

Worker::Worker(uv::Loop& loop, const Settings& settings, Records records, io::BoundPorts ports,
               std::unique_ptr<io::Relay> relay)
    : records_(std::move(records)),
      ports_(std::move(ports)),
      relay_(std::move(relay)),
      egress_(ports_, relay_.get(), settings.index, records_.header().out),
      streams_(records_, ports_, egress_),
      forwarder_(streams_, egress_, records_.header().in),
      piercer_(loop, streams_, egress_),
      gatherer_(loop, ports_.descriptor(), [this] { return work(); }),
      on_relay_(loop, relay_->descriptor(), [this] {
          relay_->receive([this](const auto& header, auto payload) { relayed(header, payload); });
      }) {
    records_.header().start.set(settings.start);
    for (const auto& address : settings.addresses)
        egress_.raw(address); // probe; others follow when they are used
    log::info("{}: {}", settings.name, detail());
    if (!egress_.any_raw()) log::warning("{}: no raw egress: {}", settings.name, egress_.why_not_raw());
}

std::string Worker::detail() const {
    return egress_.any_raw() ? "bound sockets, raw egress" : "bound sockets, ordinary egress";
}

Gatherer::Done Worker::work() {
    Gatherer::Done done{0, true};
    for (unsigned i = 0; done.unfinished && i < max_batches; ++i) {
        batch_.clear();
        done.unfinished = ports_.receive(batch_);
        if (batch_.packets().empty()) continue;
        forwarder_.forward(batch_);
        done.packets += batch_.packets().size();
    }
    return done;
}

void Worker::relayed(const io::Relay::Header& header, std::span<const std::uint8_t> payload) {
    if (header.slot >= streams_.slots() || !streams_[header.slot].record) return;
    const auto to = destination(*streams_[header.slot].record, header.stream);
    if (to) ports_.send(header.slot, *to, static_cast<std::uint8_t>(header.tos), payload);
}

void Worker::set_all(const std::vector<StreamSpec>& specs, std::vector<StreamOutcome>& outcomes) {
    const auto now = Now::read();
    for (const auto& spec : specs) {
        outcomes.push_back(streams_.set(spec, now.monotonic_us));
        const auto& outcome = outcomes.back();
        if (outcome.outcome == Outcome::ok) piercer_.consider(spec.slot);
        if (outcome.outcome == Outcome::failed) log::err("{}: {}", spec.scope, outcome.error);
    }
}

std::vector<StreamOutcome> Worker::update(const std::vector<StreamKey>& close,
                                          const std::vector<StreamSpec>& set) {
    std::vector<StreamOutcome> outcomes;
    outcomes.reserve(close.size() + set.size());
    for (const auto& key : close)
        outcomes.push_back(streams_.close(key));
    set_all(set, outcomes);
    return outcomes;
}

std::vector<StreamOutcome> Worker::sync(const std::vector<StreamSpec>& set) {
    std::vector<StreamOutcome> outcomes;
    outcomes.reserve(set.size());
    streams_.keep_only(set);
    set_all(set, outcomes);
    return outcomes;
}

} // namespace rtpengine::dataplane
