// SPDX-License-Identifier: Apache-2.0
#include "common/options/option.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "common/options/groups.h"

namespace rtpengine::options {

namespace {

constinit const std::array<Group, 19> all_groups = {{
    {"Actions", action_options, true},
    {"Process and files", process_options, true},
    {"Control listeners and signalling", listener_options},
    {"Media interfaces and ports", interface_options},
    {"Kernel forwarding and netfilter", kernel_options},
    {"Calls", call_options},
    {"Log", log_options, true},
    {"DTLS and SRTP", dtls_options},
    {"DTMF", dtmf_options},
    {"Redis", redis_options},
    {"Statistics and quality", statistics_options},
    {"MQTT", mqtt_options},
    {"Callback at the end of a call", callback_options},
    {"Recording", recording_options},
    {"Playback and caches", player_options},
    {"Transcoding", transcoding_options},
    {"Threads and scheduling", thread_options},
    {"HTTP", http_options},
    {"Star codes for recording", star_code_options},
}};

template <class Matches> const Option* first(Matches matches) {
    for (const auto& group : all_groups)
        for (const auto& option : group.options)
            if (matches(option)) return &option;
    return nullptr;
}

// Levenshtein distance, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::span<const Group> groups() {
    return all_groups;
}

bool of_process(const Option& option) {
    return std::any_of(all_groups.begin(), all_groups.end(), [&](const Group& group) {
        return group.of_process && &option >= group.options.data() && &option < group.options.data() + group.options.size();
    });
}

const Option* find(std::string_view name) {
    return first([&](const Option& option) { return option.name == name; });
}

const Option* find(char short_name) {
    return short_name ? first([&](const Option& option) { return option.short_name == short_name; })
                      : nullptr;
}

std::string_view nearest(std::string_view name) {
    if (name.size() > 64) return {};
    auto best = std::max<std::size_t>(2, name.size() / 3) + 1; // farther ones are no help
    std::string_view found;
    first([&](const Option& option) {
        const bool begins = name.size() >= 3 && option.name.starts_with(name);
        const auto apart = begins ? 1 : distance(name, option.name);
        if (apart < best) best = apart, found = option.name;
        return false;
    });
    return found;
}

} // namespace rtpengine::options
