// SPDX-License-Identifier: Apache-2.0
// What a command does, and what it needs for that. Whoever runs it (serve.h) has seen to it that it is there.
#pragma once

#include <memory>
#include <string_view>

#include "control/call/answer.h"
#include "control/call/instance.h"
#include "control/call/select.h"
#include "control/ng/commands.h"

namespace rtpengine::verbs {

struct Job;

struct Verb {
    enum class Of {
        nothing,  // no call
        any_call, // one, or none
        call,     // one that exists
        new_call, // that, or one that is made for it, as far as the limits allow
    };
    struct Needs {
        Of of = Of::nothing;
        bool sdp = false;     // a body that can be read
        bool turn = false;    // nobody else is at work on the call
        bool figures = false; // what the kernel has counted up to now
        bool party = false;   // which of the call's is meant
        bool by_tag = false;  // likewise by a from-tag that comes without `directional`
        bool names = false;   // a call-id and a from-tag: made up where the request has none
    };
    std::string_view command; // a row of the command table, which has the keys that a request must have
    Needs needs;
    void (*run)(const Job&);
};

// A request, with what its verb needs. Copies are for what goes on later.
struct Job {
    call::Instance* instance;
    const Verb* verb;
    ng::Request request;
    std::shared_ptr<const sdp::Session> session; // null: not needed
    call::Answer answer;
    std::uint64_t until_ms; // of the loop: that it may wait for ports that others give back
    std::shared_ptr<call::Call> call = nullptr; // null: there is none; else it lives, and has not been changed yet
    call::Turn turn = nullptr;                  // null: not needed
    call::Selection selection = {};

    const ng::Flags& flags() const { return *request.flags; }
};

} // namespace rtpengine::verbs
