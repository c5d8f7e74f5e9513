// SPDX-License-Identifier: Apache-2.0
#include "common/options/values.h"

#include <cstdio>
#include <cstdlib>

namespace rtpengine::options {

namespace {

// Asking for an option that is not in the table is a mistake in this program, found by any test that gets
// there.
const Option& must_find(std::string_view name) {
    if (const auto* option = find(name)) return *option;
    std::fprintf(stderr, "no row for option %.*s\n", static_cast<int>(name.size()), name.data());
    std::abort();
}

std::vector<std::string_view> elements(const Option& option, std::string_view value) {
    if (option.kind.repeatable) return split(value, ';');
    return {value};
}

} // namespace

bool Values::given(std::string_view name) const {
    return values_.contains(&must_find(name));
}

std::string Values::text(std::string_view name) const {
    const auto& option = must_find(name);
    const auto found = values_.find(&option);
    return found == values_.end() || found->second.empty() ? std::string(option.kind.fallback)
                                                           : found->second.back();
}

bool Values::flag(std::string_view name) const {
    return text(name) == "true";
}

std::int64_t Values::integer(std::string_view name) const {
    const auto value = text(name);
    return value.empty() ? 0 : std::strtoll(value.c_str(), nullptr, 10);
}

std::vector<std::string> Values::list(std::string_view name) const {
    const auto found = values_.find(&must_find(name));
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

Status Values::add(const Option& option, std::string_view value, Origin origin) {
    auto canonical = convert(option, value, origin, warnings_);
    if (!canonical) return canonical.error();
    if (origin == Origin::command_line) typed_.insert(&option);
    auto& values = values_[&option];
    if (!option.kind.repeatable) values.clear();
    values.push_back(*std::move(canonical));
    return {};
}

Status Values::add_section(const Section& section) {
    for (const auto& group : groups())
        for (const auto& option : group.options) {
            const auto* value = section.find(option.name);
            if (!value || option.command_line_only || values_.contains(&option)) continue;
            values_[&option]; // given, even as an empty list
            for (const auto element : elements(option, *value))
                if (auto added = add(option, element, Origin::file); !added)
                    return Error{"key '" + std::string(option.name) + "' in section [" + section.name +
                                 "]: " + added.error().message};
        }
    return {};
}

Values Values::from_command_line() const {
    Values typed;
    typed.typed_ = typed_;
    for (const auto* option : typed_)
        typed.values_[option] = values_.at(option);
    return typed;
}

std::vector<const Option*> Values::all_given() const {
    std::vector<const Option*> given;
    for (const auto& group : groups())
        for (const auto& option : group.options)
            if (values_.contains(&option)) given.push_back(&option);
    return given;
}

} // namespace rtpengine::options
