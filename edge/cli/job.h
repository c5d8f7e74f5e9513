// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/ng/value.h"
#include "edge/shared.h"

namespace rtpengine::edge::cli {

using Words = std::vector<std::string>;

// One command of the text interface at work: asks control for as many snapshots as it needs, one after another. Gone: nothing comes of
// it any more.
class Job {
  public:
    using Done = std::function<void(std::string text)>; // once; it may destroy the job
    Job(const Shared& shared, const Endpoint& client, Done done) : shared_(shared), client_(client), done_(std::move(done)) {}
    Job(const Job&) = delete;

    void start(std::string_view line);

    // For commands (commands.h).
    using Got = std::function<void(const ng::Dict& snapshot)>;
    void finish(std::string text);
    // What control says; else `otherwise`, or its own words where that is empty, end the command.
    void ask(const Words& words, Got got, std::string otherwise = {});
    void ask_json(const Words& words, std::function<void(std::string json)> got);
    // Every call, then `end`.
    void each_call(Got got, std::function<void()> end, const std::string& from = {});
    const link::InstanceConfig& config() const { return shared_.config; }

  private:
    void answered(const Result<const link::EdgeReply*>& reply, const std::function<void(std::string json)>& got, const std::string& otherwise);

    const Shared& shared_;
    const Endpoint client_;
    Done done_;
    ControlLink::Ticket ticket_;
};

} // namespace rtpengine::edge::cli
