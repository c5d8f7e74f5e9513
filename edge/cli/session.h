// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "edge/cli/job.h"
#include "edge/net/connection.h"

namespace rtpengine::edge::cli {

// The text interface over TCP: one line asks, and the answer ends with the connection.
class CliSession final : public Session {
  public:
    static constexpr std::size_t longest = 1024; // bytes of a line
    // Both outlive it.
    CliSession(Connection& connection, const Shared& shared) : connection_(connection), shared_(shared) {}

    Result<std::size_t> take(std::string_view input) override;
    bool is_full() const override { return job_.has_value(); }
    bool is_idle() const override { return !at_work_; }
    std::uint64_t patience_ms(bool) const override { return 60'000; }

  private:
    Connection& connection_;
    const Shared& shared_;
    std::optional<Job> job_;
    bool at_work_ = false;
};

} // namespace rtpengine::edge::cli
