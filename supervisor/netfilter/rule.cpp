// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/rule.h"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <netinet/in.h>

#include "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"

namespace rtpengine::supervisor::netfilter {

namespace {

constexpr std::size_t alignment = 8; // of a target's data: XT_ALIGN
constexpr char comment_type = 0;     // of user data, as nft(8) and iptables-nft write it

template <class Fill> void put_expression(Message& message, const std::string& name, Fill fill) {
    message.nest(NFTA_LIST_ELEM, [&](Message& m) {
        m.text(NFTA_EXPR_NAME, name);
        m.nest(NFTA_EXPR_DATA, fill);
    });
}

// meta l4proto udp; the transport protocol behind any IPv6 extension headers.
void put_udp_match(Message& message) {
    put_expression(message, "meta", [](Message& m) {
        m.number(NFTA_META_DREG, NFT_REG_1);
        m.number(NFTA_META_KEY, NFT_META_L4PROTO);
    });
    put_expression(message, "cmp", [](Message& m) {
        const char protocol = IPPROTO_UDP;
        m.number(NFTA_CMP_SREG, NFT_REG_1);
        m.number(NFTA_CMP_OP, NFT_CMP_EQ);
        m.nest(NFTA_CMP_DATA, [&](Message& data) { data.bytes(NFTA_DATA_VALUE, {&protocol, 1}); });
    });
}

void put_counter(Message& message) {
    put_expression(message, "counter", [](Message& m) {
        m.number64(NFTA_COUNTER_BYTES, 0);
        m.number64(NFTA_COUNTER_PACKETS, 0);
    });
}

void put_verdict(Message& message, const std::string& chain) {
    put_expression(message, "immediate", [&](Message& m) {
        m.number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
        m.nest(NFTA_IMMEDIATE_DATA, [&](Message& data) {
            data.nest(NFTA_DATA_VERDICT, [&](Message& verdict) {
                verdict.number(NFTA_VERDICT_CODE, static_cast<std::uint32_t>(NFT_JUMP));
                verdict.text(NFTA_VERDICT_CHAIN, chain);
            });
        });
    });
}

// Tells a target that wants UDP that it gets nothing else.
void put_protocol(Message& message) {
    message.nest(NFTA_RULE_COMPAT, [](Message& m) {
        m.number(NFTA_RULE_COMPAT_PROTO, IPPROTO_UDP);
        m.number(NFTA_RULE_COMPAT_FLAGS, 0);
    });
}

void put_comment(Message& message) {
    std::string data{comment_type, static_cast<char>(our_comment.size() + 1)};
    data += our_comment;
    message.bytes(NFTA_RULE_USERDATA, data + '\0');
}

} // namespace

Target rtpengine_target(std::uint32_t table) {
    static_assert(sizeof(xt_rtpengine_info) % alignment == 0);
    const xt_rtpengine_info info{table, 0, 0};
    return {"RTPENGINE", 0, std::string(reinterpret_cast<const char*>(&info), sizeof info)};
}

void put_jump(Message& message, const std::string& chain) {
    message.nest(NFTA_RULE_EXPRESSIONS, [&](Message& list) {
        put_udp_match(list);
        put_counter(list);
        put_verdict(list, chain);
    });
    put_comment(message);
}

void put_target(Message& message, const Target& target, bool udp_only) {
    message.nest(NFTA_RULE_EXPRESSIONS, [&](Message& list) {
        if (udp_only) put_udp_match(list);
        put_expression(list, "target", [&](Message& m) {
            m.text(NFTA_TARGET_NAME, target.name);
            m.number(NFTA_TARGET_REV, target.revision);
            m.bytes(NFTA_TARGET_INFO, target.info);
        });
        put_counter(list);
    });
    put_protocol(message);
    put_comment(message);
}

} // namespace rtpengine::supervisor::netfilter
