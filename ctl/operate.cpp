// SPDX-License-Identifier: Apache-2.0
#include "ctl/operate.h"

#include <chrono>

#include "common/ng/coerce.h"
#include "ctl/ask.h"
#include "ctl/format.h"
#include "ctl/locate.h"
#include "ctl/output.h"

namespace rtpengine::ctl {

namespace {

// A process that comes up has 10 s, and as long to end; a reload may be many of them.
constexpr std::uint64_t patience_ms = 120'000;

ExitCode fail(ExitCode code, const std::string& why) {
    complain(why);
    return code;
}

// Asks, and shows what has been answered; `view` for people.
ExitCode request(const Options& options, const std::vector<std::string>& words, std::uint64_t patience,
                 ExitCode (*view)(const Answer&, bool quiet)) {
    const auto directory = the_supervisor(options);
    if (!directory) return fail(ExitCode::unreachable, directory.error().message);
    const auto answer = ask(*directory, Peer::supervisor, words, patience);
    if (!answer) return fail(ExitCode::unreachable, answer.error().message);
    if (!answer->error.empty()) return fail(ExitCode::negative, answer->error);
    if (options.json) print(answer->json + "\n");
    return view(*answer, options.json);
}

ExitCode replaced_view(const Answer& answer, bool quiet) {
    for (const auto& name : list(answer.data, "done"))
        if (!quiet) print((name.text() ? *name.text() : "?") + ": replaced\n");
    for (const auto& failure : list(answer.data, "failed"))
        complain(text(dict(failure), "name") + " was not replaced: " + text(dict(failure), "error"));
    if (list(answer.data, "failed").empty()) return ExitCode::ok;
    return list(answer.data, "done").empty() ? ExitCode::negative : ExitCode::partly;
}

ExitCode drained_view(const Answer& answer, bool quiet) {
    const bool drained = yes_no(answer.data, "drained") == "yes";
    if (!quiet) print("instance " + text(answer.data, "instance") + ": " + count(answer.data, "calls") + " calls\n");
    return drained ? ExitCode::ok : ExitCode::late;
}

ExitCode changes_view(const Answer& answer, bool quiet) {
    auto code = ExitCode::ok;
    for (const auto& member : list(answer.data, "changes")) {
        const auto& change = dict(member);
        const auto kind = text(change, "kind");
        std::string line = "instance " + text(change, "instance") + ": " + kind;
        if (kind == "refused") {
            line = "instance " + text(change, "instance") + ": not changed, this needs a new start, or that it is drained";
            code = ExitCode::partly;
        }
        const auto what = joined(change, "what");
        if (!quiet) print(line + (what == "-" || what.empty() ? "" : ": " + what) + "\n");
    }
    for (const auto& member : list(answer.data, "process"))
        if (!quiet)
            print(text(dict(member), "what") + (yes_no(dict(member), "applied") == "yes" ? "" : ": needs a new start") + "\n");
    return code;
}

std::vector<std::string> members(const ng::Dict& dictionary, const char* of, const char* kind) {
    std::vector<std::string> names;
    for (const auto& member : list(dictionary, of))
        if (!kind || text(dict(member), "kind") == kind) names.push_back(text(dict(member), "name"));
    return names;
}

} // namespace

Result<std::string> the_supervisor(const Options& options) {
    auto directories = running_supervisors(base_of(options));
    if (!directories) return directories.error();
    if (directories->size() == 1) return directories->front();
    std::string names;
    for (const auto& directory : *directories)
        names += " " + directory;
    return Error{"several are running: choose one with --runtime-dir:" + names};
}

ExitCode restart(const Options& options) { return request(options, options.words, patience_ms, replaced_view); }

ExitCode drain(const Options& options) {
    auto words = options.words;
    if (options.off) {
        words.push_back("off");
        return request(options, words, patience_ms, [](const Answer&, bool) { return ExitCode::ok; });
    }
    if (options.deadline) words.push_back(std::to_string(*options.deadline));
    const auto seconds = options.deadline.value_or(1'000'000); // calls end some day
    return request(options, words, seconds * 1000 + patience_ms, drained_view);
}

ExitCode reload(const Options& options) { return request(options, options.words, patience_ms, changes_view); }

// The supervisor first, as all others are its children; then control, because a new worker may be told what an old control
// process doesn't know.
ExitCode upgrade(const Options& options) {
    const auto directory = the_supervisor(options);
    if (!directory) return fail(ExitCode::unreachable, directory.error().message);
    const auto status = ask(*directory, Peer::supervisor, {"status"});
    if (!status) return fail(ExitCode::unreachable, status.error().message);
    const auto executions = number(status->data, "executions").value_or(0);
    std::vector<std::vector<std::string>> steps = {{"execute", std::to_string(executions)}, {"restart", "control"}};
    for (const char* kind : {"worker", "edge"})
        for (const auto& name : members(status->data, "children", kind))
            steps.push_back({"restart", "worker", name}); // which is any child but control
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto answer = ask(*directory, Peer::supervisor, steps[i], patience_ms);
        const std::string name = i ? steps[i].back() : "supervisor";
        const auto why = !answer ? answer.error().message
                         : !answer->error.empty() ? answer->error
                         : list(answer->data, "failed").empty()
                             ? ""
                             : text(dict(list(answer->data, "failed").front()), "error");
        if (!why.empty()) {
            complain(name + (i ? " was not replaced, the old process stays: " : " goes on with its old program: ") + why);
            complain(fmt::format("{} of {} processes were replaced", i, steps.size()));
            return i ? ExitCode::partly : ExitCode::negative;
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        print(fmt::format("{}: replaced in {:.2f} s\n", name, took.count()));
    }
    return ExitCode::ok;
}

std::vector<std::string> names_after(const Options& options, const std::vector<std::string>& words) {
    const auto directory = the_supervisor(options);
    const auto status = directory ? ask(*directory, Peer::supervisor, {"status"}) : Result<Answer>(directory.error());
    if (!status) return {};
    return words.back() == "worker" ? members(status->data, "children", "worker") : members(status->data, "instances", nullptr);
}

} // namespace rtpengine::ctl
