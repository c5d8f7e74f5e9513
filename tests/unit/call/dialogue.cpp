// SPDX-License-Identifier: Apache-2.0
// The rows of specification section 4.3.
#include "control/call/dialogue.h"

#include "control/call/alias.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture {
    Call call;

    ng::DialogueFlags flags(const char* from, const char* to, const char* branch = "") {
        ng::DialogueFlags made;
        made.from_tag = from;
        made.to_tag = to;
        made.via_branch = branch;
        return made;
    }
    Result<Dialogue> offer(const ng::DialogueFlags& flags) { return find_dialogue(call, flags, false, BootTime{}); }
    Result<Dialogue> answer(const ng::DialogueFlags& flags) { return find_dialogue(call, flags, true, BootTime{}); }

    // Gives both parties a media and subscribes them, as offer and answer do.
    static void bind(const Dialogue& dialogue) {
        for (auto* party : {dialogue.sender, dialogue.receiver})
            if (party->medias.empty()) {
                party->medias.push_back(std::make_unique<Media>());
                party->medias.front()->party = party;
            }
        subscribe(*dialogue.sender->medias.front(), {dialogue.receiver->medias.front().get()});
        subscribe(*dialogue.receiver->medias.front(), {dialogue.sender->medias.front().get()});
    }
    Dialogue offered(const char* branch = "") {
        auto dialogue = *offer(flags("a", "", branch));
        bind(dialogue);
        return dialogue;
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "the first offer makes both parties, the other one untagged") {
    const auto dialogue = offered("z1");
    CHECK(dialogue.sender->tag == "a");
    CHECK(dialogue.receiver->tag.empty());
    CHECK(dialogue.receiver->via_branch == "z1");
    CHECK(dialogue.sender->associations.contains(dialogue.receiver));
}

TEST_CASE_FIXTURE(Fixture, "the answer names the untagged party") {
    const auto first = offered();
    const auto dialogue = *answer(flags("a", "b"));
    CHECK(dialogue.sender == first.receiver);
    CHECK(dialogue.sender->tag == "b");
    CHECK(dialogue.receiver == first.sender);
}

TEST_CASE_FIXTURE(Fixture, "another tag in a second answer takes the party over, the old tag stays an alias") {
    offered();
    const auto first = *answer(flags("a", "b"));
    const auto second = *answer(flags("a", "c"));
    CHECK(second.sender == first.sender);
    CHECK(second.sender->tag == "c");
    CHECK(call.find_tag("b") == second.sender);
}

TEST_CASE_FIXTURE(Fixture, "new-branch and final responses keep branches apart") {
    offered();
    const auto first = *answer(flags("a", "b"));
    auto apart = flags("a", "c");
    apart.new_branch = true;
    CHECK(answer(apart)->sender != first.sender);

    first.sender->final_response = true;
    CHECK(answer(flags("a", "d"))->sender != first.sender);
    auto provisional = flags("a", "e");
    provisional.provisional = true;
    CHECK(answer(provisional)->sender == first.sender);
}

TEST_CASE_FIXTURE(Fixture, "each via-branch has a party of its own") {
    const auto one = offered("z1");
    const auto two = offered("z2");
    CHECK(one.sender == two.sender);
    CHECK(one.receiver != two.receiver);
    CHECK(offered("z1").receiver == one.receiver);
    CHECK(answer(flags("a", "b", "z2"))->sender == two.receiver);
    CHECK(answer(flags("a", "c", "z1"))->sender == one.receiver);
}

TEST_CASE_FIXTURE(Fixture, "a re-offer without to-tag goes to the peer; nobody there is an error") {
    const auto first = offered();
    CHECK(offer(flags("a", ""))->receiver == first.receiver);
    Call lonely;
    lonely.add_party("x", "", BootTime{});
    const auto failed = find_dialogue(lonely, flags("x", ""), false, BootTime{});
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message == "Invalid dialogue association");
}

TEST_CASE_FIXTURE(Fixture, "a re-offer by the callee turns the roles round") {
    offered();
    const auto answered = *answer(flags("a", "b"));
    const auto again = *offer(flags("b", "a"));
    CHECK(again.sender == answered.sender);
    CHECK(again.receiver == answered.receiver);
}

