// SPDX-License-Identifier: Apache-2.0
#include "control/sdp/codec_list.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "control/sdp/codec_match.h"

namespace rtpengine::sdp {

namespace {

using ClockRates = std::set<unsigned>;

bool like(const Codec& a, const Codec& b) {
    return same_number(a, b) && same_format(a, b);
}

bool lists_number(const CodecList& list, const Codec& codec) {
    return std::ranges::any_of(list, [&](const Codec& other) { return same_number(other, codec); });
}

ClockRates clock_rates(const CodecList& list) {
    ClockRates rates;
    for (const Codec& codec : list)
        if (!codec.supplemental()) rates.insert(codec.clock_rate);
    return rates;
}

// Removes what `chosen` tells; returns the clock rates of the primary codecs that went.
template <class Predicate> ClockRates remove(CodecList& list, Predicate chosen) {
    CodecList kept, gone;
    for (Codec& codec : list)
        (chosen(codec) ? gone : kept).push_back(std::move(codec));
    list = std::move(kept);
    return clock_rates(gone);
}

// New codecs stand before the first supplemental one.
void add(CodecList& list, const Codec& codec) {
    const auto place = codec.supplemental() ? list.end() : std::ranges::find_if(list, &Codec::supplemental);
    list.insert(place, codec);
}

// `offer` and `transcode`: codecs of `source` that are missing come back in the order of the operation.
template <class Predicate>
void restore(CodecList& list, const CodecSet& operation, const CodecList& source, Predicate allowed) {
    if (operation.patterns().empty()) return;
    CodecList missing;
    std::ranges::copy_if(source, std::back_inserter(missing),
                         [&](const Codec& codec) { return !lists_number(list, codec) && allowed(codec); });
    for (const CodecSet::Pattern& pattern : operation.patterns()) {
        for (const Codec& codec : missing)
            if (pattern.matches(codec) && !lists_number(list, codec)) add(list, codec);
        std::erase_if(missing, [&](const Codec& codec) { return pattern.matches(codec); });
    }
}

// telephone-event and CN go with the last codec of their clock rate.
void drop_orphans(CodecList& list, const ClockRates& touched) {
    const ClockRates left = clock_rates(list);
    std::erase_if(list, [&](const Codec& codec) {
        return codec.supplemental() && touched.contains(codec.clock_rate) && !left.contains(codec.clock_rate);
    });
}

// What `order` lists comes first, in its order.
CodecList reordered(CodecList list, const CodecList& order) {
    CodecList result;
    for (const Codec& wanted : order) {
        const auto found =
            std::ranges::find_if(list, [&](const Codec& codec) { return like(codec, wanted); });
        if (found == list.end()) continue;
        result.push_back(std::move(*found));
        list.erase(found);
    }
    std::ranges::move(list, std::back_inserter(result));
    return result;
}

CodecList receiver_base(const OfferRequest& request) {
    const bool known = request.previous && !request.previous->empty();
    if (known && request.static_codecs) return *request.previous;
    if (known && request.reuse_codecs) return reordered(request.offered, *request.previous);
    return request.offered;
}

CodecList receiver_list(const OfferRequest& request) {
    const CodecOperations& operations = request.operations;
    const CodecSet strip(operations.strip, operations.except), mask(operations.mask, operations.except),
        consume(operations.consume, operations.except);
    CodecList list = receiver_base(request);
    const ClockRates touched = remove(list, [&](const Codec& codec) {
        return strip.contains(codec) || mask.contains(codec) || consume.contains(codec);
    });
    restore(list, CodecSet(operations.offer), request.offered, [](const Codec&) { return true; });
    // What was named for removal would come back only to be transcoded; what "all" swept away comes back as
    // it is.
    restore(list, CodecSet(operations.transcode), request.offered, [&](const Codec& codec) {
        return !strip.full() && !strip.names(codec) && !mask.contains(codec) && !consume.contains(codec);
    });
    drop_orphans(list, touched);
    if (list.empty() && !request.allow_no_codec_media) return request.offered;
    return list;
}

// The offered codec that A means, with A's own parameters; nullopt: it wasn't offered. `formats`: in which A
// may have another number for it.
std::optional<Codec> accepted(const Codec& answered, const CodecList& offered,
                              const std::set<Format>& formats) {
    for (const Codec& offer : offered) {
        if (like(answered, offer)) return answered;
        if (!same_number(answered, offer) || !answered.name.empty()) continue;
        Codec codec = offer; // A left the rtpmap out: the number says it
        codec.fmtp = answered.fmtp;
        codec.rtcp_fb = answered.rtcp_fb;
        return codec;
    }
    if (!answered.name.empty() && formats.contains(format_of(answered))) return answered;
    return std::nullopt;
}

CodecList accepted(const CodecList& answered, const CodecList& offered, bool any_number) {
    std::set<Format> formats;
    if (any_number) std::ranges::transform(offered, std::inserter(formats, formats.end()), format_of);
    CodecList list;
    for (const Codec& codec : answered)
        if (auto match = accepted(codec, offered, formats)) list.push_back(std::move(*match));
    return list;
}

// `primary` and the supplemental codecs of its clock rate.
CodecList with_supplemental(const Codec& primary, const CodecList& list) {
    CodecList result{primary};
    for (const Codec& codec : list)
        if (codec.supplemental() && codec.clock_rate == primary.clock_rate) result.push_back(codec);
    return result;
}

bool primary(const Codec& codec) {
    return !codec.supplemental();
}
bool primary_transcodable(const Codec& codec) {
    return primary(codec) && transcodable(codec);
}

CodecList only_first(const CodecList& list) {
    const auto first = std::ranges::find_if(list, primary);
    return first == list.end() ? list : with_supplemental(*first, list);
}

// Where strip touched a clock rate, its supplemental codecs are told in the offerer's own words.
void adopt_supplemental(CodecList& list, const CodecList& original, const ClockRates& touched) {
    for (Codec& codec : list) {
        if (!codec.supplemental() || !touched.contains(codec.clock_rate)) continue;
        const auto own =
            std::ranges::find_if(original, [&](const Codec& other) { return like(codec, other); });
        if (own != original.end()) codec = *own;
    }
}

// A's list after strip and offer. O's own list is the measure too: a codec that R was not shown, but uses,
// does no harm to an O that offered it.
CodecList answerer_list(const AnswerRequest& request) {
    const CodecSet strip(request.operations.strip, request.operations.except);
    CodecList known = request.offered;
    std::ranges::copy(request.original, std::back_inserter(known));
    const CodecList all = accepted(request.answered, known, request.allow_asymmetric_codecs);
    CodecList list = all;
    const ClockRates touched = remove(list, [&](const Codec& codec) { return strip.contains(codec); });
    restore(list, CodecSet(request.operations.offer), all, [](const Codec&) { return true; });
    drop_orphans(list, touched);
    if (list.empty() && !request.allow_no_codec_media) return all;
    adopt_supplemental(list, request.original, touched);
    return request.reuse_codecs ? reordered(std::move(list), request.offered) : list;
}

// A chose nothing that O had offered. What nobody could convert passes as it is; else O keeps its first
// codec.
CodecList without_common(const AnswerRequest& request, const CodecList& common) {
    const auto kept = std::ranges::find_if(request.original, primary_transcodable);
    const bool convertible = std::ranges::any_of(request.answered, primary_transcodable);
    if (kept != request.original.end() && convertible) return with_supplemental(*kept, common);
    return request.answered.empty() ? request.original : request.answered;
}

CodecList offerer_list(const AnswerRequest& request, const CodecList& answerer) {
    CodecList list = accepted(answerer, request.original, request.allow_asymmetric_codecs);
    if (request.allow_no_codec_media || std::ranges::any_of(list, primary))
        return request.single_codec ? only_first(list) : list;
    return without_common(request, list);
}

} // namespace

OfferResult offer_codecs(const OfferRequest& request) {
    const CodecSet ignore(request.operations.ignore, request.operations.except);
    CodecList sender = request.offered;
    std::erase_if(sender, [&](const Codec& codec) { return ignore.contains(codec); });
    if (sender.empty() && !request.allow_no_codec_media) sender = request.offered;
    return {receiver_list(request), std::move(sender)};
}

AnswerResult answer_codecs(const AnswerRequest& request) {
    CodecList answerer = answerer_list(request);
    CodecList offerer = offerer_list(request, answerer);
    return {std::move(answerer), std::move(offerer)};
}

} // namespace rtpengine::sdp
