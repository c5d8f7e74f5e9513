// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "control/sdp/sdes.h"
#include "control/sdp/text.h"

namespace rtpengine::sdp {

namespace {

struct Word {
    std::string_view name;
    bool SdesOptions::*value;
};
constexpr Word words[] = {
    {"off", &SdesOptions::off},     {"nonew", &SdesOptions::no_new}, {"static", &SdesOptions::keep},
    {"prefer", &SdesOptions::prefer},
};

struct Spelling {
    std::string_view name;
    bool CryptoSpelling::*value;
};
constexpr Spelling spellings[] = {{"pad", &CryptoSpelling::pad}, {"lifetime", &CryptoSpelling::lifetime}};

struct Bit {
    std::string_view set, cleared;
    bool srtp::SessionParameters::*value;
};
constexpr Bit bits[] = {
    {"unencrypted_srtp", "encrypted_srtp", &srtp::SessionParameters::unencrypted_srtp},
    {"unencrypted_srtcp", "encrypted_srtcp", &srtp::SessionParameters::unencrypted_srtcp},
    {"unauthenticated_srtp", "authenticated_srtp", &srtp::SessionParameters::unauthenticated_srtp},
};

struct List {
    std::string_view prefix;
    SdesOptions::Suites SdesOptions::*suites;
};
constexpr List lists[] = {
    {"no-", &SdesOptions::excluded},
    {"only-", &SdesOptions::only},
    {"order:", &SdesOptions::order},
    {"offerer_pref:", &SdesOptions::offerer_preference},
};

// Of two opposite bits the later one holds.
void read_bit(SdesOptions& options, std::string_view member) {
    for (const auto& [set, cleared, value] : bits) {
        const bool is_set = member == set;
        if (!is_set && member != cleared) continue;
        options.set.*value = is_set;
        options.cleared.*value = !is_set;
    }
}

void read_list(SdesOptions& options, std::string_view member) {
    for (const auto& [prefix, suites] : lists) {
        if (!member.starts_with(prefix)) continue;
        auto rest = member.substr(prefix.size());
        options.filtered |= suites == &SdesOptions::only;
        while (!rest.empty())
            if (const auto* suite = srtp::find_suite(trim(take_until(rest, ';')))) (options.*suites).push_back(suite);
    }
}

} // namespace

SdesOptions read_sdes_options(std::span<const std::string> members) {
    SdesOptions options;
    for (const std::string_view member : members) {
        for (const auto& [name, value] : words)
            if (member == name) options.*value = true;
        for (const auto& [name, value] : spellings)
            if (member == name) options.spelling.*value = true;
        read_bit(options, member);
        read_list(options, member);
    }
    return options;
}

bool SdesOptions::permits(const srtp::Suite& suite) const {
    if (no_new) return true;
    const auto& list = filtered ? only : excluded;
    return (std::ranges::find(list, &suite) != list.end()) == filtered;
}

} // namespace rtpengine::sdp
