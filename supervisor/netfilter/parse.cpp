// SPDX-License-Identifier: Apache-2.0
// Rules that the kernel shows.
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include "supervisor/netfilter/rule.h"

namespace rtpengine::supervisor::netfilter {

namespace {

template <class Take> void each_attribute(std::string_view bytes, Take take) {
    const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
    const auto left = [&] {
        return static_cast<int>(bytes.data() + bytes.size() - reinterpret_cast<const char*>(attribute));
    };
    for (; mnl_attr_ok(attribute, left()); attribute = mnl_attr_next(attribute))
        take(mnl_attr_get_type(attribute),
             std::string_view{static_cast<const char*>(mnl_attr_get_payload(attribute)),
                              mnl_attr_get_payload_len(attribute)});
}

// By type. A number of another length counts as 0, an absent one too; nothing we ask for is 0.
class Attributes {
  public:
    explicit Attributes(std::string_view bytes) {
        each_attribute(bytes, [&](std::uint16_t type, std::string_view value) {
            if (type < found_.size()) found_[type] = value;
        });
    }
    std::string_view bytes(std::uint16_t type) const { return found_[type]; }
    Attributes nested(std::uint16_t type) const { return Attributes(found_[type]); }
    std::string text(std::uint16_t type) const {
        return std::string(found_[type].substr(0, found_[type].find('\0')));
    }
    std::uint32_t number(std::uint16_t type) const { return ntohl(raw<std::uint32_t>(type)); }
    std::uint64_t number64(std::uint16_t type) const { return be64toh(raw<std::uint64_t>(type)); }

  private:
    template <class Number> Number raw(std::uint16_t type) const {
        Number value = 0;
        if (found_[type].size() == sizeof value) std::memcpy(&value, found_[type].data(), sizeof value);
        return value;
    }

    std::array<std::string_view, 16> found_; // none of those that we read has a higher number
};

// User data is a list of type, length, value.
std::string comment(std::string_view data) {
    while (data.size() >= 2) {
        const auto length = static_cast<unsigned char>(data[1]);
        if (data.size() - 2 < length) break;
        const auto value = data.substr(2, length);
        if (data[0] == 0) return std::string(value.substr(0, value.find('\0')));
        data.remove_prefix(2 + length);
    }
    return {};
}

void take_expression(const Attributes& expression, Rule& rule) {
    const auto name = expression.text(NFTA_EXPR_NAME);
    const auto data = expression.nested(NFTA_EXPR_DATA);
    if (name == "target")
        rule.target = Target{data.text(NFTA_TARGET_NAME), data.number(NFTA_TARGET_REV),
                             std::string(data.bytes(NFTA_TARGET_INFO))};
    if (name != "immediate") return;
    const auto verdict = data.nested(NFTA_IMMEDIATE_DATA).nested(NFTA_DATA_VERDICT);
    if (verdict.number(NFTA_VERDICT_CODE) == static_cast<std::uint32_t>(NFT_JUMP))
        rule.jump = verdict.text(NFTA_VERDICT_CHAIN);
}

} // namespace

std::optional<Rule> parse_rule(const nlmsghdr& message) {
    const auto length = mnl_nlmsg_get_payload_len(&message);
    if (length < sizeof(nfgenmsg)) return {};
    const auto* payload = static_cast<const char*>(mnl_nlmsg_get_payload(&message));
    const Attributes attributes({payload + sizeof(nfgenmsg), length - sizeof(nfgenmsg)});
    Rule rule;
    rule.chain = attributes.text(NFTA_RULE_CHAIN);
    rule.handle = attributes.number64(NFTA_RULE_HANDLE);
    if (rule.chain.empty() || !rule.handle) return {};
    rule.comment = comment(attributes.bytes(NFTA_RULE_USERDATA));
    each_attribute(attributes.bytes(NFTA_RULE_EXPRESSIONS),
                   [&](std::uint16_t type, std::string_view element) {
                       if (type == NFTA_LIST_ELEM) take_expression(Attributes(element), rule);
                   });
    return rule;
}

} // namespace rtpengine::supervisor::netfilter
