// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rtpengine::edge {

// Who may ask for something.
class Admission {
  public:
    explicit Admission(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}
    bool is_open() const { return tokens_.empty(); } // to everybody
    // In a time that says nothing about the tokens but their lengths.
    bool knows(std::string_view token) const;

  private:
    std::vector<std::string> tokens_;
};

} // namespace rtpengine::edge
