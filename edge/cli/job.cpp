// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/job.h"

#include "common/base/log.h"
#include "common/ng/json.h"
#include "edge/cli/commands.h"
#include "edge/snapshot/values.h"

namespace rtpengine::edge::cli {

namespace {

constexpr ng::JsonLimits limits{16 << 20, ng::max_depth};

link::CtlRequest request_of(const Words& words) {
    link::CtlRequest request;
    for (const auto& word : words) request.add_words(word);
    return request;
}

} // namespace

void Job::start(std::string_view line) {
    log::record(log::Level::info, log::Subsystem::control, {}, "command line from {}: {}", client_.str(), log::marked(line));
    run(*this, line);
}

void Job::finish(std::string text) {
    ticket_ = {};
    if (const auto once = std::exchange(done_, nullptr)) once(std::move(text));
}

void Job::ask_json(const Words& words, std::function<void(std::string json)> got) {
    ticket_ = shared_.control.ask_ctl(client_, request_of(words), [this, got = std::move(got)](const auto& reply) { answered(reply, got, {}); });
}

void Job::ask(const Words& words, Got got, std::string otherwise) {
    auto read = [this, got = std::move(got)](const std::string& json) {
        const auto snapshot = ng::decode_json(json, limits);
        snapshot ? got(*snapshot) : finish(snapshot.error().message + "\n");
    };
    ticket_ = shared_.control.ask_ctl(client_, request_of(words), [this, read = std::move(read), otherwise = std::move(otherwise)](const auto& reply) {
        answered(reply, read, otherwise);
    });
}

void Job::answered(const Result<const link::EdgeReply*>& reply, const std::function<void(std::string json)>& got, const std::string& otherwise) {
    if (!reply) return finish(reply.error().message + "\n");
    const auto& answer = (*reply)->ctl();
    if (answer.error().empty()) return got(answer.json());
    finish(otherwise.empty() ? answer.error() + "\n" : otherwise);
}

void Job::each_call(Got got, std::function<void()> end, const std::string& from) {
    Words words = {"list", "calls"};
    if (!from.empty()) words.push_back(from);
    ask(words, [this, got = std::move(got), end = std::move(end)](const ng::Dict& page) {
        for (const auto& call : snapshot::list(page, "calls")) got(snapshot::dict(call));
        const auto next = snapshot::text(page, "next");
        next.empty() ? end() : each_call(got, end, next);
    });
}

} // namespace rtpengine::edge::cli
