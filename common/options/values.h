// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"
#include "common/options/convert.h"
#include "common/options/keyfile.h"
#include "common/options/option.h"

namespace rtpengine::options {

// What was given, canonical (see convert()), by option. Names asked for must be in the table.
class Values {
  public:
    bool given(std::string_view name) const;
    bool flag(std::string_view name) const;
    // The default where nothing was given; 0 without a default.
    std::int64_t integer(std::string_view name) const;
    std::string text(std::string_view name) const;
    std::vector<std::string> list(std::string_view name) const;

    // Adds one value: to the list of a repeatable option, else in place of the one before.
    Status add(const Option& option, std::string_view value, Origin origin);
    const std::vector<std::string>& warnings() const { return warnings_; }
    void warn(std::string warning) { warnings_.push_back(std::move(warning)); }
    std::vector<const Option*> all_given() const; // in the table's order

    // Values of the section for options that the command line left open; keys that are no options are
    // ignored.
    Status add_section(const Section& section);
    // Without what came from a file.
    Values from_command_line() const;

  private:
    std::map<const Option*, std::vector<std::string>> values_;
    std::set<const Option*> typed_; // on the command line
    std::vector<std::string> warnings_;
};

// The command line, argv[0] left out. Words that are no options are warned of, and ignored.
Result<Values> parse_command_line(const std::vector<std::string>& words);

} // namespace rtpengine::options
