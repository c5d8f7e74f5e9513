// SPDX-License-Identifier: Apache-2.0
#include "control/ng/dispatcher.h"

#include <exception>
#include <new>

#include "common/base/escape.h"
#include "common/base/log.h"
#include "control/budget.h"
#include "common/ng/coerce.h"
#include "control/ng/framing.h"
#include "control/ng/keyless.h"

namespace rtpengine::ng {

namespace {

using Clock = std::chrono::steady_clock;

std::uint64_t milliseconds(Clock::time_point time) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

template <class... Args> void say(log::Level level, fmt::format_string<Args...> format, Args&&... args) {
    log::record(level, log::Subsystem::control, {}, format, std::forward<Args>(args)...);
}

// Operators' tools read these two: keep the words and the six decimals.
void say_received(const RequestContext& context, std::string_view body) {
    if (!log::enabled(log::Level::info, log::Subsystem::control)) return;
    const auto peer = log::marked(context.peer.str());
    say(log::Level::info, "Received command '{}' from {}", context.command->name, peer);
    if (log::enabled(log::Level::debug, log::Subsystem::control))
        say(log::Level::debug, "Dump for '{}' from {}: {}", context.command->name, peer, without_keys(body));
}

void say_replying(const RequestContext& context, Clock::duration elapsed, std::string_view reply) {
    if (!log::enabled(log::Level::info, log::Subsystem::control)) return;
    const auto peer = log::marked(context.peer.str());
    say(log::Level::info, "Replying to '{}' from {} (elapsed time {:.6f} sec)", context.command->name, peer,
        std::chrono::duration<double>(elapsed).count());
    if (log::enabled(log::Level::debug, log::Subsystem::control))
        say(log::Level::debug, "Response dump for '{}' to {}: {}", context.command->name, peer, without_keys(reply));
}

// An answer, to be filled.
Writer keys_of(const RequestContext& context) { return Writer(context.encoding, before_reply(context.cookie)); }

} // namespace

// A reply that the transport can't carry gives way to one that says so. A deletion has happened nevertheless.
Reply too_large(const CommandRow& command, Writer keys, const Error& why) {
    if (!(command.operations & op_delete)) return Responder::failed(std::move(keys), why.message);
    keys.add("warning", why.message + ": deleted, without a report");
    return Responder::complete(std::move(keys));
}

struct Dispatcher::Shared {
    stats::ControlStatistics* statistics; // null: the dispatcher is gone
    const std::string* instance;

    void refuse(const RequestContext& context, std::string_view body, std::string_view reason,
                ReplyCache::Pending pending) {
        say(log::Level::warning, "Protocol error in packet from {}: {} [{}]", log::marked(context.peer.str()),
            reason, excerpt(without_keys(body)));
        statistics->count_error(context.peer.address);
        auto reply = Responder::failed(keys_of(context), reason);
        pending.finish(std::move(reply.message));
    }

    // What was done has to be said, even if there is no memory to log or count it.
    void reply(const RequestContext& context, Reply reply, ReplyCache::Pending& pending) {
        if (!statistics) return;
        const log::About about(instance);
        try {
            note(context, reply);
        } catch (const std::bad_alloc&) {
        }
        pending.finish(std::move(reply.message));
    }

    // And sees to it that it isn't too large.
    void note(const RequestContext& context, Reply& reply) {
        if (const auto fit = fits(reply); !fit) {
            say(log::Level::warning, "'{}' from {}: {}", context.command->name,
                log::marked(context.peer.str()), fit.error().message);
            const bool failed = reply.failed;
            reply = too_large(*context.command, keys_of(context), fit.error());
            reply.failed |= failed;
        }
        const auto elapsed = Clock::now() - context.received;
        statistics->count(context.peer.address, index_of(*context.command), elapsed, reply.failed);
        say_replying(context, elapsed, reply.message);
    }
};

Dispatcher::Dispatcher(const Commands& commands, stats::ControlStatistics& statistics,
                       const std::string* instance)
    : commands_(commands), shared_(std::make_shared<Shared>(Shared{&statistics, instance})) {}

Dispatcher::~Dispatcher() {
    shared_->statistics = nullptr;
}

void Dispatcher::receive(std::string_view message, const Endpoint& peer, ReplyCache::Send send) {
    const auto parts = split(message);
    if (!parts) return;
    const log::About about(shared_->instance);
    const auto now = Clock::now();
    try {
        auto pending =
            cache_.look_up(parts->cookie, parts->body, peer.address, milliseconds(now), std::move(send));
        if (!pending) return;
        execute({peer, std::string(parts->cookie), encoding_of(parts->body), nullptr, now}, parts->body,
                std::move(*pending));
    } catch (const std::exception& error) { // a responder has said so to the client on its way out, if we came that far
        say(log::Level::err, "a request from {} failed: {}", log::marked(peer.str()), error.what());
    }
}

void Dispatcher::execute(RequestContext context, std::string_view body, ReplyCache::Pending pending) {
    auto request = decode(body);
    if (!request) return shared_->refuse(context, body, request.error().message, std::move(pending));
    const auto* name = request->find("command");
    if (!name || !name->text())
        return shared_->refuse(context, body, "Dictionary contains no key \"command\"", std::move(pending));
    context.command = find_command(*name->text());
    if (!context.command) return shared_->refuse(context, body, "Unrecognized command", std::move(pending));
    say_received(context, body);
    commands_.execute(
        context, std::move(*request),
        Responder([shared = shared_, context, pending = std::move(pending)](Reply reply) mutable { shared->reply(context, std::move(reply), pending); },
                  context.encoding, before_reply(context.cookie)));
}

} // namespace rtpengine::ng
