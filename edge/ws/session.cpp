// SPDX-License-Identifier: Apache-2.0
#include "edge/ws/session.h"

#include "edge/cli/job.h"
#include "edge/ng/answer.h"

namespace rtpengine::edge::ws {

WsSession::WsSession(Connection& connection, const Shared& shared, Subprotocol subprotocol)
    : connection_(connection), shared_(shared), subprotocol_(subprotocol),
      replies_([&connection](std::string_view reply) { connection.send(reply); }) {}

Result<std::size_t> WsSession::take(std::string_view input) {
    auto frame = read_frame(input, assembly_.room());
    if (!frame) {
        close(frame.error().code);
        return frame.error();
    }
    if (!*frame) return std::size_t{0};
    const auto length = (*frame)->length;
    if ((*frame)->opcode >= Opcode::close) {
        if (auto done = control_frame(**frame); !done) return done.error();
        return length;
    }
    auto whole = assembly_.add(**std::move(frame));
    if (!whole) {
        close(whole.error().code);
        return whole.error();
    }
    if (*whole) message(**whole);
    return length;
}

// Behind what was asked before.
void WsSession::close(int code) {
    closed_ = true;
    replies_.fill(replies_.open(), close_frame(code));
}

Status WsSession::control_frame(const Frame& frame) {
    if (frame.opcode == Opcode::ping) connection_.send(frame_of(Opcode::pong, frame.payload));
    if (frame.opcode != Opcode::close) return {};
    close(normal);
    if (is_idle()) connection_.end();
    return {};
}

void WsSession::message(const std::string& text) {
    const auto space = text.find(' ');
    switch (subprotocol_) {
    case Subprotocol::echo: return reply(replies_.open(), text);
    case Subprotocol::ng:
        if (space != 0 && space != std::string::npos) ask(text); // without a cookie there is no answer
        return;
    case Subprotocol::ng_plain: return ask(shared_.cookies.add(text));
    case Subprotocol::cli: return run(text);
    }
}

void WsSession::run(const std::string& command) {
    const auto place = replies_.open();
    auto job = std::make_shared<cli::Job>(shared_, connection_.peer(), [this, place](const std::string& text) {
        reply(place, text);
        answered();
    });
    replies_.wait(place, job);
    job->start(command);
}

void WsSession::answered() {
    if (closed_ && is_idle()) connection_.end();
    connection_.again();
}

void WsSession::ask(const std::string& message) {
    const auto place = replies_.open();
    auto done = [this, place, asked = asked_of(message)](const auto& answer) {
        const auto text = answer_of(asked, answer);
        reply(place, subprotocol_ == Subprotocol::ng_plain ? PlainCookies::strip(text) : std::string_view(text));
        answered();
    };
    replies_.wait(place, shared_.control.ask_ng(connection_.peer(), message, std::move(done)));
}

} // namespace rtpengine::edge::ws
