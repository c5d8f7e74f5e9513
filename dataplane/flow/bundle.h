// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/rtp/edit.h"

namespace rtpengine::flow {

// Several media that come to one port (RFC 9143 section 9.2), by the rule.
struct BundleRule {
    static constexpr std::size_t most_members = 64;
    struct Member {
        std::string mid; // "": has none
        rtp::PayloadTypes types;
        bool operator==(const Member&) const = default;
    };
    unsigned mid_extension = 0; // its identifier; 0: there is none
    std::vector<Member> members;

    bool operator==(const BundleRule&) const = default;
};

// Says of which media a packet is: by its mid, by what its SSRC was before, by its payload type if no other media has that.
class Bundle {
  public:
    explicit Bundle(BundleRule rule);

    // A place among the members; nullopt: of none. Allocates nothing.
    std::optional<std::uint8_t> member_of(rtp::Bytes packet);
    const BundleRule& rule() const { return rule_; }

  private:
    static constexpr std::uint8_t none = 0xff;
    static constexpr std::size_t remembered = 32; // SSRCs whose media is known from their mid
    struct Source {
        std::uint32_t ssrc = 0;
        std::uint8_t member = none;
    };
    std::uint8_t by_mid(rtp::Bytes packet) const;
    std::uint8_t& by_source(std::uint32_t ssrc);

    BundleRule rule_;
    std::array<std::uint8_t, rtp::payload_types> by_type_; // `none`: of no member, or of several
    std::array<Source, remembered> sources_{};             // where its hash says; who comes later has the place
};

} // namespace rtpengine::flow
