// SPDX-License-Identifier: Apache-2.0
// Words of the `flags` list that carry a value, "codec-strip-PCMU", and the codec lists they share with the
// key `codec` (specification sections 3.4 and 3.5.8).
#include "control/ng/flags/reading.h"

#include "common/ng/coerce.h"

namespace rtpengine::ng {

namespace {

constexpr Operations transcoders = op_offer | op_subscribe_request | op_publish;

template <std::vector<std::string> sdp::CodecOperations::*list> void codec(Reading& r, std::string_view value) {
    (r.flags.codec.*list).push_back(unescape(value));
}

void from_tags(Reading& r, std::string_view value) {
    r.flags.from_tags.push_back(unescape(value));
}
void sdp_attr_add(Reading& r, std::string_view value) {
    add_sdp_attr(r, "add", value);
}
void sdp_attr_remove(Reading& r, std::string_view value) {
    add_sdp_attr(r, "remove", value);
}
void sdp_attr_substitute(Reading& r, std::string_view value) {
    add_sdp_attr(r, "substitute", value);
}

// In the order in which they are tried.
constexpr PrefixRow prefixes[] = {
    {"endpoint-learning-", op_any, apply_learning},
    {"from-tags-", op_any, from_tags},
    {"osrtp-", op_any, apply_osrtp},
    {"replace-", op_any, apply_replace},
    {"rtcp-mux-", op_any, apply_rtcp_mux},
    {"bundle-", op_any, apply_bundle},
    {"codec-except-", op_any, codec<&sdp::CodecOperations::except>},
    {"codec-offer-", op_any, codec<&sdp::CodecOperations::offer>},
    {"codec-strip-", op_any, codec<&sdp::CodecOperations::strip>},
    {"codec-ignore-", op_any, codec<&sdp::CodecOperations::ignore>},
    {"sdes-", op_any, apply_sdes},
    {"sdp-attr-add-", op_any, sdp_attr_add},
    {"sdp-attr-remove-", op_any, sdp_attr_remove},
    {"sdp-attr-substitute-", op_any, sdp_attr_substitute},
    {"transcode-", transcoders, codec<&sdp::CodecOperations::transcode>},
    {"codec-transcode-", transcoders, codec<&sdp::CodecOperations::transcode>},
    {"codec-mask-", transcoders, codec<&sdp::CodecOperations::mask>},
    {"t38-", transcoders, apply_t38},
    {"t.38-", transcoders, apply_t38},
    {"codec-accept-", op_any, codec<&sdp::CodecOperations::accept>},
    {"codec-consume-", op_any, codec<&sdp::CodecOperations::consume>},
    {"codec-set-", op_any, codec<&sdp::CodecOperations::set>},
};

// The lists of the key `codec`.
constexpr PrefixRow lists[] = {
    {"accept", transcoders | op_play_media, codec<&sdp::CodecOperations::accept>},
    {"consume", transcoders | op_play_media, codec<&sdp::CodecOperations::consume>},
    {"except", op_any, codec<&sdp::CodecOperations::except>},
    {"ignore", op_any, codec<&sdp::CodecOperations::ignore>},
    {"mask", transcoders | op_play_media, codec<&sdp::CodecOperations::mask>},
    {"offer", op_any, codec<&sdp::CodecOperations::offer>},
    {"set", transcoders | op_play_media, codec<&sdp::CodecOperations::set>},
    {"strip", op_any, codec<&sdp::CodecOperations::strip>},
    {"transcode", transcoders | op_play_media, codec<&sdp::CodecOperations::transcode>},
};
static_assert(sorted_by_name(std::span<const PrefixRow>(lists)));

} // namespace

std::span<const PrefixRow> prefix_rows() {
    return prefixes;
}

bool apply_prefixed(Reading& r, std::string_view word) {
    const auto known = spelling(word);
    for (const auto& row : prefixes) {
        if (!known.starts_with(row.name)) continue;
        if (row.operations & r.operations) row.apply(r, word.substr(row.name.size()));
        return true;
    }
    return false;
}

void apply_codec(Reading& r, std::string_view list, std::string_view codec) {
    const auto* row = find_row(std::span<const PrefixRow>(lists), spelling(list));
    if (!row) return ignore(r, "codec list", list, nearest_in<lists>);
    if (row->operations & r.operations) row->apply(r, codec);
}

} // namespace rtpengine::ng
