// SPDX-License-Identifier: Apache-2.0
#include "ctl/options.h"

#include <charconv>
#include <string_view>

namespace rtpengine::ctl {

namespace {

Status set_text(std::string& target, std::string_view value) {
    target = value;
    return {};
}

// ADDRESS:PORT, or a port of this host.
Status set_ng(Options& options, std::string_view value) {
    options.ng = Endpoint::parse(value);
    if (!options.ng) options.ng = Endpoint::parse("127.0.0.1:" + std::string(value));
    if (options.ng && options.ng->port != 0) return {};
    return Error{"--ng wants ADDRESS:PORT, not '" + std::string(value) + "'"};
}

Status set_seconds(Options& options, std::string_view value) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), options.seconds);
    if (error == std::errc{} && end == value.data() + value.size() && options.seconds >= 1 &&
        options.seconds <= 3600)
        return {};
    return Error{"--seconds wants a number from 1 to 3600, not '" + std::string(value) + "'"};
}

Status set_deadline(Options& options, std::string_view value) {
    std::uint64_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (error != std::errc{} || end != value.data() + value.size() || seconds > 1'000'000)
        return Error{"--deadline wants a number of seconds up to 1000000, not '" + std::string(value) + "'"};
    options.deadline = seconds;
    return {};
}

struct Row {
    std::string_view name;
    bool takes_value;
    Status (*apply)(Options&, std::string_view value);
};

constexpr Row rows[] = {
    {"--runtime-dir", true, [](Options& o, std::string_view v) { return set_text(o.runtime_dir, v); }},
    {"--ng", true, set_ng},
    {"--seconds", true, set_seconds},
    {"--deadline", true, set_deadline},
    {"--off", false, [](Options& o, std::string_view) { return o.off = true, Status{}; }},
    {"--json", false, [](Options& o, std::string_view) { return o.json = true, Status{}; }},
    {"--help", false, [](Options& o, std::string_view) { return o.help = true, Status{}; }},
    {"-h", false, [](Options& o, std::string_view) { return o.help = true, Status{}; }},
    {"-help", false, [](Options& o, std::string_view) { return o.help = true, Status{}; }},
    {"--version", false, [](Options& o, std::string_view) { return o.words = {"version"}, Status{}; }},
    {"-ip", true, [](Options& o, std::string_view) { return o.legacy = true, Status{}; }},
    {"-port", true, [](Options& o, std::string_view) { return o.legacy = true, Status{}; }},
    {"-config-file", true, [](Options& o, std::string_view) { return o.legacy = true, Status{}; }},
};

const Row* find(std::string_view name) {
    for (const auto& row : rows)
        if (row.name == name) return &row;
    return nullptr;
}

// No option begins with a digit, but workers of an instance without a table do so: -1/default.
bool is_word(std::string_view argument) {
    return !argument.starts_with('-') || argument == "-" || (argument[1] >= '0' && argument[1] <= '9');
}

} // namespace

Result<Options> parse_options(std::span<const char* const> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (is_word(argument)) {
            options.words.emplace_back(argument);
            continue;
        }
        if (argument == "--") { // a call-ID may begin with a hyphen
            options.words.insert(options.words.end(), arguments.begin() + static_cast<long>(i) + 1,
                                 arguments.end());
            break;
        }
        const auto equals = argument.find('=');
        const auto* row = find(argument.substr(0, equals));
        const bool attached = equals != std::string_view::npos;
        if (!row || (attached && !row->takes_value)) return Error{"unknown option " + std::string(argument)};
        if (row->takes_value && !attached && i + 1 == arguments.size())
            return Error{std::string(argument) + " wants a value"};
        const auto value = attached           ? argument.substr(equals + 1)
                           : row->takes_value ? std::string_view(arguments[++i])
                                              : std::string_view{};
        if (auto applied = row->apply(options, value); !applied) return applied.error();
    }
    return options;
}

} // namespace rtpengine::ctl
