// SPDX-License-Identifier: Apache-2.0
#include "common/options/keyfile.h"

#include <algorithm>
#include <map>
#include <optional>

#include "common/options/convert.h"

namespace rtpengine::options {

namespace {

class Parser {
  public:
    Result<KeyFile> parse(std::string_view text) {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const auto end = text.find('\n');
            if (const auto wrong = line(trim(text.substr(0, end))))
                return Error{"line " + std::to_string(number) + ": " + *wrong};
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        }
        return std::move(file_);
    }

  private:
    using Wrong = std::optional<std::string>;

    Wrong line(std::string_view line) {
        if (line.empty() || line.front() == '#') return {};
        if (!printable_utf8(line)) return "not UTF-8 text";
        return line.front() == '[' ? header(line) : key(line);
    }

    Wrong header(std::string_view line) {
        const auto name = line.substr(1, line.size() - 2);
        if (line.size() < 3 || line.back() != ']' || name.find_first_of("[]") != std::string_view::npos)
            return "bad section header '" + std::string(line) + "'";
        const auto [known, added] = index_.try_emplace(std::string(name), file_.sections.size());
        if (added) file_.sections.push_back({std::string(name), {}});
        current_ = known->second;
        if (!added) file_.sections[*current_].repeated = true;
        return {};
    }

    Wrong key(std::string_view line) {
        const auto equals = line.find('=');
        const auto name = trim(line.substr(0, equals));
        if (equals == std::string_view::npos || name.empty())
            return "'" + std::string(line) + "' is not a section, a comment (#) or 'key = value'";
        if (!current_) return "'" + std::string(name) + "' stands before the first section";
        file_.sections[*current_].keys.emplace_back(name, trim(line.substr(equals + 1)));
        return {};
    }

    KeyFile file_;
    std::map<std::string, std::size_t> index_;
    std::optional<std::size_t> current_;
};

} // namespace

const std::string* Section::find(std::string_view key) const {
    const auto last =
        std::find_if(keys.rbegin(), keys.rend(), [&](const auto& entry) { return entry.first == key; });
    return last == keys.rend() ? nullptr : &last->second;
}

const Section* KeyFile::find(std::string_view name) const {
    const auto found =
        std::find_if(sections.begin(), sections.end(), [&](const auto& s) { return s.name == name; });
    return found == sections.end() ? nullptr : &*found;
}

std::vector<const Section*> KeyFile::with_prefix(std::string_view prefix) const {
    std::vector<const Section*> found;
    for (const auto& section : sections)
        if (section.name.size() > prefix.size() + 1 && section.name.starts_with(prefix) &&
            section.name[prefix.size()] == '-')
            found.push_back(&section);
    return found;
}

Result<KeyFile> parse_key_file(std::string_view text) {
    return Parser{}.parse(text);
}

} // namespace rtpengine::options
