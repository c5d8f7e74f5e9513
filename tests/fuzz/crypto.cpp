// SPDX-License-Identifier: Apache-2.0
// a=crypto, and what is offered and answered: lines that one side offered, an empty line, those that the other one answered, an empty
// line, members of the flags. What was read is printed and read as the same; what is made of it are lines with tags of their own and
// keys of their suites' lengths.
#include <algorithm>

#include "control/sdp/sdes.h"
#include "control/sdp/text.h"

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

void must(bool condition) {
    if (!condition) __builtin_trap();
}

std::vector<std::string> take_lines(std::string_view& text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        lines.emplace_back(take_until(text, '\n'));
        if (lines.back().empty()) break;
    }
    return lines;
}

void check_spelling(const std::vector<Crypto>& lines) {
    for (const auto& crypto : lines)
        for (const bool spelled : {false, true}) must(parse_crypto(print_crypto(crypto, {spelled, spelled})) == crypto);
}

void check_lines(const std::vector<Crypto>& lines) {
    for (auto line = lines.begin(); line != lines.end(); ++line) {
        must(line->parameters().valid());
        must(std::none_of(lines.begin(), line, [&](const Crypto& before) { return before.tag == line->tag; }));
    }
}

void check_answer(SdesAnswer answer, const SdesOptions& options, const RandomBytes& random) {
    const auto pair = sdes_answer(answer, options, random);
    must(pair.has_value() == !answer.offered.empty());
    if (!pair) return;
    must(pair->ours.parameters().valid() && pair->ours.tag == pair->theirs.tag && pair->ours.suite == pair->theirs.suite);
    must(std::ranges::find(answer.offered, pair->theirs) != answer.offered.end());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto offered = parse_cryptos(take_lines(text)), answered = parse_cryptos(take_lines(text));
    check_spelling(offered);
    const auto options = read_sdes_options(take_lines(text));
    const RandomBytes random = [](std::span<std::uint8_t> bytes) { std::ranges::fill(bytes, std::uint8_t{7}); };
    const auto made = sdes_offer(offered, answered, options, random);
    check_lines(made);
    const auto accepted = sdes_accepted(made, answered);
    if (accepted) must(accepted->ours.tag == accepted->theirs.tag && accepted->ours.suite == accepted->theirs.suite);
    auto preferred = sdes_preferred(offered, options);
    must(preferred.offered.size() == offered.size());
    SdesAnswer answer{std::move(preferred.offered), preferred.any, {}, accepted};
    check_answer(answer, options, random);
    if (!answered.empty()) answer.accepted = answered.front();
    check_answer(answer, options, random);
    return 0;
}
