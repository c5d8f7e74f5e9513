// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "control/ng/responder.h"

namespace rtpengine::call {

// How a verb answers: exactly one of these, once. Copies share the one right to answer.
class Answer {
  public:
    explicit Answer(ng::Responder responder) : responder_(std::make_shared<ng::Responder>(std::move(responder))) {}
    void ok(ng::Dict reply) const { responder_->ok(std::move(reply)); }
    // Sends ok(reply) when it is called; by then nothing can go wrong any more.
    // `reason`: it is an error.
    std::function<void()> prepared(ng::Dict reply, std::string_view reason = "") const {
        const bool failed = !reason.empty();
        reply = failed ? ng::Responder::failed(reason, std::move(reply)) : ng::Responder::complete(std::move(reply));
        return [responder = responder_, failed, reply = std::make_shared<ng::Dict>(std::move(reply))] {
            responder->send(std::move(*reply), failed);
        };
    }
    Status fits(const ng::Dict& reply) const { return responder_->fits(reply); } // ok(reply) would arrive
    void error(std::string_view reason, ng::Dict keys = {}) const { responder_->error(reason, std::move(keys)); }
    void load_limit(std::string_view message) const {
        ng::Dict reply;
        reply.add("message", message);
        responder_->ok(std::move(reply), "load limit");
    }

  private:
    std::shared_ptr<ng::Responder> responder_;
};

} // namespace rtpengine::call