TEST_CASE_FIXTURE(Fixture, "the same tag on both sides is an error") {
    offered();
    CHECK_FALSE(answer(flags("a", "a")));
}

TEST_CASE_FIXTURE(Fixture, "an unknown to-tag in an offer makes a new untagged party") {
    const auto first = offered();
    const auto other = *offer(flags("a", "never-seen"));
    CHECK(other.sender == first.sender);
    CHECK(other.receiver != first.receiver);
    CHECK(other.receiver->tag.empty());
}

TEST_CASE_FIXTURE(Fixture, "who comes with another tag is recognised by what it has said, and has both tags from then on") {
    const auto first = *find_dialogue(call, flags("a", ""), false, BootTime{}, [](Party&) {}, "sdp 1");
    bind(first);
    bind(*answer(flags("a", "b")));
    const auto again = *find_dialogue(call, flags("a2", "b"), false, BootTime{}, [](Party&) {}, "sdp 1");
    CHECK(again.sender == first.sender);
    CHECK(again.receiver == first.receiver);
    CHECK(call.parties.size() == 2);
    CHECK(again.sender->tag == "a2");
    CHECK(call.find_tag("a") == again.sender);
    const auto forked = *find_dialogue(call, flags("a3", "", "z2"), false, BootTime{}, [](Party&) {}, "sdp 1");
    CHECK(forked.sender == first.sender);
    CHECK(forked.receiver != first.receiver);
}

TEST_CASE_FIXTURE(Fixture, "nobody is recognised by what it hasn't said, said the other way, or who is gone") {
    const auto first = *find_dialogue(call, flags("a", ""), false, BootTime{}, [](Party&) {}, "sdp 1");
    for (const char* key : {"", "sdp 2", "address 1"}) {
        const auto other = *find_dialogue(call, flags(("x" + std::string(key)).c_str(), ""), false, BootTime{}, [](Party&) {}, key);
        CHECK(other.sender != first.sender);
    }
    first.sender->closed = true;
    CHECK(find_dialogue(call, flags("y", ""), false, BootTime{}, [](Party&) {}, "sdp 1")->sender != first.sender);
}

TEST_CASE_FIXTURE(Fixture, "who is recognised as the one that the message is for can't have sent it") {
    bind(*find_dialogue(call, flags("a", ""), false, BootTime{}, [](Party&) {}, "sdp 1"));
    bind(*answer(flags("a", "b")));
    CHECK_FALSE(find_dialogue(call, flags("c", "a"), false, BootTime{}, [](Party&) {}, "sdp 1"));
}

TEST_CASE("what a message is recognised by") {
    ng::Flags flags;
    const auto key = [&](const std::string& sections) {
        flags.sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n" + sections;
        return alias_key(flags, *sdp::parse(flags.sdp));
    };
    const std::string at_4000 = "m=audio 4000 RTP/AVP 0\r\n", at_4002 = "m=audio 4002 RTP/AVP 0\r\n", refused = "m=audio 0 RTP/AVP 0\r\n";
    CHECK(key(at_4000).empty());
    flags.alias_key = ng::AliasKey::address;
    CHECK(key(at_4000) == key(at_4000 + "a=sendonly\r\n" + at_4002));
    CHECK(key(at_4000) != key(at_4002));
    CHECK(key(refused + at_4000).empty());
    const auto by_address = key(at_4000);
    flags.alias_key = ng::AliasKey::sdp;
    CHECK(key(at_4000) == key(at_4000));
    CHECK(key(at_4000) != key(at_4000 + "a=sendonly\r\n"));
    CHECK(key(at_4000) != by_address);
}

TEST_CASE("of what a party has said the latest is known") {
    Call call;
    auto& party = call.add_party("a", "", BootTime{});
    for (int i = 0; i < 20; ++i) remember(party, "sdp " + std::to_string(i % 10));
    CHECK(party.alias_keys.size() == 8);
    CHECK(find_alias(call, "sdp 9") == &party);
    CHECK(find_alias(call, "sdp 2") == &party);
    CHECK_FALSE(find_alias(call, "sdp 1"));
    remember(party, "");
    CHECK(party.alias_keys.size() == 8);
}
