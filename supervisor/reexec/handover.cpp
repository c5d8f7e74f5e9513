// SPDX-License-Identifier: Apache-2.0
#include "supervisor/reexec/handover.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <unistd.h>

#include "common/child/programs.h"

namespace rtpengine::supervisor {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool names_descriptors(const FieldDescriptor& field) {
    const std::string_view name = field.name();
    return field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 &&
           (name == "fd" || name.ends_with("_fd") || name.ends_with("_fds"));
}

void collect(const Message& message, std::vector<int>& all);

void collect(const Message& message, const FieldDescriptor& field, std::vector<int>& all) {
    const auto& reflection = *message.GetReflection();
    const bool nested = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!nested && !names_descriptors(field)) return;
    if (field.is_repeated()) {
        for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
            nested ? collect(reflection.GetRepeatedMessage(message, &field, i), all)
                   : all.push_back(reflection.GetRepeatedInt32(message, &field, i));
        return;
    }
    nested ? collect(reflection.GetMessage(message, &field), all) : all.push_back(reflection.GetInt32(message, &field));
}

// Fields that are not there, and zeroes, aren't listed: 0 is our own stdin.
void collect(const Message& message, std::vector<int>& all) {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const auto* field : fields)
        collect(message, *field, all);
}

Result<std::string> read_all(int fd) {
    std::string bytes;
    std::array<char, 65536> part;
    for (;;) {
        const auto length = pread(fd, part.data(), part.size(), static_cast<off_t>(bytes.size()));
        if (length < 0) return Error{std::string("cannot read the handover: ") + std::strerror(errno), errno};
        if (length == 0) return bytes;
        bytes.append(part.data(), static_cast<std::size_t>(length));
    }
}

} // namespace

handover::Netfilter handed_over(const options::Netfilter& rules) {
    handover::Netfilter to;
    to.set_table(rules.table);
    to.set_chain(rules.chain);
    to.set_entry(static_cast<std::uint32_t>(rules.entry));
    to.set_base_chain(rules.base_chain);
    to.set_append(rules.append);
    to.set_ip(rules.ip);
    to.set_ip6(rules.ip6);
    return to;
}

options::Netfilter resumed(const handover::Netfilter& rules) {
    return {rules.table(),      rules.chain(),  static_cast<options::Entry>(rules.entry()),
            rules.base_chain(), rules.append(), rules.ip(),
            rules.ip6()};
}

handover::InstanceSettings handed_over(const options::InstanceSettings& settings) {
    handover::InstanceSettings to;
    *to.mutable_config() = settings.config;
    to.set_no_fallback(settings.no_fallback);
    *to.mutable_netfilter() = handed_over(settings.netfilter);
    to.set_max_recv_iters(settings.max_recv_iters);
    to.set_media_sockets(static_cast<std::uint32_t>(settings.media_sockets));
    to.set_workers_per_interface(settings.workers_per_interface);
    to.set_offload(static_cast<std::uint32_t>(settings.offload));
    return to;
}

options::InstanceSettings resumed(const handover::InstanceSettings& settings) {
    return {settings.config(),
            settings.no_fallback(),
            resumed(settings.netfilter()),
            settings.max_recv_iters(),
            static_cast<options::MediaSockets>(settings.media_sockets()),
            settings.workers_per_interface(),
            static_cast<options::Offload>(settings.offload())};
}

handover::Settings handed_over(const options::Settings& settings) {
    handover::Settings to;
    for (const auto& instance : settings.instances)
        *to.add_instances() = handed_over(instance);
    *to.mutable_log() = settings.log;
    to.set_foreground(settings.foreground);
    to.set_pidfile(settings.pidfile);
    to.set_runtime_dir(settings.runtime_dir);
    to.set_user(settings.user);
    to.set_config_file(settings.config_file);
    return to;
}

options::Settings resumed(const handover::Settings& settings) {
    options::Settings to;
    for (const auto& instance : settings.instances())
        to.instances.push_back(resumed(instance));
    to.log = settings.log();
    to.foreground = settings.foreground();
    to.pidfile = settings.pidfile();
    to.runtime_dir = settings.runtime_dir();
    to.user = settings.user();
    to.config_file = settings.config_file();
    return to;
}

handover::KernelStatus handed_over(const KernelStatus& status) {
    handover::KernelStatus to;
    to.set_table(status.table);
    to.set_state(status.state);
    to.set_detail(status.detail);
    return to;
}

KernelStatus resumed(const handover::KernelStatus& status) { return {status.table(), status.state(), status.detail()}; }

std::vector<int> descriptors_of(const Message& message) {
    std::vector<int> all;
    collect(message, all);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

void leave(const std::vector<Fd>& owned, google::protobuf::RepeatedField<std::int32_t>& numbers) {
    for (const auto& fd : owned)
        numbers.Add(fd.get());
}

Result<handover::Handover> read_handover(int fd) {
    const auto bytes = read_all(fd);
    if (!bytes) return bytes.error();
    handover::Handover handover;
    if (!handover.ParseFromString(*bytes)) return Error{"the handover can't be parsed", EBADMSG};
    if (handover.format() != handover_format && handover.format() != format_without_edge)
        return Error{"the handover has format " + std::to_string(handover.format()) + ", this program knows " +
                         std::to_string(handover_format),
                     EPROTO};
    for (const int each : descriptors_of(handover))
        if (fcntl(each, F_GETFD) < 0)
            return Error{"descriptor " + std::to_string(each) + " of the handover is not open", EBADF};
    for (const auto& instance : handover.instances())
        for (const auto& group : instance.groups())
            for (const auto& worker : group.workers())
                if (auto known = child::check_programs(worker.config()); !known) return known.error();
    return handover;
}

} // namespace rtpengine::supervisor
