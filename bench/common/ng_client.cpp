// SPDX-License-Identifier: Apache-2.0
#include "bench/common/ng_client.h"

#include "bench/common/bencode.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace rtpengine::bench {
namespace {

std::string party_sdp(Side side, std::uint32_t call) {
    char address[INET_ADDRSTRLEN];
    const in_addr party = party_address(side, call);
    ::inet_ntop(AF_INET, &party, address, sizeof address);
    return fmt::format("v=0\r\no=- {0} 1 IN IP4 {1}\r\ns=-\r\nc=IN IP4 {1}\r\nt=0 0\r\n"
                       "m=audio {2} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n",
                       call, address, media_port);
}

// The text between `mark` and the next blank or line end.
std::string after(const std::string& sdp, const char* mark) {
    const auto at = sdp.find(mark);
    if (at == sdp.npos) return {};
    const auto begin = at + std::strlen(mark);
    return sdp.substr(begin, sdp.find_first_of(" \r\n", begin) - begin);
}

Result<sockaddr_in> media_of(const std::string& sdp) {
    sockaddr_in found{};
    found.sin_family = AF_INET;
    const auto address = after(sdp, "c=IN IP4 ");
    const auto port_text = after(sdp, "m=audio ");
    std::uint16_t port = 0;
    std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (port == 0 || ::inet_pton(AF_INET, address.c_str(), &found.sin_addr) != 1)
        return Error{"no media address in the daemon's SDP:\n" + sdp};
    found.sin_port = htons(port);
    return found;
}

} // namespace

Result<NgClient> NgClient::connect(const Netns& proxy, std::uint16_t port) {
    Fd socket;
    auto made = proxy.within([&]() -> Status {
        socket.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        sockaddr_in to{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
        if (!socket || ::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
            return Error{fmt::format("NG socket: {}", std::strerror(errno)), errno};
        return {};
    });
    if (!made) return made.error();
    return NgClient(std::move(socket));
}

Result<std::string> NgClient::request(const std::map<std::string, std::string>& dictionary, int tries,
                                      int wait_ms) {
    const auto cookie = fmt::format("bench{} ", ++cookie_);
    const auto datagram = cookie + bencode(dictionary);
    std::array<char, 65536> buffer;
    for (int attempt = 0; attempt < tries; ++attempt) {
        // A refused port is reported by the next call; the retry covers it.
        (void)!::send(socket_.get(), datagram.data(), datagram.size(), 0);
        pollfd waiting{socket_.get(), POLLIN, 0};
        while (::poll(&waiting, 1, wait_ms) > 0) {
            const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
            if (got < 0) {
                ::poll(nullptr, 0, wait_ms);
                break;
            }
            const std::string_view reply(buffer.data(), std::size_t(got));
            if (reply.starts_with(cookie)) return std::string(reply.substr(cookie.size()));
        }
    }
    return Error{fmt::format("no answer to NG {}", dictionary.at("command"))};
}

Status NgClient::wait_ready(double seconds) {
    auto pong = request({{"command", "ping"}}, int(seconds * 20), 50);
    if (!pong) return pong.error();
    if (string_member(*pong, "result") != "pong") return Error{"unexpected answer to ping: " + *pong};
    return {};
}

Result<sockaddr_in> NgClient::rewrite(std::map<std::string, std::string> dictionary) {
    auto reply = request(dictionary, 5, 1000);
    if (!reply) return reply.error();
    const auto sdp = string_member(*reply, "sdp");
    if (!sdp) return Error{fmt::format("{} refused: {}", dictionary.at("command"), *reply)};
    return media_of(*sdp);
}

Result<CallPorts> NgClient::set_up(std::uint32_t call, bool two_interfaces) {
    std::map<std::string, std::string> offer{{"command", "offer"},
                                             {"call-id", fmt::format("bench-{}", call)},
                                             {"from-tag", "caller"},
                                             {"ICE", "remove"},
                                             {"sdp", party_sdp(Side::caller, call)}};
    auto answer = offer;
    answer["command"] = "answer";
    answer["to-tag"] = "callee";
    answer["sdp"] = party_sdp(Side::callee, call);
    if (two_interfaces) {
        offer["from-interface"] = "caller";
        offer["to-interface"] = "callee";
    }
    CallPorts ports{};
    auto for_callee = rewrite(std::move(offer));
    if (!for_callee) return for_callee.error();
    auto for_caller = rewrite(std::move(answer));
    if (!for_caller) return for_caller.error();
    ports.toward[int(Side::callee)] = *for_callee;
    ports.toward[int(Side::caller)] = *for_caller;
    return ports;
}

Status NgClient::remove(std::uint32_t call) {
    auto reply = request(
        {{"command", "delete"}, {"call-id", fmt::format("bench-{}", call)}, {"from-tag", "caller"}}, 5, 1000);
    if (!reply) return reply.error();
    if (string_member(*reply, "result") != "ok") return Error{"delete refused: " + *reply};
    return {};
}

} // namespace rtpengine::bench
