// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

const std::string video = "m=video 5000 RTP/AVP 31\r\n";

} // namespace

TEST_CASE_FIXTURE(ExchangeFixture, "sections meet by position and are subscribed to each other") {
    const auto exchange = offer(body("198.51.100.1", audio(4000) + video));
    REQUIRE(exchange.pairs.size() == 2);
    for (const auto& pair : exchange.pairs) {
        CHECK(pair.sender->index == pair.receiver->index);
        CHECK(pair.sender->type == pair.receiver->type);
        CHECK(pair.sender->subscribed_to(*pair.receiver));
        CHECK(pair.receiver->subscribed_to(*pair.sender));
    }
}

TEST_CASE_FIXTURE(ExchangeFixture, "a mid finds its media at another position") {
    offer(body("198.51.100.1", audio(4000, "a=mid:x\r\n") + "m=audio 4002 RTP/AVP 0\r\na=mid:y\r\n"));
    const auto again = offer(body("198.51.100.1", "m=audio 4002 RTP/AVP 0\r\na=mid:y\r\n" + audio(4000, "a=mid:x\r\n")));
    CHECK(again.pairs[0].sender->index == 2);
    CHECK(again.pairs[1].sender->index == 1);
}

TEST_CASE_FIXTURE(ExchangeFixture, "a removed type is invisible to the receiver and shifts what follows") {
    ng::Flags flags;
    flags.media_remove = {"video"};
    const auto exchange = offer(body("198.51.100.1", video + audio(4000)), flags);
    CHECK(exchange.pairs[0].receiver == nullptr);
    CHECK(exchange.pairs[1].receiver->index == 1);
    CHECK(exchange.receiver->medias.size() == 1);
}

TEST_CASE_FIXTURE(ExchangeFixture, "a flow that goes on between the same two media stays as it is") {
    ng::Flags one, two;
    one.via_branch = "z1";
    two.via_branch = "z2";
    auto& branch = *offer(body("198.51.100.1", audio(4000)), one).receiver->medias[0];
    offer(body("198.51.100.1", audio(4000)), two);
    REQUIRE(branch.subscriptions.size() == 1);
    branch.subscriptions[0].blocked = true;
    answer(body("192.0.2.1", audio(6000)), one);
    CHECK(media("b").subscriptions == std::vector{Subscription{.source = &media("a"), .blocked = true}});
    CHECK(media("a").subscriptions == std::vector{Subscription{.source = &media("b")}});
}

TEST_CASE_FIXTURE(ExchangeFixture, "an answer binds the caller to that branch alone") {
    ng::Flags one, two;
    one.via_branch = "z1";
    two.via_branch = "z2";
    const auto first = offer(body("198.51.100.1", audio(4000)), one);
    const auto second = offer(body("198.51.100.1", audio(4000)), two);
    CHECK(media("a").subscriptions.size() == 2);
    ng::Flags answer_flags;
    answer_flags.via_branch = "z2";
    answer(body("192.0.2.1", audio(6000)), answer_flags);
    CHECK(media("a").subscriptions.size() == 1);
    CHECK(media("a").subscribed_to(*second.receiver->medias[0]));
    CHECK(first.receiver->medias[0]->subscriptions.empty());
}
