// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/attributes.h"

#include <algorithm>
#include <array>

#include "control/sdp/candidate.h"
#include "control/sdp/codec.h"
#include "control/sdp/fingerprint.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

constexpr std::size_t max_candidates = 100; // of one section; the rest is ignored

struct Name {
    std::string_view name;
    Direction direction;
    int rank; // of several in one section the highest counts
};
constexpr std::array directions{
    Name{"sendrecv", Direction::sendrecv, 0},
    Name{"inactive", Direction::inactive, 1},
    Name{"sendonly", Direction::sendonly, 2},
    Name{"recvonly", Direction::recvonly, 3},
};

const Name& direction_named(std::string_view name) {
    return *std::ranges::find(directions, name, &Name::name);
}

std::string_view value_of(const Attribute& attribute) {
    return attribute.value ? std::string_view(*attribute.value) : std::string_view();
}

void set_first(std::optional<std::string>& target, std::string_view value) {
    if (!target && !value.empty()) target = value;
}

Codec* codec_of(Section& section, std::string_view payload_type) {
    const auto wanted = number<int>(payload_type, 0, 127);
    if (!wanted) return nullptr;
    const auto found = std::ranges::find(section.codecs, *wanted, &Codec::payload_type);
    return found == section.codecs.end() ? nullptr : &*found;
}

void read_direction(const Attribute& attribute, Section& section) {
    const Name& read = direction_named(attribute.name);
    if (section.direction_attribute && direction_named(section.direction_attribute->name).rank >= read.rank)
        return;
    section.direction = read.direction;
    section.direction_attribute = attribute;
}

void read_rtcp(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    const auto port = number<std::uint16_t>(take_token(rest), 1, 65535);
    if (!port) return;
    RtcpAttribute rtcp{*port, std::nullopt};
    const std::string_view network = take_token(rest), family = take_token(rest), address = take_token(rest);
    if (!network.empty()) {
        rtcp.address = Address::parse(address);
        if (network != "IN" || family.empty() || !rtcp.address) section.usable = false;
    }
    section.rtcp = rtcp;
}

void read_time(const Attribute& attribute, int& milliseconds) {
    std::string_view rest = value_of(attribute);
    if (const auto value = number<int>(take_token(rest), 1, 65535); value && milliseconds == 0)
        milliseconds = *value;
}

void read_rtpmap_attribute(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    if (Codec* codec = codec_of(section, take_token(rest))) read_rtpmap(rest, *codec);
}

void read_fmtp(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    Codec* codec = codec_of(section, take_token(rest));
    rest = trim(rest);
    if (!codec || rest.empty()) return;
    // Some devices spread the parameters over several lines.
    if (codec->fmtp)
        codec->fmtp->append(";").append(rest);
    else
        codec->fmtp = rest;
}

void read_rtcp_fb(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    Codec* codec = codec_of(section, take_token(rest));
    rest = trim(rest);
    if (codec && !rest.empty()) codec->rtcp_fb.emplace_back(rest);
}

void read_extmap(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    const std::string_view id = take_token(rest);
    const int wanted = extension_number(id);
    const auto same = [&](const Extension& known) { return extension_number(known.id) == wanted; };
    rest = trim(rest);
    if (wanted == 0 || rest.empty() || std::ranges::any_of(section.extensions, same)) return;
    section.extensions.push_back({std::string(id), std::string(rest)});
}

void read_candidate_attribute(const Attribute& attribute, Section& section) {
    if (section.ice.candidates.size() >= max_candidates) return;
    if (auto candidate = read_candidate(value_of(attribute)))
        section.ice.candidates.push_back(std::move(*candidate));
}

void read_ice_options(const Attribute& attribute, Section& section) {
    std::string_view rest = value_of(attribute);
    for (std::string_view option = take_token(rest); !option.empty(); option = take_token(rest))
        section.ice.options.emplace_back(option);
}

void read_setup(const Attribute& attribute, Section& section) {
    constexpr std::array roles{"active", "passive", "actpass", "holdconn"}; // RFC 4145
    const std::string_view value = trim(value_of(attribute));
    if (std::ranges::find(roles, value) != roles.end()) set_first(section.setup, value);
}

void read_fingerprint(const Attribute& attribute, Section& section) {
    if (usable_fingerprint(value_of(attribute))) set_first(section.fingerprint, value_of(attribute));
}

void drop(const Attribute&, Section&) {}

enum class Where { both, media, session };

struct Reader {
    std::string_view name; // a final '*' stands for the rest of the name
    Where where;           // on the other level it is consumed without effect
    void (*read)(const Attribute&, Section&);
};

