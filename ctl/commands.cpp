// SPDX-License-Identifier: Apache-2.0
#include "ctl/commands.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "common/ng/writer.h"
#include "ctl/ask.h"
#include "ctl/format.h"
#include "ctl/locate.h"
#include "ctl/operate.h"
#include "ctl/output.h"
#include "ctl/table.h"
#include "ctl/test_command.h"
#include "ctl/top.h"
#include "ctl/views.h"

namespace rtpengine::ctl {

namespace {

ExitCode unreachable(const Error& error) {
    complain(error.message);
    return ExitCode::unreachable;
}

// `JSON, JSON, ...` in one array: what every supervisor said.
std::string array(const std::vector<std::string>& documents) {
    return fmt::format("[{}]\n", fmt::join(documents, ","));
}

ExitCode status(const Options& options) {
    const auto directories = running_supervisors(base_of(options));
    if (!directories) return unreachable(directories.error());
    std::vector<std::string> documents;
    auto code = ExitCode::ok;
    const auto style = Style::of_stdout();
    for (const auto& directory : *directories) {
        const auto supervisor = ask(directory, Peer::supervisor, {"status"});
        const auto control = ask(directory, Peer::control, {"status"});
        for (const auto* answer : {&supervisor, &control})
            if (!*answer) code = unreachable(answer->error());
        if (!supervisor) continue;
        documents.push_back(fmt::format(R"({{"supervisor":{},"control":{}}})", supervisor->json,
                                        control ? control->json : "null"));
        if (!options.json)
            print((documents.size() > 1 ? "\n" : "") +
                  status_view(supervisor->data, control ? control->data : ng::Dict{}, style));
    }
    if (options.json) print(array(documents));
    return code;
}

// Control hands them out by pages.
Result<ng::List> calls_of(const std::string& directory) {
    ng::List calls;
    std::vector<std::string> words{"list", "calls"};
    for (;;) {
        const auto answer = ask(directory, Peer::control, words);
        if (!answer) return answer.error();
        const auto& some = list(answer->data, "calls");
        calls.insert(calls.end(), some.begin(), some.end());
        if (!answer->data.find("next")) return calls;
        words = {"list", "calls", text(answer->data, "next")};
    }
}

ExitCode list_calls(const Options& options) {
    const auto directories = running_supervisors(base_of(options));
    if (!directories) return unreachable(directories.error());
    std::vector<std::string> documents;
    ng::List calls;
    auto code = ExitCode::ok;
    for (const auto& directory : *directories) {
        auto some = calls_of(directory);
        if (!some) {
            code = unreachable(some.error());
            continue;
        }
        calls.insert(calls.end(), some->begin(), some->end());
        ng::Dict document;
        document.add("calls", *std::move(some));
        documents.push_back(ng::encode(ng::Encoding::json, document));
    }
    if (options.json)
        print(array(documents));
    else if (!documents.empty())
        print(calls_view(calls, Style::of_stdout()));
    return code;
}

using View = std::string (*)(const ng::Dict&, const Style&);

ExitCode show_call(const Options& options, View view) {
    const auto directories = running_supervisors(base_of(options));
    if (!directories) return unreachable(directories.error());
    auto code = ExitCode::negative;
    for (const auto& directory : *directories) {
        const auto answer = ask(directory, Peer::control, {"call", options.words[1]});
        if (!answer) {
            code = unreachable(answer.error());
        } else if (answer->error.empty()) {
            print(options.json ? answer->json + "\n" : view(answer->data, Style::of_stdout()));
            return ExitCode::ok;
        }
    }
    if (code == ExitCode::negative) complain("there is no call " + options.words[1]);
    return code;
}

ExitCode call(const Options& options) { return show_call(options, call_view); }
ExitCode explain(const Options& options) { return show_call(options, explain_view); }

ExitCode show_version(const Options&) {
    print("rtpengine-ctl " RTPENGINE_VERSION "\n");
    return ExitCode::ok;
}

ExitCode help(const Options&);
ExitCode complete(const Options&);

struct Command {
    std::vector<std::string> words; // an argument in capitals
    const char* help;
    ExitCode (*run)(const Options&);
};

const std::vector<Command>& commands() {
    static const std::vector<Command> all = {
        {{"status"}, "instances, interfaces, processes and calls of every running rtpengine", status},
        {{"list", "calls"}, "one line for each call", list_calls},
        {{"call", "ID"}, "parties, media and streams of one call", call},
        {{"explain", "ID"}, "the same in words: who is silent, what was learned and why, what to look at", explain},
        {{"restart", "worker", "NAME"}, "a new process for a worker, which takes over from the old one", restart},
        {{"restart", "control"}, "the same for the control process", restart},
        {{"restart", "edge", "NAME"}, "the same for the process that serves the TCP and HTTP clients of an instance", restart},
        {{"restart", "instance", "NAME"}, "the same for all workers of an instance, one after another", restart},
        {{"drain", "NAME"}, "no new calls for an instance; waits until it is empty", drain},
        {{"reload"}, "read the configuration again and apply what has changed", reload},
        {{"upgrade"}, "the programs that are installed now: for the supervisor (in its process), for control and every worker", upgrade},
        {{"top"}, "a table of instances and processes that follows what they do; q ends it", top},
        {{"complete", "WORD"}, "words that may follow, for the shell", complete},
        {{"selftest"}, "make a call through the proxy and say what arrives", test_command},
        {{"version"}, "version of this program", show_version},
        {{"help"}, "this text", help},
    };
    return all;
}

bool matches(const Command& command, const std::vector<std::string>& words) {
    return std::equal(command.words.begin(), command.words.end(), words.begin(), words.end(),
                      [](const std::string& wanted, const std::string& given) {
                          return wanted == "ID" || wanted == "NAME" || wanted == "WORD" || wanted == given;
                      });
}

// Names of what runs, where a name is wanted; else the next words of the commands that begin so.
ExitCode complete(const Options& options) {
    const std::vector<std::string> given(options.words.begin() + 1, options.words.end());
    for (const auto& command : commands()) {
        if (command.words.size() <= given.size() || command.words[0] == "complete") continue;
        if (!std::equal(given.begin(), given.end(), command.words.begin())) continue;
        const auto& next = command.words[given.size()];
        for (const auto& word : next == "NAME" ? names_after(options, given) : std::vector{next})
            if (word != "ID") print(word + "\n");
    }
    return ExitCode::ok;
}

std::string sentence(const Command& command) {
    return fmt::format("{}", fmt::join(command.words, " "));
}

ExitCode help(const Options&) {
    print(help_text());
    return ExitCode::ok;
}

} // namespace

std::string help_text() {
    std::string out = "Usage: rtpengine-ctl [OPTION...] COMMAND\n\nCommands:\n";
    for (const auto& command : commands())
        out += fmt::format("  {:<22} {}\n", sentence(command), command.help);
    out += "\nOptions:\n"
           "  --runtime-dir=DIR   talk to the rtpengine that runs there (default: all in /run/rtpengine)\n"
           "  --deadline=SECONDS  drain: give up waiting after this\n"
           "  --off               drain: take new calls again\n"
           "  --json              what the processes answered, for programs\n"
           "  --ng=ADDRESS:PORT   selftest: the NG port of the proxy (default: of the one that runs)\n"
           "  --seconds=N         selftest: how long to talk, 1 - 3600 (default 3)\n"
           "\nA word that begins with a hyphen and a letter (a call-ID may) stands behind --: rtpengine-ctl call -- -ID\n"
           "\nExit code: 0 fine; 1 no such call, the test failed, or the request was refused; 2 wrong usage; 3 nobody\n"
           "answers; 4 drain: the deadline is over and there are calls; 5 some was done, and then something failed,\n"
           "or the answer could not be written.\n";
    return out;
}

std::string why_unknown(const std::vector<std::string>& words) {
    if (words.empty()) return "no command";
    const auto given = fmt::format("'{}'", fmt::join(words, " "));
    std::vector<std::string> longer, related; // begin with all of the words, with the first
    for (const auto& command : commands()) {
        if (command.words[0] != words[0]) continue;
        related.push_back(sentence(command));
        if (words.size() < command.words.size() && std::equal(words.begin(), words.end(), command.words.begin()))
            longer.push_back(sentence(command));
    }
    if (!longer.empty()) return fmt::format("{} wants more words: {}", given, fmt::join(longer, ", or "));
    if (!related.empty()) return fmt::format("{} makes no sense: it is {}", given, fmt::join(related, ", or "));
    return "unknown command " + given;
}

ExitCode run(const Options& options) {
    if (options.legacy)
        complain("-ip, -port and -config-file have no effect: the processes of this host are asked directly; what rtpengine's own "
                 "script asks is served by listen-cli");
    if (options.help) return help(options);
    if (!options.words.empty() && options.words[0] == "complete") return complete(options);
    for (const auto& command : commands())
        if (matches(command, options.words)) return command.run(options);
    complain(why_unknown(options.words) + "; see rtpengine-ctl help");
    return ExitCode::usage;
}

} // namespace rtpengine::ctl
