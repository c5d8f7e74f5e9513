// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "control/ng/responder.h"

namespace rtpengine::call {

// How a verb answers: exactly one of these, once. Copies share the one right to answer.
class Answer {
  public:
    explicit Answer(ng::Responder responder) : responder_(std::make_shared<ng::Responder>(std::move(responder))) {}
    // To be filled for one of the others.
    ng::Writer keys() const { return responder_->keys(); }
    void ok() const { ok(keys()); }
    void ok(ng::Writer keys) const { responder_->ok(std::move(keys)); }
    void error(std::string_view reason) const { responder_->error(reason); }
    void load_limit(std::string_view message) const {
        auto reply = keys();
        reply.add("message", message);
        responder_->ok(std::move(reply), "load limit");
    }
    // Sends it when it is called; by then nothing can go wrong any more.
    std::function<void()> prepared(ng::Reply reply) const {
        return [responder = responder_, reply = std::make_shared<ng::Reply>(std::move(reply))] { responder->send(std::move(*reply)); };
    }

  private:
    std::shared_ptr<ng::Responder> responder_;
};

} // namespace rtpengine::call
