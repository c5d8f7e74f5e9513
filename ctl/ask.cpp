// SPDX-License-Identifier: Apache-2.0
#include "ctl/ask.h"

#include <optional>

#include "common/link/socket.h"
#include "common/uv/loop.h"
#include "control/ng/json.h"
#include "link.pb.h"

namespace rtpengine::ctl {

namespace {

constexpr ng::JsonLimits limits{256 * 1024 * 1024, 32}; // a list of very many calls

std::string request(Peer peer, const std::vector<std::string>& words) {
    link::CtlRequest ctl;
    for (const auto& word : words)
        ctl.add_words(word);
    link::ToSupervisor to_supervisor;
    link::ToControl to_control;
    if (peer == Peer::supervisor) {
        *to_supervisor.mutable_ctl() = std::move(ctl);
        return to_supervisor.SerializeAsString();
    }
    *to_control.mutable_ctl() = std::move(ctl);
    return to_control.SerializeAsString();
}

// The bytes of one reply; nothing: the deadline has passed.
Result<std::string> round_trip(const std::string& path, const std::string& message, std::uint64_t patience_ms) {
    uv::Loop loop;
    link::Context context;
    std::optional<std::string> reply;
    auto dealer = link::Dealer::connect(context, loop, path, "", [&](std::string_view bytes) {
        reply = bytes;
        loop.stop();
    });
    if (!dealer) return dealer.error();
    uv::Timer timer(loop, [&] { loop.stop(); });
    timer.start_ms(patience_ms);
    (*dealer)->send(message);
    loop.run();
    if (!reply) return Error{"no answer from " + path + " within " + std::to_string(patience_ms / 1000) + " seconds"};
    return *reply;
}

} // namespace

Result<Answer> ask(const std::string& directory, Peer peer, const std::vector<std::string>& words,
                   std::uint64_t patience_ms) {
    const auto path = directory + (peer == Peer::supervisor ? "/supervisor.sock" : "/control.sock");
    const auto bytes = round_trip(path, request(peer, words), patience_ms);
    if (!bytes) return bytes.error();
    link::CtlReply reply;
    if (!reply.ParseFromString(*bytes)) return Error{"unreadable answer from " + path};
    if (!reply.error().empty()) return Answer{reply.error(), {}, {}};
    auto data = ng::decode_json(reply.json(), limits);
    if (!data) return Error{"unreadable answer from " + path};
    return Answer{{}, reply.json(), std::move(*data)};
}

} // namespace rtpengine::ctl
