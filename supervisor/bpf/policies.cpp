// SPDX-License-Identifier: Apache-2.0
#include "supervisor/bpf/policies.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>

#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "supervisor/bpf/devices.h"

namespace rtpengine::supervisor::bpf {

namespace {

Error failed() {
    const int code = errno;
    return {std::string("cannot list IPsec policies: ") + std::strerror(code), code};
}

bool no_xfrm(int code) { return code == EPROTONOSUPPORT || code == EAFNOSUPPORT; }

// An address that a prefix of no bits stands for is any.
Address prefix(const xfrm_address_t& from, std::uint16_t family, std::uint8_t bits) {
    if (!bits || (family != AF_INET && family != AF_INET6)) return {};
    return Address::from_bytes({reinterpret_cast<const char*>(&from), family == AF_INET ? std::size_t{4} : std::size_t{16}});
}

bool covers(const Address& network, unsigned bits, const Address& address) {
    if (!network.known()) return true;
    if (network.family != address.family) return false;
    for (unsigned bit = 0; bit < std::min<unsigned>(bits, static_cast<unsigned>(address.size()) * 8); ++bit)
        if ((network.bytes[bit / 8] ^ address.bytes[bit / 8]) & (0x80u >> bit % 8)) return false;
    return true;
}

bool for_media(const Policy& policy, const Address& local) {
    if (policy.bypass || policy.if_id || (policy.protocol && policy.protocol != IPPROTO_UDP)) return false;
    if (policy.way == Policy::Way::out) return covers(policy.source, policy.source_bits, local);
    return policy.way == Policy::Way::in && covers(policy.destination, policy.destination_bits, local);
}

int take_attribute(const nlattr* attribute, void* data) {
    auto& policy = *static_cast<Policy*>(data);
    const auto type = mnl_attr_get_type(attribute), length = mnl_attr_get_payload_len(attribute);
    if (type == XFRMA_TMPL && length) policy.bypass = false; // encrypt, authenticate, compress
    if (type == XFRMA_IF_ID && length >= sizeof(std::uint32_t)) policy.if_id = mnl_attr_get_u32(attribute);
    return MNL_CB_OK;
}

using Visit = std::function<void(const nlmsghdr&)>;

int visit_one(const nlmsghdr* message, void* data) {
    (*static_cast<const Visit*>(data))(*message);
    return MNL_CB_OK;
}

// Asks, and visits what comes until the end of it.
Status ask(const Fd& fd, std::uint16_t type, std::uint16_t flags, std::size_t body, const Visit& visit) {
    std::array<char, 256> request{};
    auto* header = mnl_nlmsg_put_header(request.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = NLM_F_REQUEST | flags;
    header->nlmsg_seq = type;
    mnl_nlmsg_put_extra_header(header, body);
    if (send(fd.get(), header, header->nlmsg_len, 0) < 0) return failed();
    std::vector<char> buffer(std::size_t{64} << 10);
    for (;;) {
        const auto length = recv(fd.get(), buffer.data(), buffer.size(), 0);
        if (length < 0 && errno == EINTR) continue;
        if (length < 0) return failed();
        const int more = mnl_cb_run(buffer.data(), static_cast<std::size_t>(length), type, 0, visit_one, const_cast<Visit*>(&visit));
        if (more < 0) return failed();
        if (more == MNL_CB_STOP || !(flags & NLM_F_DUMP)) return {};
    }
}

} // namespace

std::string passed_by(const Policies& policies, const std::vector<Address>& addresses) {
    if (policies.blocks_by_default) return "IPsec: what no policy allows is blocked";
    for (const auto& policy : policies.all)
        for (const auto& local : addresses)
            if (for_media(policy, local))
                return std::string("IPsec: a policy for packets ") + (policy.way == Policy::Way::out ? "from " : "to ") + local.str();
    return {};
}

std::optional<Policy> parse_policy(std::span<const std::uint8_t> message) {
    if (message.size() < NLMSG_HDRLEN) return std::nullopt;
    const auto* header = reinterpret_cast<const nlmsghdr*>(message.data());
    if (header->nlmsg_type != XFRM_MSG_NEWPOLICY || header->nlmsg_len > message.size() ||
        header->nlmsg_len < NLMSG_LENGTH(sizeof(xfrm_userpolicy_info)))
        return std::nullopt;
    xfrm_userpolicy_info info; // messages are aligned to four bytes, this wants eight
    std::memcpy(&info, NLMSG_DATA(header), sizeof info);
    if (info.dir > XFRM_POLICY_FWD) return std::nullopt;
    Policy policy;
    policy.way = info.dir == XFRM_POLICY_IN ? Policy::Way::in : info.dir == XFRM_POLICY_OUT ? Policy::Way::out : Policy::Way::forward;
    policy.protocol = info.sel.proto;
    policy.source_bits = info.sel.prefixlen_s;
    policy.destination_bits = info.sel.prefixlen_d;
    policy.source = prefix(info.sel.saddr, info.sel.family, info.sel.prefixlen_s);
    policy.destination = prefix(info.sel.daddr, info.sel.family, info.sel.prefixlen_d);
    policy.bypass = info.action == XFRM_POLICY_ALLOW;
    (void)mnl_attr_parse(header, sizeof info, take_attribute, &policy);
    return policy;
}

Result<Policies> list_policies() {
    auto fd = open_netlink(NETLINK_XFRM, 0, 0, "list IPsec policies");
    Policies policies;
    if (!fd && no_xfrm(fd.error().code)) return policies;
    if (!fd) return fd.error();
    auto listed = ask(*fd, XFRM_MSG_GETPOLICY, NLM_F_DUMP, sizeof(xfrm_userpolicy_id), [&](const nlmsghdr& message) {
        if (const auto policy = parse_policy({reinterpret_cast<const std::uint8_t*>(&message), message.nlmsg_len})) policies.all.push_back(*policy);
    });
    if (!listed) return listed.error();
    // An older kernel doesn't know the question: it lets pass what no policy matches.
    (void)ask(*fd, XFRM_MSG_GETDEFAULT, 0, sizeof(xfrm_userpolicy_default), [&](const nlmsghdr& message) {
        if (message.nlmsg_len < NLMSG_LENGTH(sizeof(xfrm_userpolicy_default))) return;
        const auto& defaults = *static_cast<const xfrm_userpolicy_default*>(NLMSG_DATA(&message));
        policies.blocks_by_default = defaults.in == XFRM_USERPOLICY_BLOCK || defaults.out == XFRM_USERPOLICY_BLOCK;
    });
    return policies;
}

Result<Fd> open_policy_events() {
    auto fd = open_netlink(NETLINK_XFRM, 1u << (XFRMNLGRP_POLICY - 1), SOCK_NONBLOCK, "follow IPsec policies");
    if (!fd && no_xfrm(fd.error().code)) return Fd{};
    return fd;
}

} // namespace rtpengine::supervisor::bpf
