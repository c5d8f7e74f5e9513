// SPDX-License-Identifier: Apache-2.0
#include "bench/ng/requests.h"

#include "bench/common/bencode.h"
#include "bench/common/sdes.h"
#include "bench/common/topology.h"

#include <arpa/inet.h>
#include <charconv>
#include <fmt/format.h>

namespace rtpengine::bench {
namespace {

constexpr const char* offered = "m=audio {} RTP/AVP 96 9 8 0 18 101\r\n"
                                "a=rtpmap:96 opus/48000/2\r\na=fmtp:96 useinbandfec=1; maxaveragebitrate=30000\r\n"
                                "a=rtpmap:9 G722/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
                                "a=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n"
                                "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                                "a=ptime:20\r\na=maxptime:150\r\na=sendrecv\r\n";
constexpr const char* answered = "m=audio {} RTP/{}AVP 8 101\r\n"
                                 "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
                                 "a=ptime:20\r\na=sendrecv\r\n";

std::string address(Side side, std::uint32_t call) {
    char text[INET_ADDRSTRLEN];
    const in_addr party = party_address(side, call);
    ::inet_ntop(AF_INET, &party, text, sizeof text);
    return text;
}

// The only suite that is offered has the first tag.
std::string sdp(Side side, std::uint32_t call, bool srtp) {
    const auto from = address(side, call);
    auto media = side == Side::caller ? fmt::format(fmt::runtime(offered), media_port)
                                      : fmt::format(fmt::runtime(answered), media_port, srtp ? "S" : "");
    if (srtp && side == Side::callee) media += accepting("1") + "\r\n";
    return fmt::format("v=0\r\no=telephone {0} {1} IN IP4 {2}\r\ns=call\r\nc=IN IP4 {2}\r\nt=0 0\r\n{3}", 3700000000 + call,
                       3700000001 + call, from, media);
}

// A bencoded dictionary, written from the front.
class Dictionary {
  public:
    Dictionary& text(std::string_view key, std::string_view value) {
        string(key);
        string(value);
        return *this;
    }
    Dictionary& list(std::string_view key, std::initializer_list<std::string_view> values) {
        string(key);
        out_ += 'l';
        for (const auto value : values) string(value);
        out_ += 'e';
        return *this;
    }
    std::string finished() { return out_ + 'e'; }

  private:
    void string(std::string_view text) { fmt::format_to(std::back_inserter(out_), "{}:{}", text.size(), text); }
    std::string out_ = "d";
};

std::uint16_t audio_port(std::string_view sdp) {
    constexpr std::string_view mark = "m=audio ";
    const auto at = sdp.find(mark);
    std::uint16_t port = 0;
    if (at != sdp.npos) std::from_chars(sdp.data() + at + mark.size(), sdp.data() + sdp.size(), port);
    return port;
}

} // namespace

const char* name(Verb verb) {
    constexpr const char* names[verbs] = {"offer", "answer", "delete"};
    return names[int(verb)];
}

std::string request(Verb verb, std::uint32_t call, std::string_view cookie, bool srtp) {
    Dictionary body;
    body.text("command", name(verb));
    body.text("call-id", fmt::format("{:08x}-7d3f-4c1e-9b52-0242ac120002@10.11.0.1", call));
    body.text("from-tag", fmt::format("a{:08x}", call * 2654435761U));
    if (verb != Verb::offer) body.text("to-tag", fmt::format("b{:08x}", call * 2246822519U));
    body.text("via-branch", fmt::format("z9hG4bK{:08x}.0", call));
    if (verb != Verb::remove) {
        const auto side = verb == Verb::offer ? Side::caller : Side::callee;
        body.list("received-from", {"IP4", address(side, call)});
        body.text("ICE", "remove").list("replace", {"origin"}).text("sdp", sdp(side, call, srtp));
        if (srtp && verb == Verb::offer)
            body.text("transport-protocol", "RTP/SAVP").text("DTLS", "off").list("SDES", {"only-AES_CM_128_HMAC_SHA1_80"});
    }
    return fmt::format("{} {}", cookie, body.finished());
}

std::string fault(Verb verb, std::string_view body, std::uint16_t& port) {
    if (string_member(body, "result") != "ok") return fmt::format("{} refused: {}", name(verb), body);
    if (verb == Verb::remove) return {};
    const auto sdp = string_member(body, "sdp");
    const auto expected = fmt::format("c=IN IP4 {}\r\n", proxy_address(Side::caller));
    port = sdp ? audio_port(*sdp) : std::uint16_t(0);
    if (port == 0 || sdp->find(expected) == sdp->npos)
        return fmt::format("{}: no address of ours in {}", name(verb), body);
    return {};
}

} // namespace rtpengine::bench
