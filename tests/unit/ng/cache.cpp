// SPDX-License-Identifier: Apache-2.0
#include "control/ng/cache.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using ng::ReplyCache;

namespace {

const Address here = *Address::parse("127.0.0.1"), there = *Address::parse("127.0.0.2");

struct Asked {
    ReplyCache& cache;
    std::vector<std::string> replies{};

    std::optional<ReplyCache::Pending> ask(const char* cookie, const char* body, Address from,
                                           std::uint64_t now = 0) {
        return cache.look_up(cookie, body, from, now,
                             [this](std::string_view r) { replies.emplace_back(r); });
    }
};

} // namespace

TEST_CASE("a retransmission gets the first reply") {
    ReplyCache cache;
    Asked asked{cache};
    auto first = asked.ask("c", "body", here);
    REQUIRE(first);
    first->finish("reply");
    CHECK_FALSE(asked.ask("c", "body", here));
    CHECK(asked.replies == std::vector<std::string>{"reply", "reply"});
}

TEST_CASE("another body, sender or cookie is another request") {
    ReplyCache cache;
    Asked asked{cache};
    asked.ask("c", "body", here)->finish("1");
    CHECK(asked.ask("c", "other", here));
    CHECK(asked.ask("c", "body", there));
    CHECK(asked.ask("d", "body", here));
    CHECK(cache.size() == 4);
}

TEST_CASE("who repeats a request that is being executed waits for its reply") {
    ReplyCache cache;
    Asked asked{cache};
    auto first = asked.ask("c", "body", here);
    CHECK_FALSE(asked.ask("c", "body", here));
    CHECK(asked.replies.empty());
    first->finish("reply");
    CHECK(asked.replies.size() == 2);
}

TEST_CASE("a reply is kept between 30 and 60 seconds while requests come") {
    ReplyCache cache;
    Asked asked{cache};
    asked.ask("c", "body", here, 1000)->finish("reply");
    CHECK_FALSE(asked.ask("c", "body", here, 30'999));
    CHECK_FALSE(asked.ask("c", "body", here, 31'000)); // rotates: it is in the older generation now
    CHECK_FALSE(asked.ask("c", "body", here, 60'999));
    CHECK(asked.ask("c", "body", here, 61'000));
}

TEST_CASE("a request that takes long is not executed twice") {
    ReplyCache cache;
    Asked asked{cache};
    auto first = asked.ask("c", "body", here, 0);
    for (std::uint64_t now : {30'000, 60'000, 90'000, 120'000})
        CHECK_FALSE(asked.ask("c", "body", here, now));
    first->finish("reply");
    CHECK(asked.replies.size() == 5);
}

TEST_CASE("big replies end a generation early") {
    ReplyCache cache;
    Asked asked{cache};
    constexpr std::size_t reply = 64 * 1024, count = 6000; // 375 MB
    std::size_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        asked.replies.clear();
        asked.ask(std::to_string(i).c_str(), "body", here)->finish(std::string(reply, 'x'));
        largest = std::max(largest, cache.size());
    }
    CHECK(largest * reply < std::size_t{80} * 1024 * 1024);
}

TEST_CASE("so do long cookies, whatever their replies are") {
    ReplyCache cache;
    Asked asked{cache};
    constexpr std::size_t length = 60'000, count = 4000; // 240 MB
    std::size_t largest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        asked.replies.clear();
        asked.ask((std::to_string(i) + std::string(length, 'c')).c_str(), "body", here)->finish("reply");
        largest = std::max(largest, cache.size());
    }
    CHECK(largest * length < std::size_t{80} * 1024 * 1024);
}

TEST_CASE("what is old goes in small parts, as requests come") {
    ReplyCache cache;
    Asked asked{cache};
    constexpr int requests = 6400;
    const auto all = [&](const char* prefix, std::uint64_t now) {
        for (int i = 0; i < requests; ++i) asked.ask((prefix + std::to_string(i)).c_str(), "body", here, now)->finish("reply");
    };
    all("first", 0);
    all("second", 30'000);
    CHECK(cache.size() == 2 * requests);
    std::size_t largest = 0;
    for (int i = 0; i < requests; ++i) {
        const auto before = cache.size();
        asked.ask(("third" + std::to_string(i)).c_str(), "body", here, 60'000)->finish("reply");
        largest = std::max(largest, before + 1 - cache.size());
    }
    CHECK(largest < requests / 16);
    CHECK(cache.size() == 2 * requests); // all of the first are gone
}
