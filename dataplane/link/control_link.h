// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/link/arena.h"
#include "common/link/socket.h"
#include "common/uv/loop.h"
#include "dataplane/spec.h"

namespace rtpengine::link {
class Request;
class Welcome;
class Reply;
class ToControl;
} // namespace rtpengine::link

namespace rtpengine::dataplane {

// What control asks for, done at once.
class Commands {
  public:
    virtual ~Commands() = default;
    // One outcome for each, closes first.
    virtual std::vector<StreamOutcome> update(const std::vector<StreamKey>& close,
                                              const std::vector<StreamSpec>& set) = 0;
    // A part of all that there shall be.
    struct Part {
        bool first = true, last = true;
    };
    virtual std::vector<StreamOutcome> sync(const std::vector<StreamSpec>& set, Part part) = 0;
    virtual void refresh(const std::vector<StreamKey>& streams) = 0;
    // Where control listens for NG, before anything else is asked for.
    virtual void keep_off(std::vector<Endpoint> ng_listeners) = 0;
    // Whom rules may name, likewise; those of before stay.
    virtual void introduce(const std::vector<IdentitySpec>& identities) = 0;
};

// The conversation with the control process: says Hello to each new one, answers every request exactly once.
class ControlLink {
  public:
    // `start` differs for every process. `commands` outlives the link.
    static Result<std::unique_ptr<ControlLink>> connect(link::Context& context, uv::Loop& loop,
                                                        const std::string& runtime_dir, std::string name,
                                                        std::uint64_t start, Commands& commands);

    // Waits for control where there is none.
    void say(const Event& event);

  private:
    static constexpr std::uint64_t unhurried_ms = 20;
    static constexpr std::size_t most_unhurried = 256; // replies

    ControlLink(uv::Loop& loop, std::string name, std::uint64_t start, Commands& commands)
        : name_(std::move(name)), start_(start), commands_(commands), on_unhurried_(loop, [this] { say_unhurried(); }) {}
    void say_hello();
    void receive(std::string_view message);
    void welcome(const link::Welcome& welcome);
    void answer(const link::Request& request);
    void say(const link::ToControl& reply, bool unhurried);
    void say_unhurried();

    std::string name_;
    std::uint64_t start_;
    Commands& commands_;
    link::Arena arena_; // of the message that is being answered
    std::uint64_t control_start_ = 0; // 0: none has welcomed us yet
    std::unique_ptr<link::Dealer> socket_;
    std::vector<std::string> unhurried_; // replies that nobody waits for
    uv::Timer on_unhurried_;
};

} // namespace rtpengine::dataplane
