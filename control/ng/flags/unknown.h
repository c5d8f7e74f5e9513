// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace rtpengine::ng {

// What requests have asked for and nobody knows: each is said once, since a script says it with every call.
class Unknown {
  public:
    // What may have been meant by a word in the common spelling; "": nothing that is known.
    using Nearest = std::string_view (*)(std::string_view);

    // Says in the log that `text`, as a `what`, is ignored, unless that has been said before. nullptr: nothing is near.
    void say(std::string_view what, std::string_view text, Nearest nearest);
    // The line of it; nullopt: there is none.
    std::optional<std::string> line(std::string_view what, std::string_view text, Nearest nearest);

    static constexpr std::size_t most = 256; // are remembered; what is new after that isn't said

  private:
    std::set<std::string, std::less<>> said_;
};

} // namespace rtpengine::ng
