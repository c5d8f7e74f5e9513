// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/kept.h"

#include <algorithm>

#include "control/sdp/lines.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::string_view end = "\r\n";
constexpr std::string_view session_lines = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n";

template <class... Parts> void add(std::string& text, const Parts&... parts) { (text.append(parts), ...); }

// Everything that inherit() gives.
std::vector<Attribute> inheritable(const Section& section) {
    std::vector<Attribute> all;
    const auto value = [&all](const char* name, const std::optional<std::string>& text) {
        if (text && !text->empty()) all.push_back({name, text});
    };
    const auto property = [&all](const char* name, bool is) {
        if (is) all.push_back({name, std::nullopt});
    };
    if (section.direction_attribute) all.push_back(*section.direction_attribute);
    value("setup", section.setup);
    value("fingerprint", section.fingerprint);
    value("tls-id", section.tls_id);
    value("ice-ufrag", section.ice.ufrag);
    value("ice-pwd", section.ice.pwd);
    value("ice-options", join(section.ice.options));
    property("ice-lite", section.ice.lite);
    property("end-of-candidates", section.ice.end_of_candidates);
    property("extmap-allow-mixed", section.extmap_allow_mixed);
    for (const auto& extension : section.extensions)
        all.push_back({"extmap", extension.id + " " + extension.name});
    return all;
}

std::vector<std::string_view> sorted_own(const Section& section) {
    std::vector<std::string_view> own;
    section.each_attribute([&](std::string_view line) { own.push_back(line); });
    std::ranges::sort(own);
    return own;
}

// One too many does no harm: what a section has of its own goes before.
void add_inherited(std::string& text, const Section& section) {
    const auto all = inheritable(section);
    const auto own = all.empty() ? std::vector<std::string_view>{} : sorted_own(section);
    for (const auto& attribute : all)
        if (const auto line = attribute.line(); !std::ranges::binary_search(own, std::string_view(line))) add(text, "a=", line, end);
}

void add_own(std::string& text, const Section& section) {
    add(text, "m=", section.type, " ", std::to_string(section.port));
    if (section.port_count > 1) add(text, "/", std::to_string(section.port_count));
    add(text, " ", section.protocol_text, " ", section.formats, end);
    if (section.information) add(text, "i=", *section.information, end);
    if (const auto& address = section.connection)
        add(text, "c=IN ", address_type(*address), " ", address->str(), end);
    for (const auto& bandwidth : section.bandwidth)
        add(text, "b=", bandwidth.type, ":", bandwidth.value, end);
    section.each_attribute([&](std::string_view line) { add(text, "a=", line, end); });
}

} // namespace

std::string keep(const Section& section) {
    std::string text;
    if (section.type.empty()) return text;
    add_inherited(text, section);
    add_own(text, section);
    text.shrink_to_fit();
    return text;
}

std::string keep_session(const Session& session) {
    std::string text;
    const auto line = [&text](const char* type, const std::optional<std::string>& value) {
        if (value) add(text, type, "=", *value, end);
    };
    const auto& origin = session.origin;
    add(text, "o=", origin.username, " ", origin.session_id, " ", origin.version, " IN ", origin.address_type, " ", origin.address, end);
    add(text, "s=", session.name, end);
    line("i", session.information);
    line("u", session.uri);
    line("e", session.email);
    line("p", session.phone);
    for (const auto& bandwidth : session.bandwidth) add(text, "b=", bandwidth.type, ":", bandwidth.value, end);
    add(text, "t=", session.times, end);
    for (const auto& attribute : session.uninterpreted) add(text, "a=", attribute.line(), end);
    text.shrink_to_fit();
    return text;
}

Session read_kept_session(std::string_view text) {
    auto session = parse(std::string("v=0\r\n").append(text));
    return session ? *std::move(session) : Session{};
}

Section read_kept(std::string_view text) {
    if (text.empty()) return {};
    auto session = parse(std::string(session_lines).append(text));
    if (!session || session->sections.size() != 1) return {};
    return std::move(session->sections.front());
}

} // namespace rtpengine::sdp
