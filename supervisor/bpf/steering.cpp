// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/steering.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include <bpf/bpf.h>
#include <fcntl.h>

#include "bpf/steer.h"
#include "bpf/steer.skel.h"
#include "supervisor/bpf/advice.h"
#include "supervisor/bpf/cgroup.h"
#include "supervisor/bpf/socket.h"

namespace rtpengine::supervisor::bpf {

namespace {

constexpr std::uint32_t cells = STEER_PORTS / STEER_PORTS_PER_CELL; // of an address

Error unsteered(std::string_view what, int code) {
    return explain(what, code < 0 ? -code : code, missing_capabilities(), "5.9");
}

steer_address key_of(const Address& address) {
    steer_address key{};
    std::memcpy(key.bytes, address.bytes.data(), address.size());
    key.family = address.family == Family::ipv4 ? 4 : 6;
    return key;
}

} // namespace

Result<Steering> Steering::open(const std::vector<Address>& addresses) {
    Steering steering;
    for (const auto& address : addresses)
        steering.addresses_.try_emplace(address, static_cast<std::uint32_t>(steering.addresses_.size()));
    if (steering.addresses_.size() > STEER_MAX_ADDRESSES)
        return Error{"cannot steer: more than " + std::to_string(STEER_MAX_ADDRESSES) + " media addresses", E2BIG};
    if (auto loaded = steering.load(); !loaded) return loaded.error();
    return steering;
}

Steering Steering::resume(std::vector<Fd> held) {
    Steering steering;
    steering.held_ = std::move(held);
    return steering;
}

Result<int> Steering::hold(Fd fd, std::string_view what) {
    if (!fd) return unsteered(what, errno);
    held_.push_back(std::move(fd));
    return held_.back().get();
}

// What the kernel has of it lives as long as the link; libbpf's own view of it isn't needed any more.
Status Steering::load() {
    silence_libbpf();
    const std::unique_ptr<steer_bpf, void (*)(steer_bpf*)> program(steer_bpf::open(), steer_bpf::destroy);
    if (!program) return unsteered("open the steering program", errno);
    if (const int code = bpf_map__set_max_entries(program->maps.steer_ports, first_pass() + STEER_PASSES))
        return unsteered("size the map of media ports", code);
    for (auto* guard : {program->progs.guard4, program->progs.guard6}) bpf_program__set_autoload(guard, false);
    (void)bpf_map__set_autocreate(program->maps.steer_ranges, false);
    if (const int code = steer_bpf::load(program.get())) return unsteered("load the steering program", code);
    if (auto named = name_addresses(*program); !named) return named;
    const auto ports = hold(duplicate(bpf_map__fd(program->maps.steer_ports)), "keep the map of media ports");
    if (!ports) return ports.error();
    const auto receivers = hold(duplicate(bpf_map__fd(program->maps.steer_sockets)), "keep the map of media sockets");
    if (!receivers) return receivers.error();
    ports_ = *ports;
    receivers_ = *receivers;
    return attach(*program);
}

std::uint32_t Steering::first_pass() const { return static_cast<std::uint32_t>(addresses_.size()) * cells; }

Status Steering::name_addresses(steer_bpf& program) const {
    for (const auto& [address, index] : addresses_) {
        const auto key = key_of(address);
        if (const int code = bpf_map__update_elem(program.maps.steer_addresses, &key, sizeof key, &index,
                                                  sizeof index, BPF_ANY))
            return unsteered("name a media address to the steering program", code);
    }
    return {};
}

Status Steering::attach(steer_bpf& program) {
    const Fd here(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!here) return unsteered("open the network namespace", errno);
    const int steer = bpf_program__fd(program.progs.steer);
    const auto link = hold(Fd(bpf_link_create(steer, here.get(), BPF_SK_LOOKUP, nullptr)), "attach the steering program");
    if (!link) return link.error();
    return {};
}

// A program of its own, so that an older kernel steers without.
Status Steering::guard(const std::vector<media::Range>& ranges) {
    if (ranges.size() > STEER_MAX_RANGES) return Error{"more than " + std::to_string(STEER_MAX_RANGES) + " ranges of ports", E2BIG};
    const auto cookie = namespace_cookie();
    if (!cookie) return cookie.error();
    const auto cgroup = root_cgroup();
    if (!cgroup) return cgroup.error();
    const std::unique_ptr<steer_bpf, void (*)(steer_bpf*)> program(steer_bpf::open(), steer_bpf::destroy);
    if (!program) return unsteered("open the guarding program", errno);
    program->rodata->guard_namespace = *cookie;
    program->rodata->guard_ranges = static_cast<std::uint32_t>(ranges.size());
    program->rodata->guard_passes = first_pass();
    bpf_program__set_autoload(program->progs.steer, false);
    if (const int code = bpf_map__reuse_fd(program->maps.steer_ports, ports_)) return unsteered("share the map of media ports", code);
    if (const int code = steer_bpf::load(program.get())) return unsteered("load the guarding program", code);
    for (std::uint32_t i = 0; i < ranges.size(); ++i) {
        const steer_range range{key_of(ranges[i].address), ranges[i].min, ranges[i].max};
        if (const int code = bpf_map__update_elem(program->maps.steer_ranges, &i, sizeof i, &range, sizeof range, BPF_ANY))
            return unsteered("name a range to the guarding program", code);
    }
    return attach_guard(*program, cgroup->get());
}

// Both or none.
Status Steering::attach_guard(const steer_bpf& program, int cgroup) {
    Fd four(bpf_link_create(bpf_program__fd(program.progs.guard4), cgroup, BPF_CGROUP_INET4_BIND, nullptr));
    if (!four) return unsteered("attach the guarding program", errno);
    Fd six(bpf_link_create(bpf_program__fd(program.progs.guard6), cgroup, BPF_CGROUP_INET6_BIND, nullptr));
    if (!six) return unsteered("attach the guarding program", errno);
    held_.push_back(std::move(four));
    held_.push_back(std::move(six));
    return {};
}

Result<int> Steering::add_socket(std::uint32_t worker, Family family) {
    auto socket = open_steered(family);
    if (!socket) return socket.error();
    const std::uint32_t place = worker * STEER_FAMILIES + (family == Family::ipv6);
    const auto fd = static_cast<std::uint64_t>(socket->get());
    if (const int code = bpf_map_update_elem(receivers_, &place, &fd, BPF_ANY))
        return unsteered("give a socket to the steering program", code);
    return hold(*std::move(socket), "keep a media socket");
}

Result<link::Steering> Steering::add_worker(std::uint32_t worker, const std::vector<Address>& locals) {
    if (worker >= STEER_MAX_WORKERS)
        return Error{"cannot steer: more than " + std::to_string(STEER_MAX_WORKERS) + " workers", E2BIG};
    link::Steering steering;
    steering.set_ports_fd(ports_);
    steering.set_addresses(static_cast<std::uint32_t>(addresses_.size()));
    steering.set_owner(worker + 1);
    steering.set_layout(STEER_LAYOUT);
    for (const auto& address : locals) {
        auto& local = *steering.add_locals();
        local.set_address(std::string(address.raw()));
        local.set_index(addresses_.at(address));
    }
    for (const auto family : {Family::ipv4, Family::ipv6}) {
        const auto has = [family](const Address& address) { return address.family == family; };
        if (std::none_of(locals.begin(), locals.end(), has)) continue;
        const auto socket = add_socket(worker, family);
        if (!socket) return socket.error();
        steering.add_socket_fds(*socket);
    }
    return steering;
}

} // namespace rtpengine::supervisor::bpf
