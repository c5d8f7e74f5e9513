// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/program.h"

#include <cerrno>
#include <memory>

#include <bpf/bpf.h>

#include "bpf/forward.h"
#include "bpf/forward.skel.h"
#include "supervisor/bpf/advice.h"

namespace rtpengine::supervisor::bpf {

namespace {

Error failed(std::string_view what, int code) {
    return explain(what, code < 0 ? -code : code, missing_capabilities(), "5.11");
}

} // namespace

// A worker that replaces a rule has both for a moment, and what is removed rests for a while.
Result<Program> Program::load(std::uint32_t streams, std::uint32_t workers) {
    silence_libbpf();
    const std::unique_ptr<forward_bpf, void (*)(forward_bpf*)> object(forward_bpf::open(), forward_bpf::destroy);
    if (!object) return failed("open the forwarding program", errno);
    const auto& maps = object->maps;
    for (auto* map : {maps.forward_ports, maps.forward_streams, maps.forward_copies})
        if (const int code = bpf_map__set_max_entries(map, 2 * streams + workers))
            return failed("size the forwarding program's maps", code);
    if (const int code = forward_bpf::load(object.get())) return failed("load the forwarding program", code);
    Program program;
    program.layout_ = FORWARD_LAYOUT;
    program.ethernet_ = duplicate(bpf_program__fd(object->progs.forward_ethernet));
    program.ip_ = duplicate(bpf_program__fd(object->progs.forward_ip));
    program.seal_ = duplicate(bpf_program__fd(object->progs.forward_seal));
    program.ports_ = duplicate(bpf_map__fd(maps.forward_ports));
    program.streams_ = duplicate(bpf_map__fd(maps.forward_streams));
    program.copies_ = duplicate(bpf_map__fd(maps.forward_copies));
    for (const auto* fd : {&program.ethernet_, &program.ip_, &program.seal_, &program.ports_, &program.streams_,
                           &program.copies_})
        if (!*fd) return failed("keep the forwarding program", errno);
    return program;
}

Program Program::resume(const handover::BpfForwarding& from) {
    Program program;
    program.ethernet_.reset(from.ethernet_fd());
    program.ip_.reset(from.ip_fd());
    program.seal_.reset(from.maps().seal_fd());
    program.ports_.reset(from.maps().ports_fd());
    program.streams_.reset(from.maps().streams_fd());
    program.copies_.reset(from.maps().copies_fd());
    program.layout_ = from.maps().layout();
    return program;
}

void Program::hand_over(handover::BpfForwarding& to) const {
    to.set_ethernet_fd(for_ethernet());
    to.set_ip_fd(for_ip());
    *to.mutable_maps() = descriptors();
}

link::BpfForwarding Program::descriptors() const {
    link::BpfForwarding all;
    all.set_ports_fd(ports_.get());
    all.set_streams_fd(streams_.get());
    all.set_copies_fd(copies_.get());
    all.set_seal_fd(seal_.get());
    all.set_layout(layout_);
    return all;
}

} // namespace rtpengine::supervisor::bpf
