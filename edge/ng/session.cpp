// SPDX-License-Identifier: Apache-2.0
#include "edge/ng/session.h"

#include "common/base/log.h"
#include "common/ng/bencode.h"
#include "common/ng/json.h"
#include "edge/ng/answer.h"

namespace rtpengine::edge {

namespace {

// What the message says is its token; "": nothing.
std::string token_of(std::string_view message) {
    const auto body = message.substr(message.find(' ') + 1);
    const auto request = body.starts_with('{') ? ng::decode_json(body) : ng::decode_bencode(body);
    const auto* token = request ? request->find("token") : nullptr;
    return token && token->text() ? *token->text() : std::string();
}

} // namespace

NgSession::NgSession(Connection& connection, ControlLink& control, const Admission& admission)
    : connection_(connection), control_(control), replies_([&connection](std::string_view reply) { connection.send(reply); }),
      admission_(admission), admitted_(admission.is_open()) {}

Result<std::size_t> NgSession::take(std::string_view input) {
    const auto length = end_.look(input);
    if (!length || !*length) return length;
    const auto message = input.substr(0, *length);
    admitted_ = admitted_ || admission_.knows(token_of(message));
    admitted_ ? ask(message) : refuse(message);
    end_.reset();
    return length;
}

void NgSession::refuse(std::string_view message) {
    refused_ = true;
    log::record(log::Level::warning, log::Subsystem::control, {}, "connection from {} closed: its first message has no token that we know",
                log::marked(connection_.peer().str()));
    connection_.send(answer_of(asked_of(message), Error{"The first message needs a token"}));
    connection_.end();
}

void NgSession::ask(std::string_view message) {
    const auto place = replies_.open();
    replies_.wait(place, control_.ask_ng(connection_.peer(), message, [this, place, asked = asked_of(message)](const auto& reply) {
        replies_.fill(place, answer_of(asked, reply));
        connection_.again();
    }));
}

} // namespace rtpengine::edge
