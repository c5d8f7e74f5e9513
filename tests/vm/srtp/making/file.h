/* SPDX-License-Identifier: Apache-2.0 */
// The steps as a file.
#pragma once

#include "../steps.h"

#include <fstream>
#include <string>
#include <vector>

namespace making {

using Bytes = std::vector<uint8_t>;

template <class T> Bytes bytes_of(const T& value) {
    auto first = reinterpret_cast<const uint8_t*>(&value);
    return {first, first + sizeof value};
}

// Of `kind` and for `side`; lengths are filled in when it is added.
Step step(Kind kind, uint32_t side, int32_t result, bool rtcp = false, uint32_t room = 0);

// An error is an exception.
class Steps {
  public:
    explicit Steps(const char* path);

    void add(Step step, const Bytes& input, const Bytes& expected = {});
    void note(const std::string& text);

    unsigned count = 0;

  private:
    void put(const Bytes& bytes);

    std::ofstream file_;
};

} // namespace making
