// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/result.h"
#include "common/ng/writer.h"

namespace rtpengine::ng {

// An answer as it leaves.
struct Reply {
    std::string message;
    bool failed = false; // it says "error"
};

// The right, and the duty, to answer one request. Exactly one reply leaves: the first one that is given, or
// an error when this is destroyed before. Usable at any later time; a reply after the server is gone goes
// nowhere.
class Responder {
  public:
    using Deliver = std::function<void(Reply reply)>;

    // `before`: what stands before each reply.
    explicit Responder(Deliver deliver, Encoding encoding = Encoding::bencode, std::string before = {})
        : deliver_(std::move(deliver)), encoding_(encoding), before_(std::move(before)) {}
    Responder(Responder&& other) noexcept
        : deliver_(std::exchange(other.deliver_, nullptr)), encoding_(other.encoding_), before_(std::move(other.before_)) {}
    Responder& operator=(Responder&&) = delete;
    ~Responder();

    // A reply, to be filled with keys; its result comes behind them.
    Writer keys() const { return Writer(encoding_, before_); }
    static Reply complete(Writer keys, std::string_view result = "ok");
    static Reply failed(Writer keys, std::string_view reason); // section 2.24's words

    void ok() { ok(keys()); }
    void ok(Writer keys, std::string_view result = "ok") { send(complete(std::move(keys), result)); }
    void error(std::string_view reason) { send(failed(keys(), reason)); }
    // Nothing can go wrong any more.
    void send(Reply reply);

  private:
    Deliver deliver_;
    Encoding encoding_;
    std::string before_;
};

// Would it arrive? For what must not be done unless it can be told; an error says how large it is.
Status fits(const Reply& reply);

} // namespace rtpengine::ng
