// SPDX-License-Identifier: Apache-2.0
#include "edge/cli/session.h"

namespace rtpengine::edge::cli {

// An empty line asks for nothing.
Result<std::size_t> CliSession::take(std::string_view input) {
    const auto end = input.find('\n');
    if (end == std::string_view::npos && input.size() > longest) return Error{"a command is longer than 1024 bytes"};
    if (end == std::string_view::npos) return std::size_t{0};
    auto line = input.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() > longest) return Error{"a command is longer than 1024 bytes"};
    if (line.empty()) return end + 1;
    at_work_ = true;
    job_.emplace(shared_, connection_.peer(), [this](const std::string& text) {
        at_work_ = false;
        connection_.send(text);
        connection_.end();
    });
    job_->start(line);
    return end + 1;
}

} // namespace rtpengine::edge::cli
