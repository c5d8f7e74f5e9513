// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "common/base/endpoint.h"
#include "common/base/result.h"
#include "common/link/socket.h"
#include "common/uv/loop.h"
#include "link.pb.h"

namespace rtpengine::edge {

// What clients ask of control. Each question is asked again until it is answered: control may have been replaced meanwhile. It
// executes a request once, however often it is told (its cookie).
class ControlLink {
  public:
    // Exactly once, later; not after the ticket is gone. An error: control didn't answer.
    using Done = std::function<void(const Result<const link::EdgeReply*>&)>;

    // The right to an answer. May go at any time, also within `done`.
    class Ticket {
      public:
        Ticket() = default;
        Ticket(Ticket&& other) noexcept : link_(std::exchange(other.link_, nullptr)), token_(other.token_) {}
        Ticket& operator=(Ticket&& other) noexcept {
            forget();
            link_ = std::exchange(other.link_, nullptr);
            token_ = other.token_;
            return *this;
        }
        ~Ticket() { forget(); }

      private:
        friend class ControlLink;
        Ticket(ControlLink* link, std::uint64_t token) : link_(link), token_(token) {}
        void forget() {
            if (link_) link_->asked_.erase(token_);
        }
        ControlLink* link_ = nullptr;
        std::uint64_t token_ = 0;
    };

    static constexpr std::size_t most = 8192;          // questions at a time
    static constexpr std::uint64_t patience_ms = 10'000;

    // Outlives its tickets. `room`: there is some again after it was full. `instance`: whose clients these are.
    static Result<std::unique_ptr<ControlLink>> connect(link::Context& context, uv::Loop& loop, const std::string& runtime_dir,
                                                        const std::string& name, const std::string& instance, std::function<void()> room);

    bool is_full() const { return asked_.size() >= most; }
    bool is_idle() const { return asked_.empty(); }
    Ticket ask_ng(const Endpoint& client, std::string_view message, Done done);
    Ticket ask_ctl(const Endpoint& client, const link::CtlRequest& request, Done done);

  private:
    struct Asked {
        std::string request;
        std::shared_ptr<Done> done;
        std::uint64_t asked_ms, again_ms, wait_ms;
    };

    ControlLink(uv::Loop& loop, std::string instance, std::function<void()> room);
    link::EdgeRequest request_of(const Endpoint& client);
    Ticket ask(const link::EdgeRequest& request, Done done);
    void send(const std::string& request);
    void received(std::string_view bytes);
    void finish(std::uint64_t token, const Result<const link::EdgeReply*>& reply);
    void tick();
    void look_for_room();

    uv::Loop& loop_;
    const std::string instance_;
    std::function<void()> room_;
    bool was_full_ = false;
    std::uint64_t next_;
    std::map<std::uint64_t, Asked> asked_; // by token: the oldest first
    std::unique_ptr<link::Dealer> socket_;
    unsigned together_ = 0; // questions that leave with the next message
    uv::Timer tick_;
};

} // namespace rtpengine::edge
