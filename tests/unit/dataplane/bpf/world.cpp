// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <bpf/bpf.h>
#include <doctest/doctest.h>
#include <fcntl.h>

namespace rtpengine::test {

namespace {

supervisor::bpf::Program load(std::uint32_t streams) {
    auto program = supervisor::bpf::Program::load(streams, 2);
    INFO((program ? std::string{} : program.error().message));
    REQUIRE(program);
    return *std::move(program);
}

} // namespace

std::string enter() {
    if (const auto why = enter_network(); !why.empty()) return why;
    const auto program = supervisor::bpf::Program::load(1, 1);
    return program ? std::string{} : program.error().message;
}

World::World(std::uint32_t streams) : program(load(streams)), bpf(maps(), message) {}

offload::BpfMaps World::maps() const {
    const auto fds = program.descriptors();
    const auto copy = [](int fd) { return Fd(fcntl(fd, F_DUPFD_CLOEXEC, 0)); };
    return offload::BpfMaps(
        {copy(fds.ports_fd()), copy(fds.streams_fd()), copy(fds.copies_fd()), copy(fds.seal_fd())});
}

Outcome World::run(const Bytes& frame) const {
    Outcome outcome{0, Bytes(2048)};
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = frame.data();
    run.data_size_in = static_cast<__u32>(frame.size());
    run.data_out = outcome.frame.data();
    run.data_size_out = static_cast<__u32>(outcome.frame.size());
    REQUIRE(bpf_prog_test_run_opts(program.for_ethernet(), &run) == 0);
    outcome.verdict = static_cast<int>(run.retval);
    outcome.frame.resize(run.data_size_out);
    return outcome;
}

std::uint32_t World::ns_of(const Bytes& frame, int times) const {
    bpf_test_run_opts run{};
    run.sz = sizeof run;
    run.data_in = frame.data();
    run.data_size_in = static_cast<__u32>(frame.size());
    run.repeat = times;
    REQUIRE(bpf_prog_test_run_opts(program.for_ethernet(), &run) == 0);
    return run.duration;
}

offload::Rule World::rule(const Endpoint& local, const Endpoint& from, const Endpoint& to) const {
    offload::Rule rule;
    rule.key = {7, local};
    rule.component = flow::Component::rtp;
    rule.destinations.push_back({70, from, to, true, false, false, 0xb8});
    return rule;
}

offload::Rule World::rule(flow::Component component) const {
    auto made = rule(port, exit, callee);
    made.component = component;
    auto& to = made.destinations.front();
    to.rtp = component == flow::Component::rtp || component == flow::Component::muxed;
    to.rtcp = component == flow::Component::rtcp || component == flow::Component::muxed;
    to.other = component == flow::Component::any;
    return made;
}

Status list_all(offload::Bpf& bpf, const offload::Visit& visit) {
    for (;;) {
        const auto last = bpf.list_some(visit);
        if (!last) return last.error();
        if (*last) return {};
    }
}

} // namespace rtpengine::test
