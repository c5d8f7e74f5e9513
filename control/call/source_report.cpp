// SPDX-License-Identifier: Apache-2.0
#include "control/call/source_report.h"

#include "control/budget.h"

namespace rtpengine::call {

namespace {

// As the source has it.
const char* mode_of(const Media& source) {
    if (source.recv) return source.send ? "sendrecv" : "sendonly";
    return source.send ? "recvonly" : "inactive";
}

void write_tag_media(const Media& source, ng::Writer& to) {
    to.add("tag", source.party->tag);
    if (!source.party->label.empty()) to.add("label", source.party->label);
    to.list("medias", [&](ng::Writer& list) {
        list.dict([&](ng::Writer& of) {
            of.add("index", source.index);
            of.add("type", source.type);
            of.add("label", siprec_label(source));
            of.add("mode", mode_of(source));
        });
    });
}

void write_media_label(const Media& source, ng::Writer& to) {
    to.add("tag", source.party->tag);
    to.add("index", source.index);
    to.add("type", source.type);
    if (!source.party->label.empty()) to.add("label", source.party->label);
    to.add("mode", mode_of(source));
}

void write_labels(const std::vector<Pair>& pairs, ng::Writer& to) {
    to.list("tag-medias", [&](ng::Writer& list) {
        for (const auto& pair : pairs) list.dict([&](ng::Writer& of) { write_tag_media(*pair.sender, of); });
    });
    to.dict("media-labels", [&](ng::Writer& labels) {
        for (const auto& pair : pairs) labels.dict(siprec_label(*pair.sender), [&](ng::Writer& of) { write_media_label(*pair.sender, of); });
    });
}

} // namespace

std::string siprec_label(const Media& source) {
    return std::to_string((source.party->number - 1) * budget::sections.most + source.index);
}

void write_sources(const std::vector<Pair>& pairs, std::size_t medias, bool siprec, ng::Writer& to) {
    if (medias == 1) to.add("from-tag", pairs.front().sender->party->tag);
    if (siprec) write_labels(pairs, to);
    to.list("from-tags", [&](ng::Writer& list) {
        for (const auto& pair : pairs) list.item(pair.sender->party->tag);
    });
}

} // namespace rtpengine::call
