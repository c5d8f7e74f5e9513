// SPDX-License-Identifier: Apache-2.0
// SDP: what was read is printed, and what was printed reads and prints as the same again. A section that is kept is the same again. The codec lists and
// the edits of the SIP proxy run over it too.
#include "control/budget.h"
#include "control/sdp/codec_list.h"
#include "control/sdp/crypto.h"
#include "control/sdp/kept.h"
#include "tests/unit/sdp/identity.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

void must(bool condition) {
    if (!condition) __builtin_trap();
}

// An m= line without formats is given one at the first printing; from then on nothing changes.
void check_round_trip(const Session& session) {
    const std::string first = print(same(session), {});
    if (first.empty() || first.size() > max_body / 2) return; // what sections inherit is written out for each of them
    const auto second = parse(first);
    must(static_cast<bool>(second));
    const std::string printed = print(same(*second), {});
    const auto third = parse(printed);
    must(static_cast<bool>(third));
    must(print(same(*third), {}) == printed);
}

// What is written and what is kept grows with what was read, but for what 256 sections take over and what each has from us:
// address, direction, names of static codecs.
void check_sizes(const Session& session, std::size_t size) {
    constexpr std::size_t of_sections = budget::sections.most * 200 + budget::inherited.most;
    std::size_t kept = 0;
    for (const Section& section : session.sections)
        kept += keep(section).size();
    must(kept <= 2 * size + of_sections);
    must(print(same(session), {}).size() <= 15 * size + of_sections);
}

void check_edits(const Session& session) {
    sdp::SectionEdits edits{"audio", {}};
    for (const Section& section : session.sections)
        section.each_attribute([&](std::string_view line) { edits.edits.remove.emplace_back(line); });
    for (const Attribute& attribute : session.uninterpreted)
        edits.edits.substitute.emplace_back(attribute.name, attribute.line());
    must(print(same(session), {}).empty() || !print(same(session), {edits}).empty());
    // The same text once more for every section: given up rather than written.
    edits.edits.add.assign(100, std::string(2000, 'x'));
    must(print(same(session), {edits}).size() <= max_body);
}

void check_codecs(const Section& section, const Section& other) {
    sdp::CodecOperations operations;
    for (const Codec& codec : other.codecs)
        operations.strip.push_back(codec.full());
    if (!other.formats.empty()) operations.offer.push_back(other.formats);
    operations.except.push_back(section.type);
    const OfferResult offer = offer_codecs({section.codecs, &other.codecs, operations, false, true, false});
    must(section.codecs.empty() || !offer.receiver.empty());
    const AnswerResult answer = answer_codecs(
        {other.codecs, offer.receiver, offer.sender, operations, true, true, false, false, true});
    must(offer.sender.empty() || !answer.offerer.empty());
}

// What becomes of keys, target `crypto` says.
void check_crypto(const Section& section) {
    for (const auto& crypto : parse_cryptos(section.crypto)) must(parse_crypto(print_crypto(crypto)) == crypto);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto fragment = parse(text, true)) must(fragment->sections.size() <= budget::sections.most);
    const auto session = parse(text);
    if (!session) return 0;
    check_sizes(*session, size);
    check_round_trip(*session);
    check_edits(*session);
    if (size < max_body / 2) // what a section inherits is written with it
        for (const Section& section : session->sections)
            must(read_kept(keep(section)) == section);
    for (const Section& section : session->sections) {
        check_codecs(section, session->sections.front());
        check_crypto(section);
    }
    return 0;
}
