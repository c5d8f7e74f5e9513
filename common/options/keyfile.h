// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace rtpengine::options {

struct Section {
    std::string name;
    std::vector<std::pair<std::string, std::string>> keys; // in file order
    bool repeated = false; // its header is there more than once

    // Of a key that is there twice, the last value; nullptr: not there.
    const std::string* find(std::string_view key) const;
};

// The configuration file: sections of `key = value` lines, comments from '#' at the start of a line.
struct KeyFile {
    std::vector<Section> sections; // in file order; a section that is there twice is one

    const Section* find(std::string_view name) const;
    // Those named PREFIX-anything.
    std::vector<const Section*> with_prefix(std::string_view prefix) const;
};

// Errors name the line: text before the first section, a line that is neither, an empty name, text that isn't
// UTF-8.
Result<KeyFile> parse_key_file(std::string_view text);

} // namespace rtpengine::options
