// SPDX-License-Identifier: Apache-2.0
// From HTTP to WebSocket (RFC 6455 section 4.2).
#pragma once

#include <optional>
#include <string>

#include "edge/http/request.h"

namespace rtpengine::edge::ws {

enum class Subprotocol { echo, cli, ng, ng_plain };

// The client wants something else than HTTP, and says WebSocket.
bool wanted(const http::Request& request);
// The first that it names and we know; nothing: it is refused.
std::optional<Subprotocol> subprotocol_of(const http::Request& request);
// What proves that we understood; nothing: it doesn't speak version 13.
std::optional<std::string> accept_of(const http::Request& request);
// The whole head of the answer.
std::string switching(Subprotocol subprotocol, const std::string& accept);

} // namespace rtpengine::edge::ws
