// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "control/ng/value.h"

namespace rtpengine::ng {

// The right, and the duty, to answer one request. Exactly one reply leaves: the first one that is given, or
// an error when this is destroyed before. Usable at any later time; a reply after the server is gone goes
// nowhere.
class Responder {
  public:
    // `reply` is complete, with its result.
    using Deliver = std::function<void(Dict reply, bool failed)>;

    explicit Responder(Deliver deliver) : deliver_(std::move(deliver)) {}
    Responder(Responder&& other) noexcept : deliver_(std::exchange(other.deliver_, nullptr)) {}
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void ok(Dict keys = {}, std::string_view result = "ok"); // "result" is appended to the keys
    // Section 2.24's words; `keys` stand before them.
    void error(std::string_view reason, Dict keys = {});

  private:
    void deliver(Dict reply, bool failed);

    Deliver deliver_;
};

} // namespace rtpengine::ng
