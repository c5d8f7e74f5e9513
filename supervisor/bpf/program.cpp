// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/program.h"

#include <cerrno>

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

void Program::Destroy::operator()(forward_bpf* program) const { forward_bpf::destroy(program); }

Program::Program(forward_bpf* program) : program_(program) {}
Program::~Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;

// A worker that replaces a rule has both for a moment.
Result<Program> Program::load(std::uint32_t streams, std::uint32_t workers) {
    silence_libbpf();
    Program program(forward_bpf::open());
    if (!program.program_) return failed("open the forwarding program", errno);
    const auto& maps = program.program_->maps;
    for (auto* map : {maps.forward_ports, maps.forward_streams, maps.forward_copies})
        if (const int code = bpf_map__set_max_entries(map, streams + workers))
            return failed("size the forwarding program's maps", code);
    if (const int code = forward_bpf::load(program.program_.get()))
        return failed("load the forwarding program", code);
    return program;
}

int Program::for_ethernet() const { return bpf_program__fd(program_->progs.forward_ethernet); }
int Program::for_ip() const { return bpf_program__fd(program_->progs.forward_ip); }

link::BpfForwarding Program::descriptors() const {
    link::BpfForwarding all;
    all.set_ports_fd(bpf_map__fd(program_->maps.forward_ports));
    all.set_streams_fd(bpf_map__fd(program_->maps.forward_streams));
    all.set_copies_fd(bpf_map__fd(program_->maps.forward_copies));
    all.set_seal_fd(bpf_program__fd(program_->progs.forward_seal));
    return all;
}

} // namespace rtpengine::supervisor::bpf
