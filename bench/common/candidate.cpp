// SPDX-License-Identifier: Apache-2.0
#include "bench/common/candidate.h"

#include <algorithm>
#include <cctype>

namespace rtpengine::bench {

Candidate candidate(const std::string& text) {
    const auto equals = text.find('=');
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    if (equals != text.npos && equals > 0 && std::all_of(text.begin(), text.begin() + long(equals), is_name))
        return {text.substr(0, equals), text.substr(equals + 1)};
    const auto program = text.substr(0, text.find(' '));
    return {program.substr(program.rfind('/') + 1), text};
}

} // namespace rtpengine::bench
