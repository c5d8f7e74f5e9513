// SPDX-License-Identifier: Apache-2.0
#include "ctl/ask.h"

#include <cstdint>
#include <optional>

#include <sys/stat.h>

#include "common/link/socket.h"
#include "common/uv/loop.h"
#include "common/ng/json.h"
#include "link.pb.h"

namespace rtpengine::ctl {

namespace {

constexpr ng::JsonLimits limits{256 * 1024 * 1024, 32}; // a list of very many calls

constexpr std::uint64_t look_ms = 100;

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

// Which socket has that name just now: a process that takes over makes a new one. All zero: none.
struct Listener {
    ino_t number = 0;
    std::int64_t made_s = 0, made_ns = 0;
    bool operator==(const Listener&) const = default;
};

Listener listener(const std::string& path) {
    struct stat file {};
    if (stat(path.c_str(), &file) < 0) return {};
    return {file.st_ino, file.st_mtim.tv_sec, file.st_mtim.tv_nsec};
}

// The bytes of one reply. A process that is succeeded by another may take the question with it, so the successor is asked
// again: what may be asked must bear that.
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
    auto asked = listener(path);
    uv::Timer look(loop, [&] {
        const auto now = listener(path);
        if (now == Listener{} || now == asked) return;
        asked = now;
        (*dealer)->send(message);
    });
    look.start_ms(look_ms, look_ms);
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
