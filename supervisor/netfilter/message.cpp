// SPDX-License-Identifier: Apache-2.0
#include "supervisor/netfilter/message.h"

#include <arpa/inet.h>
#include <endian.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>

namespace rtpengine::supervisor::netfilter {

Message::Message(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource)
    : header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    auto* generic = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(header_, sizeof(nfgenmsg)));
    generic->nfgen_family = family;
    generic->version = NFNETLINK_V0;
    generic->res_id = htons(resource);
}

Message& Message::bytes(std::uint16_t attribute, std::string_view value) {
    mnl_attr_put(header_, attribute, value.size(), value.data());
    return *this;
}

Message& Message::text(std::uint16_t attribute, const std::string& value) {
    mnl_attr_put_strz(header_, attribute, value.c_str());
    return *this;
}

Message& Message::number(std::uint16_t attribute, std::uint32_t value) {
    mnl_attr_put_u32(header_, attribute, htonl(value));
    return *this;
}

Message& Message::number64(std::uint16_t attribute, std::uint64_t value) {
    mnl_attr_put_u64(header_, attribute, htobe64(value));
    return *this;
}

std::uint32_t Message::begin(std::uint16_t attribute) {
    const auto start = header_->nlmsg_len;
    mnl_attr_nest_start(header_, attribute);
    return start;
}

void Message::end(std::uint32_t start) {
    mnl_attr_nest_end(header_, reinterpret_cast<nlattr*>(buffer_.data() + start));
}

std::string Message::str() const {
    return {buffer_.data(), header_->nlmsg_len};
}

} // namespace rtpengine::supervisor::netfilter
