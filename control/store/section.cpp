// SPDX-License-Identifier: Apache-2.0
#include "control/store/section.h"

namespace rtpengine::store {

namespace {

constexpr const char* session_lines = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";

std::string connection_line(const Address& address) {
    return std::string("c=IN ") + (address.family == Family::ipv6 ? "IP6 " : "IP4 ") + address.str() + "\r\n";
}

std::string text_of(const sdp::Section& section) {
    std::string text = "m=" + section.type + " " + std::to_string(section.port);
    if (section.port_count > 1) text += "/" + std::to_string(section.port_count);
    text += " " + section.protocol_text + " " + section.formats + "\r\n";
    if (section.information) text += "i=" + *section.information + "\r\n";
    if (section.connection) text += connection_line(*section.connection);
    for (const auto& bandwidth : section.bandwidth) text += "b=" + bandwidth.type + ":" + bandwidth.value + "\r\n";
    section.each_attribute([&](std::string_view line) { text += "a=" + std::string(line) + "\r\n"; });
    return text;
}

} // namespace

void write(const sdp::Section& section, Section& record) {
    if (section.type.empty()) return; // there was none
    record.set_text(text_of(section));
    record.set_direction(static_cast<std::uint32_t>(section.direction));
    if (section.direction_attribute) record.set_direction_attribute(section.direction_attribute->line());
}

sdp::Section read(const Section& record) {
    if (record.text().empty()) return {};
    auto session = sdp::parse(session_lines + record.text());
    if (!session || session->sections.size() != 1) return {};
    auto& section = session->sections.front();
    if (record.direction() <= static_cast<std::uint32_t>(sdp::Direction::inactive))
        section.direction = static_cast<sdp::Direction>(record.direction());
    if (record.has_direction_attribute()) {
        const auto& line = record.direction_attribute();
        const auto colon = line.find(':');
        section.direction_attribute = sdp::Attribute{line.substr(0, colon), std::nullopt};
        if (colon != std::string::npos) section.direction_attribute->value = line.substr(colon + 1);
    }
    return std::move(section);
}

} // namespace rtpengine::store
