// SPDX-License-Identifier: Apache-2.0
#include "edge/ng/stream.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using rtpengine::edge::MessageEnd;

namespace {

const std::vector<std::string> good = {
    "c d7:command4:pinge",
    "c de",
    "c d1:ai-12e1:bl1:x2:yydee1:cd1:a0:ee",
    "cookie_with=odd,bytes\n d1:k4:eeeee",
    "c {}",
    "c {\"command\":\"ping\"}",
    "c {\"a\":[{\"b\":\"}]\\\"\\\\\"},{}],\"c\":1}",
};

// What a stream that comes in pieces of that size is divided into; the last one says why it ends, if it does.
std::vector<std::string> divided(const std::string& stream, std::size_t piece) {
    std::vector<std::string> found;
    MessageEnd end;
    std::size_t first = 0;
    for (std::size_t come = std::min(piece, stream.size());; come = std::min(come + piece, stream.size())) {
        for (;;) {
            const auto length = end.look(std::string_view(stream).substr(first, come - first));
            if (!length) return found.push_back("ended"), found;
            if (!*length) break;
            found.push_back(stream.substr(first, *length));
            first += *length;
            end.reset();
        }
        if (come == stream.size()) return found;
    }
}

} // namespace

TEST_CASE("messages of a stream, in pieces of any size") {
    std::string stream;
    for (const auto& message : good) stream += message;
    for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
        CAPTURE(piece);
        CHECK(divided(stream, piece) == good);
    }
}

TEST_CASE("a message that isn't whole is waited for") {
    for (const auto& message : good)
        for (std::size_t length = 0; length < message.size(); ++length) {
            MessageEnd end;
            const auto found = end.look(message.substr(0, length));
            CAPTURE(message);
            CAPTURE(length);
            REQUIRE(found);
            CHECK(*found == 0);
        }
}

TEST_CASE("what can't become a message") {
    const std::vector<std::string> bad = {
        " d1:a1:be", "c  d", "c x", "c l1:ae", "c d1a", "c dx", "c d-1:a", "c di" + std::string(30, '1'), "c d" + std::string(30, '1'),
        "c d262145:", "c " + std::string(65, 'd'), "c d1:a" + std::string(64, 'l'), "c {\"a\":" + std::string(64, '['),
        std::string(MessageEnd::longest_cookie, 'c') + " d",
    };
    for (const auto& each : bad) {
        CAPTURE(each);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, each.size()}) {
            const auto found = divided(each, piece);
            REQUIRE(!found.empty());
            CHECK(found == std::vector<std::string>{"ended"});
        }
    }
}

TEST_CASE("no message is longer than there is room for") {
    const auto of = [](std::size_t payload) { return "c d1:a" + std::to_string(payload) + ":" + std::string(payload, 'x') + "e"; };
    CHECK(divided(of(MessageEnd::longest - 20), 4096).size() == 1);
    CHECK(divided(of(MessageEnd::longest - 20), 4096) != std::vector<std::string>{"ended"});
    CHECK(divided(of(MessageEnd::longest), 4096) == std::vector<std::string>{"ended"});
    CHECK(divided("c {\"a\":\"" + std::string(MessageEnd::longest, 'x'), 4096) == std::vector<std::string>{"ended"});
}
