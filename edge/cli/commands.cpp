// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/commands.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"
#include "edge/cli/job.h"
#include "edge/cli/parameters.h"
#include "edge/cli/render.h"
#include "edge/snapshot/values.h"

namespace rtpengine::edge::cli {

namespace {

using ng::Dict;
using snapshot::dict;
using snapshot::number;
using Run = void (*)(Job&, const std::string& rest);

struct Command {
    std::string_view path;     // its words
    std::string_view argument; // that it must have; empty: none
    std::string_view help;
    Run run;
};

// ---- list

template <class Show> void with_settings(Job& job, Show show) {
    job.ask({"settings"}, [&job, show](const Dict& settings) { job.finish(show(settings) + "\n"); });
}
template <class Show> void with_statistics(Job& job, Show show) {
    job.ask({"statistics"}, [&job, show](const Dict& statistics) { job.finish(show(statistics)); });
}

// What a setting is, with the text before it.
template <const char* const* key, const char* const* before> void show_setting(Job& job, const std::string&) {
    with_settings(job, [](const Dict& settings) { return *before + std::to_string(number(settings, *key)); });
}

struct Families {
    std::int64_t ipv4 = 0, ipv6 = 0, mixed = 0;
};

void num_sessions(Job& job, const std::string&) {
    auto families = std::make_shared<Families>();
    const auto count = [families](const Dict& call) {
        const auto family = snapshot::text(call, "families");
        families->ipv4 += family == "ipv4";
        families->ipv6 += family == "ipv6";
        families->mixed += family == "mixed";
    };
    job.each_call(count, [&job, families] {
        with_statistics(job, [families](const Dict& statistics) {
            const auto& now = dict(statistics, "currentstatistics");
            return fmt::format("Current sessions own: {}\nCurrent sessions foreign: {}\nCurrent sessions total: {}\nCurrent transcoded media: {}\n"
                               "Current sessions ipv4 only media: {}\nCurrent sessions ipv6 only media: {}\nCurrent sessions ip mixed  media: {}\n",
                               number(now, "sessionsown"), number(now, "sessionsforeign"), number(now, "sessionstotal"),
                               number(now, "transcodedmedia"), families->ipv4, families->ipv6, families->mixed);
        });
    });
}

void open_files(Job& job, const std::string&) {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    const auto most = limit.rlim_cur == RLIM_INFINITY ? std::string("infinite") : std::to_string(limit.rlim_cur);
    job.finish(fmt::format("Maximum open-files configured on rtpengine: {}; cat /proc/{}/limits\n", most, getpid()));
}

void all_sessions(Job& job, bool (*wanted)(const Dict&), const std::string& none) {
    auto text = std::make_shared<std::string>();
    job.each_call([text, wanted](const Dict& call) { *text += wanted(call) ? session_line(call) : ""; },
                  [&job, text, none] { job.finish(text->empty() ? none : *text); });
}

void show_call(Job& job, const std::string& id, const std::string& unknown) {
    job.ask({"report", id}, [&job, id](const Dict& report) { job.finish(session_detail(id, report)); }, unknown);
}

void list_sessions(Job& job, const std::string& which) {
    if (which == "all") return all_sessions(job, [](const Dict&) { return true; }, "No sessions on this media relay.\n");
    if (which == "own") return all_sessions(job, [](const Dict&) { return true; }, "No own sessions on this media relay.\n");
    if (which == "foreign") return job.finish("No foreign sessions on this media relay.\n");
    if (which == "recording")
        return all_sessions(job, [](const Dict& call) { return number(call, "recording") != 0; }, "No recording sessions on this media relay.\n");
    show_call(job, which, fmt::format("\nCall ID not found ({}).\n\n", which));
}

void json_statistics(Job& job, const std::string&) {
    job.ask_json({"statistics"}, [&job](std::string json) { job.finish(std::move(json)); });
}

// ---- set

std::optional<std::int64_t> parsed(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

// `shown`: the name in the answer.
void set(Job& job, const std::string& text, const char* key, const std::string& shown, std::int64_t least, const std::string& too_small) {
    const auto value = parsed(text);
    if (!value) return job.finish(fmt::format("Fail setting {} to {}; no digits found\n", shown, text));
    if (*value < least || *value >= INT32_MAX) return job.finish(fmt::format("Fail setting {} to {}; {}\n", shown, text, too_small));
    const auto off = shown == "maxsessions" && *value == -1 ? "; disable feature" : "";
    job.ask({"set", key, std::to_string(*value)},
            [&job, shown, value, off](const Dict&) { job.finish(fmt::format("Success setting {} to {}{}\n", shown, *value, off)); });
}

template <const char* const* key> void set_timeout(Job& job, const std::string& text) {
    set(job, text, *key, "timeout", 0, "it is a number of seconds");
}

void set_max_sessions(Job& job, const std::string& text) {
    set(job, text, "max_sessions", "maxsessions", -1, "either positive or -1 values allowed");
}

void set_delete_delay(Job& job, const std::string& text) {
    if (!parsed(text)) return job.finish("Invalid delete-delay value\n");
    set(job, text, "delete_delay", "delete-delay", 0, "it is a number of seconds");
}

// ---- terminate, call

void terminate_all(Job& job, const std::string& said) {
    job.ask({"terminate-all"}, [&job, said](const Dict& some) { number(some, "more") ? terminate_all(job, said) : job.finish(said); });
}

void terminate(Job& job, const std::string& which) {
    if (which == "all" || which == "own") {
        const auto said = which == "all" ? "All calls terminated by operator." : "All own calls terminated by operator.";
        log::info("{}", said);
        return terminate_all(job, std::string(said) + "\n");
    }
    if (which == "foreign") return job.finish("All foreign calls terminated by operator.\n");
    job.ask({"terminate", which},
            [&job, which](const Dict&) { job.finish(fmt::format("\nCall Id ({}) successfully terminated by operator.\n\n", which)); },
            fmt::format("\nCall Id not found ({}).\n\n", which));
}

void call(Job& job, const std::string& rest) {
    const auto blank = rest.find(' ');
    const auto id = rest.substr(0, blank), what = blank == std::string::npos ? "" : rest.substr(blank + 1);
    const auto unknown = fmt::format("No such call '{}'\n", id);
    if (what == "info") return show_call(job, id, unknown);
    if (what == "terminate")
        return job.ask({"terminate", id}, [&job, id](const Dict&) { job.finish(fmt::format("\nCall '{}' terminated.\n\n", id)); }, unknown);
    job.ask({"report", id},
            [&job, id, what](const Dict&) {
                job.finish(what.empty() ? fmt::format("Incomplete command: {}\n", id) : fmt::format("Unknown command: {}\n", what));
            },
            unknown);
}

void no_keyspaces(Job& job, const std::string&) { job.finish("Keyspace notification feature has not been configured.\n"); }
void usage(Job& job, const std::string&);

constexpr const char *timeout = "timeout", *silent = "silent_timeout", *offer = "offer_timeout", *final_ = "final_timeout",
                     *delay = "delete_delay", *sessions = "max_sessions";
constexpr const char *timeout_is = "TIMEOUT=", *silent_is = "SILENT_TIMEOUT=", *offer_is = "OFFER_TIMEOUT=", *final_is = "FINAL_TIMEOUT=",
                     *nothing = "", *sessions_are = "Maximum sessions configured on rtpengine: ";

template <const char* const* text> void say(Job& job, const std::string&) { job.finish(std::string(*text) + "\n"); }
constexpr const char *no_cpu = "Maximum CPU usage configured on rtpengine: 0.0", *no_load = "Maximum load average configured on rtpengine: 0.00",
                     *no_bandwidth = "Maximum bandwidth configured on rtpengine: 0", *no_stats = "No stats entries", *minus_one = "-1",
                     *zero = "0", *ten = "10", *thousand = "1000";

const Command table[] = {
    {"usage", "", "this text", usage},
    {"list numsessions", "", "numbers of sessions", num_sessions},
    {"list maxsessions", "", "most sessions", show_setting<&sessions, &sessions_are>},
    {"list maxcpu", "", "CPU use above which no calls are taken; 0: any", say<&no_cpu>},
    {"list maxload", "", "load average above which no calls are taken; 0: any", say<&no_load>},
    {"list maxbw", "", "bandwidth above which no calls are taken; 0: any", say<&no_bandwidth>},
    {"list maxopenfiles", "", "most open files", open_files},
    {"list timeout", "", "seconds without media", show_setting<&timeout, &timeout_is>},
    {"list silenttimeout", "", "seconds on hold", show_setting<&silent, &silent_is>},
    {"list offertimeout", "", "seconds without an answer", show_setting<&offer, &offer_is>},
    {"list finaltimeout", "", "seconds of a call; 0: any", show_setting<&final_, &final_is>},
    {"list deletedelay", "", "seconds between a delete and the end", show_setting<&delay, &nothing>},
    {"list controltos", "", "TOS of NG replies", say<&zero>},
    {"list redisallowederrors", "", "there is no Redis yet", say<&minus_one>},
    {"list redisdisabletime", "", "there is no Redis yet", say<&ten>},
    {"list redisconnecttimeout", "", "there is no Redis yet", say<&thousand>},
    {"list rediscmdtimeout", "", "there is no Redis yet", say<&zero>},
    {"list loglevel", "", "log level of each subsystem", [](Job& job, const std::string& which) { job.finish(log_levels(which)); }},
    {"list loglevels", "", "what subsystems are", [](Job& job, const std::string&) { job.finish(subsystems()); }},
    {"list sessions", "<all|own|foreign|recording|callid>", "calls, a line each, or one in detail", list_sessions},
    {"list totals", "", "statistics", [](Job& job, const std::string&) { with_statistics(job, totals); }},
    {"list counters", "", "what goes through in a second", [](Job& job, const std::string&) { with_statistics(job, counters); }},
    {"list interfaces", "", "interfaces and their ports", [](Job& job, const std::string&) { with_statistics(job, interfaces); }},
    {"list transcoders", "", "none: there is no transcoding yet", say<&no_stats>},
    {"list jsonstats", "", "statistics in JSON", json_statistics},
    {"set maxsessions", "<int>", "most sessions; -1: any", set_max_sessions},
    {"set timeout", "<uint>", "seconds without media", set_timeout<&timeout>},
    {"set silenttimeout", "<uint>", "seconds on hold", set_timeout<&silent>},
    {"set offertimeout", "<uint>", "seconds without an answer", set_timeout<&offer>},
    {"set finaltimeout", "<uint>", "seconds of a call; 0: any", set_timeout<&final_>},
    {"set deletedelay", "<uint>", "seconds between a delete and the end", set_delete_delay},
    {"params start", "", "parameters as they were at the start", start_parameters},
    {"params current", "", "parameters as they are", current_parameters},
    {"params diff", "", "those that were changed", changed_parameters},
    {"params revert", "", "as they were at the start again", revert_parameters},
    {"terminate", "<callid|all|own|foreign>", "end a call, or all", terminate},
    {"call", "<callid> info|terminate", "one call in detail, or its end", call},
    {"ksadd", "<db>", "there is no Redis yet", no_keyspaces},
    {"ksrm", "<db>", "there is no Redis yet", no_keyspaces},
    {"kslist", "", "there is no Redis yet", no_keyspaces},
};

std::string_view first_word(std::string_view text) { return text.substr(0, text.find(' ')); }
bool is_below(std::string_view path, std::string_view group) {
    return group.empty() || (path.starts_with(group) && path.size() > group.size() && path[group.size()] == ' ');
}

std::string help_line(std::string_view indent, std::string_view words, std::string_view argument, std::string_view help) {
    const auto command = fmt::format("{}{}{}{}", indent, words, argument.empty() ? "" : " ", argument);
    return fmt::format("{:<50}: {}\n", command, help);
}

// Each next word once.
std::string help_of(std::string_view group) {
    std::string out = "Available sub-commands at this level:\n";
    std::string_view before;
    for (const auto& each : table) {
        if (!is_below(each.path, group)) continue;
        const auto rest = each.path.substr(group.empty() ? 0 : group.size() + 1);
        if (first_word(rest) == before) continue;
        before = first_word(rest);
        out += rest == before ? help_line("\t", rest, each.argument, each.help) : fmt::format("\t{} ...\n", before);
    }
    return out;
}

void usage(Job& job, const std::string&) {
    std::string out = "    Supported commands are:\n\n";
    std::string_view before;
    for (const auto& each : table) {
        const auto top = first_word(each.path);
        if (!before.empty() && top != before) out += "\n";
        if (top != each.path && top != before) out += fmt::format("    {} <option>\n", top);
        out += top == each.path ? help_line("    ", each.path, each.argument, each.help)
                                : help_line("        ", each.path.substr(top.size() + 1), each.argument, each.help);
        before = top;
    }
    job.finish(out + "\n");
}

const Command* exact(std::string_view path) {
    const auto found = std::find_if(std::begin(table), std::end(table), [&](const Command& each) { return each.path == path; });
    return found == std::end(table) ? nullptr : found;
}
bool is_group(std::string_view path) {
    return std::any_of(std::begin(table), std::end(table), [&](const Command& each) { return is_below(each.path, path); });
}

} // namespace

void run(Job& job, std::string_view line) {
    std::string path;
    for (auto rest = line;;) {
        auto word = rest.substr(0, rest.find(' '));
        const bool last = word.size() == rest.size();
        if (path.empty() && word == "get") word = "list";
        if (word == "help") return job.finish(help_of(path));
        path += (path.empty() ? "" : " ") + std::string(word);
        rest.remove_prefix(last ? rest.size() : first_word(rest).size() + 1);
        if (const auto* command = exact(path)) {
            if (rest == "help") return job.finish(help_line("\t", command->path, command->argument, command->help));
            if (!command->argument.empty() && rest.empty()) return job.finish("More parameters required.\n");
            return command->run(job, std::string(rest));
        }
        if (!is_group(path)) return job.finish(fmt::format("Unknown command: {}\n", word));
        if (last) return job.finish("More parameters required.\n");
    }
}

} // namespace rtpengine::edge::cli
