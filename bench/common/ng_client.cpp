// SPDX-License-Identifier: Apache-2.0
#include "bench/common/ng_client.h"

#include "bench/common/bencode.h"

#include <arpa/inet.h>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace rtpengine::bench {
namespace {

// `more`: lines of the media.
std::string party_sdp(Side side, std::uint32_t call, const char* protocol = "RTP/AVP", const std::string& more = {}) {
    char address[INET_ADDRSTRLEN];
    const in_addr party = party_address(side, call);
    ::inet_ntop(AF_INET, &party, address, sizeof address);
    return fmt::format("v=0\r\no=- {0} 1 IN IP4 {1}\r\ns=-\r\nc=IN IP4 {1}\r\nt=0 0\r\n"
                       "m=audio {2} {3} 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n{4}",
                       call, address, media_port, protocol, more);
}

constexpr const char* webrtc = "UDP/TLS/RTP/SAVPF";

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

Result<CallPorts> with_addresses(CallPorts ports, const std::string& for_caller, const std::string& for_callee) {
    const auto callers = media_of(for_caller), callees = media_of(for_callee);
    if (!callers) return callers.error();
    if (!callees) return callees.error();
    ports.toward[int(Side::caller)] = *callers;
    ports.toward[int(Side::callee)] = *callees;
    return ports;
}

using Dictionary = std::map<std::string, std::string>;

Dictionary about(std::uint32_t call, const char* command, const std::string& sdp) {
    return {{"command", command},
            {"call-id", fmt::format("bench-{}", call)},
            {"from-tag", "caller"},
            {"ICE", "remove"},
            {"sdp", sdp}};
}

Dictionary offer(std::uint32_t call, CallKind kind) {
    auto offer = about(call, "offer", party_sdp(Side::caller, call));
    if (kind.two_interfaces) offer.insert({{"from-interface", "caller"}, {"to-interface", "callee"}});
    if (kind.srtp) offer.insert({{"transport-protocol", "RTP/SAVP"}, {"DTLS", "off"}});
    if (kind.dtls) offer.insert({{"transport-protocol", webrtc}, {"SDES", "off"}});
    return offer;
}

std::string callee_sdp(std::uint32_t call, CallKind kind, const CallPorts& ports) {
    if (ports.crypto) return party_sdp(Side::callee, call, "RTP/SAVP", accepting(ports.crypto->tag) + "\r\n");
    if (!kind.dtls) return party_sdp(Side::callee, call);
    return party_sdp(Side::callee, call, webrtc,
                     fmt::format("a=rtcp-mux\r\na=setup:active\r\na=fingerprint:sha-256 {}\r\n", kind.dtls->fingerprint()));
}

Dictionary answer(std::uint32_t call, CallKind kind, const CallPorts& ports) {
    auto answer = about(call, "answer", callee_sdp(call, kind, ports));
    answer["to-tag"] = "callee";
    return answer;
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
    // Of all clients: the peer knows a cookie wherever it comes from.
    static std::atomic<std::uint64_t> last{0};
    const auto cookie = fmt::format("bench{} ", ++last);
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

Result<std::string> NgClient::rewrite(std::map<std::string, std::string> dictionary) {
    auto reply = request(dictionary, 5, 1000);
    if (!reply) return reply.error();
    auto sdp = string_member(*reply, "sdp");
    if (!sdp) return Error{fmt::format("{} refused: {}", dictionary.at("command"), *reply)};
    return std::move(*sdp);
}

Result<CallPorts> NgClient::set_up(std::uint32_t call, CallKind kind) {
    CallPorts ports{};
    const auto for_callee = rewrite(offer(call, kind));
    if (!for_callee) return for_callee.error();
    if (kind.srtp) {
        auto crypto = crypto_of(*for_callee);
        if (!crypto) return crypto.error();
        ports.crypto = std::move(*crypto);
    }
    const auto for_caller = rewrite(answer(call, kind, ports));
    if (!for_caller) return for_caller.error();
    return with_addresses(std::move(ports), *for_caller, *for_callee);
}

Status NgClient::remove(std::uint32_t call) {
    auto reply = request(
        {{"command", "delete"}, {"call-id", fmt::format("bench-{}", call)}, {"from-tag", "caller"}}, 5, 1000);
    if (!reply) return reply.error();
    if (string_member(*reply, "result") != "ok") return Error{"delete refused: " + *reply};
    return {};
}

} // namespace rtpengine::bench
