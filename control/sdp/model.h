// SPDX-License-Identifier: Apache-2.0
// An SDP body as values (RFC 8866). Nothing that was received is lost: what we don't interpret is kept
// verbatim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"

namespace rtpengine::sdp {

enum class Direction { sendrecv, sendonly, recvonly, inactive };

// Known transports, by what they carry; `other` is relayed as opaque UDP with its literal name.
enum class Protocol {
    rtp_avp,
    rtp_savp,
    rtp_avpf,
    rtp_savpf,
    udp_tls_rtp_savp,
    udp_tls_rtp_savpf,
    udptl,
    other
};
Protocol parse_protocol(std::string_view text);    // case-insensitive
std::string_view protocol_name(Protocol protocol); // canonical; "" for other
bool is_rtp(Protocol protocol);
bool is_srtp(Protocol protocol);

struct Origin {
    std::string username, session_id, version;
    std::string address_type; // IP4, IP6 or what was received
    std::string address;      // verbatim: need not be a literal
};

struct Bandwidth { // "b=TYPE:VALUE"
    std::string type;
    std::string value;
    bool operator==(const Bandwidth&) const = default;
};

// "a=NAME" or "a=NAME:VALUE", verbatim.
struct Attribute {
    std::string name;
    std::optional<std::string> value;
    std::string line() const { return value ? name + ":" + *value : name; }
    bool operator==(const Attribute&) const = default;
};

// One payload type of an RTP section.
struct Codec {
    int payload_type = -1;
    std::string name; // as written ("PCMU"); empty: neither rtpmap nor a static definition
    unsigned clock_rate = 0;
    unsigned channels = 1;
    std::optional<std::string> fmtp;
    std::vector<std::string> rtcp_fb; // values without the payload type

    std::string full() const;  // NAME/RATE[/CHANNELS if > 1]
    bool supplemental() const; // telephone-event, CN
    bool operator==(const Codec&) const = default;
};

struct Candidate { // RFC 8839; only UDP with literal addresses
    std::string foundation;
    unsigned component = 1;
    std::uint32_t priority = 0;
    Endpoint endpoint;
    std::string type; // host, srflx, prflx, relay
    std::optional<Endpoint> related;
    bool operator==(const Candidate&) const = default;
};

struct IceDescription { // of a section, session level inherited
    std::string ufrag, pwd;
    std::vector<std::string> options;
    std::vector<Candidate> candidates;
    bool lite = false, end_of_candidates = false;
    bool present() const { return !ufrag.empty(); }
    bool operator==(const IceDescription&) const = default;
};

struct RtcpAttribute { // a=rtcp:PORT[ IN IPx ADDR]
    std::uint16_t port = 0;
    std::optional<Address> address;
    bool operator==(const RtcpAttribute&) const = default;
};

struct Extension {    // a=extmap:ID[/DIRECTION] NAME...
    std::string id;   // with its direction, as written
    std::string name; // URI and attributes
    bool operator==(const Extension&) const = default;
};
int extension_number(std::string_view id); // 1-14 or 16-255 (RFC 8285); 0: none of these

// A section that stood for the same media beside another one (twins.h).
struct Twin {
    std::string protocol_text, formats;
    bool after = false; // it came behind the other
    bool operator==(const Twin&) const = default;
};

inline constexpr unsigned most_port_count = 10; // of a section

struct Section {
    std::string type; // "audio", as written
    std::uint16_t port = 0;
    unsigned port_count = 1; // m= PORT/n
    std::string protocol_text; // as written
    Protocol protocol = Protocol::other;
    std::string formats; // the rest of the m= line, verbatim
    std::optional<std::string> information;
    std::optional<Address> connection; // media level c=, else the session's; unset: none usable
    std::vector<Bandwidth> bandwidth;  // media level, only AS RR RS CT TIAS, in that order

    std::vector<Codec> codecs; // RTP only, in the order of the m= line
    Direction direction = Direction::sendrecv;
    std::optional<Attribute> direction_attribute; // as received at media or session level
    std::optional<RtcpAttribute> rtcp;
    bool rtcp_mux = false;
    std::optional<std::string> mid, label;
    int ptime = 0, maxptime = 0; // ms; 0: absent
    IceDescription ice;
    std::vector<std::string> crypto; // values of a=crypto, raw
    std::optional<std::string> setup, fingerprint, tls_id;
    bool extmap_allow_mixed = false;
    std::vector<Extension> extensions;
    bool bundle_only = false;
    std::optional<Twin> twin; // not of the text: fold_twins()
    bool usable = true; // false: formats or a=rtcp can't be used; only in rejected sections and fragments

    std::string attributes;               // all of this section, verbatim and in order, each with a line feed
    std::vector<Attribute> uninterpreted; // those that pass to the other side, "rtcp-fb:*" first

    void add_attribute(std::string_view line) { attributes.append(line).push_back('\n'); }
    // Calls visit("NAME" or "NAME:VALUE") for all of `attributes`.
    template <class Visit> void each_attribute(Visit visit) const {
        const std::string_view all = attributes;
        for (std::size_t begin = 0, end; begin < all.size(); begin = end + 1) {
            end = all.find('\n', begin);
            visit(all.substr(begin, end - begin));
        }
    }
    bool rtp() const { return is_rtp(protocol); }
    // What the RTP and the RTCP are sent to; `unspecified` addresses count as known.
    Endpoint rtp_endpoint() const { return {connection.value_or(Address{}), port}; }
    Endpoint rtcp_endpoint() const; // explicit a=rtcp, else port + 1
    // a=rtcp equal to the RTP address and port means rtcp-mux too.
    bool wants_mux() const;
    bool zero_address() const { return connection && connection->is_unspecified(); }
    // Unspecified address with port 9 and ICE trickle: "candidates follow", not hold.
    bool trickle_placeholder() const;
    bool operator==(const Section&) const = default;
};

struct Session {
    Origin origin;
    std::string name;                                          // s=
    std::optional<std::string> information, uri, email, phone; // first of each
    std::vector<Bandwidth> bandwidth;                          // only AS RR RS CT TIAS, in that order
    std::string times = "0 0";                                 // t= value, verbatim
    std::vector<std::string> groups;                           // values of a=group
    std::vector<std::string> loop_ids;    // a=rtpengine, one a session block ("" where a block has none)
    std::vector<Attribute> uninterpreted; // session level, pass to the other side, in order
    std::vector<Section> sections;
    bool blank_line = false; // an empty line ended it (reject-invalid-sdp)
};

// No honest body comes near this, nor near the budgets of control/budget.h.
inline constexpr std::size_t max_body = 128 * 1024; // bytes

// Strict where the specification's section 5.1 says so, lenient everywhere else. `fragment`: trickle ICE, no
// v=; sections may come without an m= line (their type is empty then) and without an address. Errors: "Failed
// to parse SDP", "Incomplete SDP specification" (code 1 tells the latter), or a budget that is exceeded.
Result<Session> parse(std::string_view text, bool fragment = false);

// The RTP/AVP static payload types of RFC 3551; nullptr for dynamic and unassigned ones.
const Codec* static_codec(int payload_type);

} // namespace rtpengine::sdp
