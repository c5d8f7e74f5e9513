// SPDX-License-Identifier: Apache-2.0
// Deletions that are asked for again, when control doesn't know its reply any more.
#include <doctest/doctest.h>

#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;

namespace {

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600) {}

    static ng::Dict request(const char* branch, const char* to = "") {
        auto dict = named("a");
        if (*branch) dict.add("via-branch", branch);
        if (*to) dict.add("to-tag", to);
        dict.add("delete delay", 0);
        return dict;
    }
    std::string talk(std::string_view command, ng::Dict dict) {
        dict.add("sdp", "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n");
        return std::string(ng::text_of(wait(command, dict), "result"));
    }
    // Of three branches, the first one answers.
    void fork() {
        for (const auto* branch : {"z1", "z2", "z3"}) REQUIRE(talk("offer", request(branch)) == "ok");
        REQUIRE(talk("answer", request("z1", "b")) == "ok");
    }
    // Whether somebody was deleted.
    bool deleted(const ng::Dict& dict) { return ng::text_of(wait("delete", dict), "warning").empty(); }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a branch's deletion that is asked for again deletes nobody else") {
    fork();
    CHECK(deleted(request("z2")));
    CHECK_FALSE(deleted(request("z2")));
    REQUIRE(instance.calls().size() == 1);
    CHECK(deleted(request("z3")));
    CHECK_FALSE(deleted(request("z3")));
    CHECK(instance.calls().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "so does a deletion by tag, with one branch left that hasn't answered") {
    fork();
    CHECK(deleted(request("z2")));
    auto by_tag = request("", "b");
    by_tag.add("flags", ng::List{"to-tag"});
    CHECK(deleted(by_tag));
    CHECK_FALSE(deleted(by_tag));
    CHECK(instance.calls().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a branch that nobody knows is passed over: the call ends with its caller") {
    fork();
    CHECK(deleted(request("z4")));
    CHECK(instance.calls().size() == 0);
}
