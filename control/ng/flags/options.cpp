// SPDX-License-Identifier: Apache-2.0
// Members of the option lists: rtcp-mux, bundle, ICE, DTLS, SDES, OSRTP, replace, T.38 (specification
// section 3.5).
#include "control/ng/flags/reading.h"

#include "common/ng/coerce.h"

namespace rtpengine::ng {

namespace {

// A member sets up to three switches of the flags, or what the function does.
struct OptionRow {
    std::string_view name;
    bool Flags::*sets[3];
};

constexpr OptionRow rtcp_mux[] = {
    {"accept", {&Flags::mux_accept}},
    {"demux", {&Flags::mux_demux}},
    {"offer", {&Flags::mux_offer}},
    {"reject", {&Flags::mux_reject}},
    {"require", {&Flags::mux_offer, &Flags::mux_require}},
};

constexpr OptionRow replace[] = {
    {"force-increment-sdp-ver", {&Flags::replace_force_increment}},
    {"origin", {&Flags::replace_origin}},
    {"origin-full", {&Flags::replace_origin_full}},
    {"sdp-version", {&Flags::replace_sdp_version}},
    {"session-name", {&Flags::replace_session_name}},
    {"username", {&Flags::replace_username}},
    {"zero-address", {&Flags::replace_zero_address}},
};

constexpr Choice<IceOption> ice[] = {
    {"default", IceOption::by_default},      {"force", IceOption::force},
    {"force-relay", IceOption::force_relay}, {"optional", IceOption::optional},
    {"remove", IceOption::remove},
};

constexpr Choice<IceLite> ice_lite_option[] = {
    {"lite", IceLite::forward},
    {"lite-answer", IceLite::backward},
    {"lite-back", IceLite::backward},
    {"lite-backward", IceLite::backward},
    {"lite-backwards", IceLite::backward},
    {"lite-bk", IceLite::backward},
    {"lite-bkw", IceLite::backward},
    {"lite-both", IceLite::both},
    {"lite-forward", IceLite::forward},
    {"lite-fw", IceLite::forward},
    {"lite-fwd", IceLite::forward},
    {"lite-no", IceLite::off},
    {"lite-none", IceLite::off},
    {"lite-off", IceLite::off},
    {"lite-offer", IceLite::forward},
    {"lite-reverse", IceLite::backward},
    {"no-lite", IceLite::off},
};

constexpr OptionRow ice_switch[] = {
    {"ice2", {&Flags::ice2}},
    {"trickle", {&Flags::trickle_ice}},
};

constexpr OptionRow bundle[] = {
    {"accept", {&Flags::bundle_accept}},
    {"offer", {&Flags::bundle_offer, &Flags::generate_mid}},
    {"reject", {&Flags::bundle_reject}},
    {"require", {&Flags::bundle_require, &Flags::bundle_offer, &Flags::generate_mid}},
    {"strict", {&Flags::bundle_strict}},
};

// Words that are kept in a list, under one name each.
constexpr Choice<std::string_view> dtls[] = {
    {"active", "active"}, {"disable", "off"}, {"disabled", "off"},
    {"no", "off"},        {"off", "off"},     {"passive", "passive"},
};

constexpr Choice<std::string_view> sdes[] = {
    {"authenticated-srtp", "authenticated_srtp"},
    {"disable", "off"},
    {"disabled", "off"},
    {"encrypted-srtcp", "encrypted_srtcp"},
    {"encrypted-srtp", "encrypted_srtp"},
    {"lifetime", "lifetime"},
    {"no", "off"},
    {"nonew", "nonew"},
    {"off", "off"},
    {"pad", "pad"},
    {"prefer", "prefer"},
    {"priority", "prefer"},
    {"static", "static"},
    {"unauthenticated-srtp", "unauthenticated_srtp"},
    {"unencrypted-srtcp", "unencrypted_srtcp"},
    {"unencrypted-srtp", "unencrypted_srtp"},
};
constexpr std::string_view sdes_prefixes[] = {"no-", "only-", "order:", "offerer-pref:"};

constexpr Choice<std::string_view> osrtp[] = {
    {"accept", "accept"}, {"accept-legacy", "accept-legacy"}, {"accept-rfc", "accept-rfc"},
    {"offer", "offer"},   {"offer-legacy", "offer-legacy"},   {"offer-rfc", "offer"},
};

constexpr Choice<std::string_view> t38[] = {
    {"decode", "decode"},   {"fec", "fec"},         {"force", "force"},           {"no-ecm", "no-ecm"},
    {"no-iaf", "no-iaf"},   {"no-v.17", "no-v.17"}, {"no-v.27ter", "no-v.27ter"}, {"no-v.29", "no-v.29"},
    {"no-v.34", "no-v.34"}, {"no-v17", "no-v.17"},  {"no-v27ter", "no-v.27ter"},  {"no-v29", "no-v.29"},
    {"no-v34", "no-v.34"},  {"stop", "stop"},
};

template <class Row, std::size_t n> constexpr bool sorted(const Row (&rows)[n]) {
    return sorted_by_name(std::span<const Row>(rows));
}
static_assert(sorted(rtcp_mux) && sorted(replace) && sorted(ice) && sorted(ice_lite_option) && sorted(ice_switch) &&
              sorted(bundle) && sorted(dtls) && sorted(sdes) && sorted(osrtp) && sorted(t38));

// False: not in the table.
bool set(Flags& flags, std::span<const OptionRow> rows, std::string_view member) {
    const auto* row = find_row(rows, spelling(member));
    if (!row) return false;
    for (const auto member_pointer : row->sets)
        if (member_pointer) flags.*member_pointer = true;
    return true;
}

template <std::size_t n>
bool append(std::vector<std::string>& list, const Choice<std::string_view> (&choices)[n],
            std::string_view member) {
    const auto* canonical = choose(choices, member);
    if (canonical) list.emplace_back(*canonical);
    return canonical;
}

} // namespace

void apply_rtcp_mux(Reading& r, std::string_view member) {
    if (!set(r.flags, rtcp_mux, member)) ignore(r, "rtcp-mux", member, nearest_in<rtcp_mux>);
}

void apply_bundle(Reading& r, std::string_view member) {
    if (!set(r.flags, bundle, member)) return ignore(r, "bundle", member, nearest_in<bundle>);
    if (r.flags.bundle_strict) set(r.flags, bundle, "require");
}

void apply_replace(Reading& r, std::string_view member) {
    // Recorded: servers in the field know this one word with a hyphen alone, and proxies send both.
    if (member == "zero address") return ignore(r, "replace", member);
    if (!set(r.flags, replace, member)) ignore(r, "replace", member, nearest_in<replace>);
}

void apply_ice(Reading& r, std::string_view member) {
    if (const auto* option = choose(ice, member))
        r.flags.ice = *option;
    else if (const auto* lite = choose(ice_lite_option, member))
        r.flags.ice_lite = *lite;
    else if (!set(r.flags, ice_switch, member))
        ignore(r, "ICE", member, nearest_in<ice>);
}

void apply_dtls(Reading& r, std::string_view member) {
    if (!append(r.flags.dtls, dtls, member)) ignore(r, "DTLS", member, nearest_in<dtls>);
}

void apply_sdes(Reading& r, std::string_view member) {
    if (append(r.flags.sdes, sdes, member)) return;
    const auto known = spelling(member);
    for (const auto prefix : sdes_prefixes) {
        if (!known.starts_with(prefix)) continue;
        const auto rest = unescape(member.substr(prefix.size())); // names of suites: as written
        r.flags.sdes.push_back((prefix == "offerer-pref:" ? "offerer_pref:" : std::string(prefix)) + rest);
        return;
    }
    ignore(r, "SDES", member, nearest_in<sdes>);
}

void apply_osrtp(Reading& r, std::string_view member) {
    if (!append(r.flags.osrtp, osrtp, member)) ignore(r, "OSRTP", member, nearest_in<osrtp>);
}

void apply_t38(Reading& r, std::string_view member) {
    if (!append(r.flags.t38, t38, member)) ignore(r, "T.38", member, nearest_in<t38>);
}

// Section 3.7: a shortcut, evaluated in its place, so later keys override parts of it.
void apply_webrtc(Reading& r) {
    apply_transport(r, "UDP/TLS/RTP/SAVPF");
    apply_ice(r, "force");
    apply_ice(r, "trickle");
    apply_rtcp_mux(r, "require");
    apply_sdes(r, "off");
    apply_bundle(r, "require");
    r.flags.no_rtcp_attribute = true;
    r.flags.generate_mid = true;
}

} // namespace rtpengine::ng
