// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rtpengine::edge::metrics {

using Labels = std::vector<std::pair<std::string_view, std::string>>;

// The text format of Prometheus, version 0.0.4: families in the order in which they are begun, each in one piece.
class Exposition {
  public:
    // The samples that follow are of this family. `help` may be empty; `type`: gauge, counter.
    void begin(std::string_view name, std::string_view type, std::string_view help);
    // `value`: as it stands, a number.
    void sample(const Labels& labels, std::string_view value);
    std::string text() && { return std::move(out_); }

  private:
    std::string out_, name_;
};

} // namespace rtpengine::edge::metrics
