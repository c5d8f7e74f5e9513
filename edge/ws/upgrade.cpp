// SPDX-License-Identifier: Apache-2.0
#include "edge/ws/upgrade.h"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace rtpengine::edge::ws {

namespace {

struct Name {
    std::string_view text;
    Subprotocol kind;
};
constexpr std::array<Name, 4> names = {{{"echo.rtpengine.com", Subprotocol::echo},
                                        {"cli.rtpengine.com", Subprotocol::cli},
                                        {"ng.rtpengine.com", Subprotocol::ng},
                                        {"ng-plain.rtpengine.com", Subprotocol::ng_plain}}};
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_length = 24; // 16 bytes in base64

const std::string& value(const http::Request& request, std::string_view name) {
    static const std::string none;
    const auto* found = request.header(name);
    return found ? *found : none;
}

} // namespace

bool wanted(const http::Request& request) {
    return request.method == "GET" && http::lists(value(request, "connection"), "upgrade") &&
           http::lists(value(request, "upgrade"), "websocket");
}

std::optional<Subprotocol> subprotocol_of(const http::Request& request) {
    for (const auto& [name, wishes] : request.headers) {
        if (name != "sec-websocket-protocol") continue;
        for (const auto& each : names)
            if (http::lists(wishes, each.text)) return each.kind;
    }
    return std::nullopt;
}

std::optional<std::string> accept_of(const http::Request& request) {
    const auto& key = value(request, "sec-websocket-key");
    if (key.size() != key_length || value(request, "sec-websocket-version") != "13") return std::nullopt;
    const auto text = key + std::string(guid);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned length = 0;
    if (EVP_Digest(text.data(), text.size(), hash.data(), &length, EVP_sha1(), nullptr) != 1) return std::nullopt;
    std::array<unsigned char, 64> coded;
    const int size = EVP_EncodeBlock(coded.data(), hash.data(), static_cast<int>(length));
    return std::string(reinterpret_cast<const char*>(coded.data()), static_cast<std::size_t>(size));
}

std::string switching(Subprotocol subprotocol, const std::string& accept) {
    for (const auto& each : names)
        if (each.kind == subprotocol)
            return fmt::format("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                               "Sec-WebSocket-Accept: {}\r\nSec-WebSocket-Protocol: {}\r\n\r\n",
                               accept, each.text);
    return {};
}

} // namespace rtpengine::edge::ws
