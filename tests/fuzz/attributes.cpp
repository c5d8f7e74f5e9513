// SPDX-License-Identifier: Apache-2.0
// Values of a=candidate, a=fingerprint and a=setup, one a line: what was read is printed, and read as the same.
#include "control/sdp/candidate.h"
#include "control/sdp/fingerprint.h"
#include "control/sdp/text.h"

#include <cstdint>

using namespace rtpengine;
using namespace rtpengine::sdp;

namespace {

void must(bool condition) {
    if (!condition) __builtin_trap();
}

void check_candidate(std::string_view value) {
    const auto candidate = read_candidate(value);
    if (!candidate) return;
    const auto printed = candidate_value(*candidate);
    const auto again = read_candidate(printed);
    must(again && candidate_value(*again) == printed);
}

void check_fingerprint(std::string_view value) {
    const auto fingerprint = parse_fingerprint(value);
    must(fingerprint.has_value() == usable_fingerprint(value));
    if (!fingerprint) return;
    must(known_hash(fingerprint->hash) == fingerprint->hash);
    must(parse_fingerprint(print_fingerprint(*fingerprint)) == fingerprint);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    while (!text.empty()) {
        const auto line = take_until(text, '\n');
        check_candidate(line);
        check_fingerprint(line);
        (void)parse_setup(line);
    }
    return 0;
}