constexpr std::array readers{
    Reader{"rtpmap", Where::media, read_rtpmap_attribute},
    Reader{"fmtp", Where::media, read_fmtp},
    Reader{"rtcp-fb", Where::media, read_rtcp_fb},
    Reader{"sendrecv", Where::both, read_direction},
    Reader{"sendonly", Where::both, read_direction},
    Reader{"recvonly", Where::both, read_direction},
    Reader{"inactive", Where::both, read_direction},
    Reader{"rtcp", Where::media, read_rtcp},
    Reader{"rtcp-mux", Where::media, [](const Attribute&, Section& s) { s.rtcp_mux = true; }},
    Reader{"ptime", Where::media, [](const Attribute& a, Section& s) { read_time(a, s.ptime); }},
    Reader{"maxptime", Where::media, [](const Attribute& a, Section& s) { read_time(a, s.maxptime); }},
    Reader{"mid", Where::media, [](const Attribute& a, Section& s) { set_first(s.mid, trim(value_of(a))); }},
    Reader{"label", Where::media, [](const Attribute& a, Section& s) { set_first(s.label, value_of(a)); }},
    Reader{"crypto", Where::media,
           [](const Attribute& a, Section& s) { s.crypto.emplace_back(value_of(a)); }},
    Reader{"setup", Where::both, read_setup},
    Reader{"fingerprint", Where::both, read_fingerprint},
    Reader{"tls-id", Where::both,
           [](const Attribute& a, Section& s) { set_first(s.tls_id, trim(value_of(a))); }},
    Reader{"candidate", Where::media, read_candidate_attribute},
    Reader{"ice-ufrag", Where::both,
           [](const Attribute& a, Section& s) {
               if (s.ice.ufrag.empty()) s.ice.ufrag = trim(value_of(a));
           }},
    Reader{"ice-pwd", Where::both,
           [](const Attribute& a, Section& s) {
               if (s.ice.pwd.empty()) s.ice.pwd = trim(value_of(a));
           }},
    Reader{"ice-options", Where::both, read_ice_options},
    Reader{"ice-lite", Where::both, [](const Attribute&, Section& s) { s.ice.lite = true; }},
    Reader{"ice-*", Where::both, drop},
    Reader{"end-of-candidates", Where::both,
           [](const Attribute&, Section& s) { s.ice.end_of_candidates = true; }},
    Reader{"remote-candidates", Where::media, drop},
    Reader{"extmap", Where::both, read_extmap},
    Reader{"extmap-allow-mixed", Where::both,
           [](const Attribute&, Section& s) { s.extmap_allow_mixed = true; }},
    Reader{"bundle-only", Where::media, [](const Attribute&, Section& s) { s.bundle_only = true; }},
    Reader{"rtpengine", Where::session, drop}, // the parser keeps the session's
    Reader{"T38*", Where::media, drop},
};

bool matches(const Reader& reader, std::string_view name) {
    if (!reader.name.ends_with('*')) return reader.name == name;
    return name.starts_with(reader.name.substr(0, reader.name.size() - 1));
}

std::size_t size_of(bool) {
    return 0;
}
std::size_t size_of(const std::string& text) {
    return text.size();
}
std::size_t size_of(const Extension& extension) {
    return std::string_view("a=extmap: \r\n").size() + extension.id.size() + extension.name.size();
}
template <class T> std::size_t size_of(const std::optional<T>& part) {
    return part ? size_of(*part) : 0;
}
template <class T> std::size_t size_of(const std::vector<T>& all) {
    std::size_t size = 0;
    for (const T& one : all)
        size += size_of(one);
    return size;
}

template <class T> bool absent(const T& own) {
    if constexpr (requires { own.empty(); })
        return own.empty();
    else
        return !own;
}

template <class T> std::size_t adopt(T& own, const T& from) {
    if (!absent(own)) return 0;
    own = from;
    return size_of(from);
}

} // namespace

bool read_attribute(const Attribute& attribute, Level level, Section& target) {
    const auto found =
        std::ranges::find_if(readers, [&](const Reader& reader) { return matches(reader, attribute.name); });
    if (found == readers.end()) return false;
    if (found->where == Where::both || (found->where == Where::media) == (level == Level::media))
        found->read(attribute, target);
    // "rtcp-fb:* ..." speaks of no payload type that we could print it with.
    return found->read != read_rtcp_fb || !value_of(attribute).starts_with("*");
}

std::size_t inherit(Section& section, const Section& session) {
    if (!section.connection) section.connection = session.connection;
    if (!section.direction_attribute) {
        section.direction = session.direction;
        section.direction_attribute = session.direction_attribute;
    }
    return adopt(section.setup, session.setup) + adopt(section.fingerprint, session.fingerprint) +
           adopt(section.tls_id, session.tls_id) + adopt(section.ice.ufrag, session.ice.ufrag) +
           adopt(section.ice.pwd, session.ice.pwd) + adopt(section.ice.options, session.ice.options) +
           adopt(section.ice.lite, session.ice.lite) +
           adopt(section.ice.end_of_candidates, session.ice.end_of_candidates) +
           adopt(section.extmap_allow_mixed, session.extmap_allow_mixed) +
           adopt(section.extensions, session.extensions); // all or nothing
}

} // namespace rtpengine::sdp
