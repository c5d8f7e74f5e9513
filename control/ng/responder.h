// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

#include "common/base/result.h"
#include "control/ng/value.h"

namespace rtpengine::ng {

// The right, and the duty, to answer one request. Exactly one reply leaves: the first one that is given, or
// an error when this is destroyed before. Usable at any later time; a reply after the server is gone goes
// nowhere.
class Responder {
  public:
    // `reply` is complete, with its result.
    using Deliver = std::function<void(Dict reply, bool failed)>;

    // How many bytes the reply with these keys would have on the wire.
    using Measure = std::function<std::size_t(const Dict& reply)>;

    explicit Responder(Deliver deliver, Measure measure = nullptr)
        : deliver_(std::move(deliver)), measure_(std::move(measure)) {}
    Responder(Responder&& other) noexcept
        : deliver_(std::exchange(other.deliver_, nullptr)), measure_(std::move(other.measure_)) {}
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    void ok(Dict keys = {}, std::string_view result = "ok"); // "result" is appended to the keys
    // Likewise, of a reply that is complete() already: nothing can go wrong any more.
    void send(Dict complete, bool failed = false) { deliver(std::move(complete), failed); }
    static Dict complete(Dict keys, std::string_view result = "ok") {
        keys.add("result", result);
        return keys;
    }
    static Dict failed(std::string_view reason, Dict keys) {
        keys.add("result", "error");
        keys.add("error-reason", reason);
        return keys;
    }
    // Would ok(keys) arrive? For what must not be done unless it can be told; an error says how large it
    // would be.
    Status fits(Dict keys) const;
    // Section 2.24's words; `keys` stand before them.
    void error(std::string_view reason, Dict keys = {});

  private:
    void deliver(Dict reply, bool failed);

    Deliver deliver_;
    Measure measure_; // null: any size arrives
};

} // namespace rtpengine::ng
