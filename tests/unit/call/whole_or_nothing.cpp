// SPDX-License-Identifier: Apache-2.0
// Random requests and faults: after one that failed everything is as it was before it, and whatever happened, workers that are
// well again have what control holds.
#include <cstdio>
#include <new>

#include "control/call/change.h"
#include "common/ng/bencode.h"
#include "tests/unit/failing_new.h"
#include "kept_calls.h"
#include "worker_fixture.h"

using namespace rtpengine;
using namespace rtpengine::call;
using test::allocations_left;

namespace {

struct Fixture : WorkerFixture {
    Fixture() : WorkerFixture(3600, {100, 10'000, 20}, Calls::kept) { // faults are many: nobody waits long for one
        internal.sent = external.sent = 3;
    }
    using Mood = PlayedWorker::Mood;
    struct World {
        CallsInWords calls;
        std::vector<unsigned> ports; // in use, by address
        std::map<std::uint64_t, std::string> streams[2];
        bool operator==(const World&) const = default;
    };

    World world() {
        World now;
        now.calls = held_calls(instance, name);
        for (const auto& interface : instance.interfaces().all())
            for (const auto& local : interface->addresses) now.ports.push_back(local->used());
        for (unsigned i = 0; i < 2; ++i) now.streams[i] = (i ? external : internal).in_use();
        return now;
    }
    // All faults are over, and all that was asked is done.
    void recover() {
        for (auto* worker : {&internal, &external}) {
            if (worker == gone) worker->start();
            worker->resume();
        }
        gone = nullptr;
        run_until([this] { return workers->absent().empty() && workers->idle() && internal.synchronised && external.synchronised; });
        for (std::size_t i = 0; i <= instance.calls().size(); ++i) tick();
        run_until([this] { return !somebody_waits(); }); // whoever is let go may ask for more
        settle();
        for (const auto& interface : instance.interfaces().all()) // the other program has gone
            for (const auto& local : interface->addresses) local->pool.unblock_due(UINT64_MAX);
    }
    // For a round with the workers that isn't under way any more.
    bool somebody_waits() const {
        bool any = false;
        instance.calls().walk(0, SIZE_MAX, [&](const auto& call) { any |= call->unbooked || call->busy || !call->waiting.empty(); });
        return any;
    }
    static std::string shown(const std::map<std::uint64_t, std::string>& streams) {
        std::string text;
        link::Stream stream;
        for (const auto& [id, bytes] : streams)
            if (stream.ParseFromString(bytes)) text += stream.ShortDebugString() + "\n";
        return text;
    }
    // Each worker has exactly what control would tell it in a Sync.
    void check_workers() {
        for (unsigned i = 0; i < 2; ++i) {
            const auto sync = all_of(i);
            std::map<std::uint64_t, std::string> wanted;
            for (const auto& stream : sync.set()) wanted[stream.id()] = stream.SerializeAsString();
            CHECK(shown((i ? external : internal).streams) == shown(wanted));
        }
    }

    ng::Dict request(const std::string& from, const std::string& to = "", const std::string& branch = "") {
        ng::Dict dict;
        dict.add("call-id", "call" + std::to_string(dice(3)));
        dict.add("from-tag", from);
        if (!to.empty()) dict.add("to-tag", to);
        if (!branch.empty()) dict.add("via-branch", branch);
        dict.add("delete delay", dice(2) ? 0 : 30);
        return dict;
    }
    std::string body(const std::string& address) {
        static const char* const attributes[] = {"a=sendrecv\r\n", "a=sendonly\r\n", "a=inactive\r\n", "a=rtcp-mux\r\n"};
        std::string text = "v=0\r\no=- 1 " + std::to_string(dice(5)) + " IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n";
        for (unsigned i = dice(3); i < 3; ++i)
            text += (i == 1 ? "m=video " : "m=audio ") + std::to_string(dice(8) ? 4000 + 10 * dice(20) : 0) + " RTP/AVP 8 0\r\n" + attributes[dice(4)];
        return text;
    }
    void offer(ng::Dict dict) {
        dict.add("sdp", body("198.51.100.1"));
        if (dice(2)) dict.add("direction", ng::List{"int", "ext"});
        if (dice(3) == 0) dict.add("rtcp-mux", ng::List{dice(2) ? "demux" : "offer"});
        if (dice(4) == 0) dict.add("replace", ng::List{"sdp-version"});
        ask_now("offer", dict);
    }
    void answer(ng::Dict dict) {
        dict.add("sdp", body("198.51.100.2"));
        ask_now("answer", dict);
    }
    void publish(ng::Dict dict) {
        dict.add("sdp", body("198.51.100.3"));
        dict.add("interface", dice(2) ? "int" : "ext");
        if (dice(2)) dict.add("codec", ng::Dict({{"accept", ng::List{"any", "all"}}}));
        ask_now("publish", dict);
    }
    void subscribe(ng::Dict dict) {
        static const char* const sources[] = {"p0", "p1", "a", "b0"};
        if (dice(4)) dict.add("from-tags", ng::List{sources[dice(4)], sources[dice(4)]});
        else dict.add("all", "all");
        dict.add("to-tag", "s" + std::to_string(dice(3)));
        dict.add("interface", dice(2) ? "int" : "ext");
        static const char* const words[] = {"mix", "bidirectional", "rtcp-mirror", "inactive"};
        dict.add("flags", ng::List{words[dice(4)]});
        if (dice(3) == 0) dict.add("transport-protocol", "RTP/SAVP");
        ask_now("subscribe request", dict);
    }
    void subscriber_answers(ng::Dict dict) {
        dict.add("sdp", body("198.51.100.4"));
        if (dice(2)) dict.add("flags", ng::List{"allow-transcoding"});
        ask_now("subscribe answer", dict);
    }
    void create() {
        auto dict = request("c" + std::to_string(dice(2)));
        dict.add("interface", dice(2) ? "int" : "ext");
        if (dice(2)) return ask_now("create", dict);
        dict.add("sdp", body("198.51.100.5"));
        ask_now("create answer", dict);
    }
    void connect() {
        static const char* const parties[] = {"a", "b0", "c0", "c1", "p0", "s0"};
        auto dict = request(parties[dice(6)], parties[dice(6)]);
        static const char* const words[] = {"directional", "bidirectional"};
        if (dice(2)) dict.add("flags", ng::List{words[dice(2)], words[dice(2)]});
        ask_now("connect", dict);
    }
    void unsubscribe() {
        auto dict = request(dice(2) ? "p0" : "a", "s" + std::to_string(dice(3)));
        if (dice(2)) dict.add("flags", ng::List{"directional", dice(2) ? "bidirectional" : "directional"});
        ask_now("unsubscribe", dict);
    }
    void ask_now(std::string_view command, ng::Dict dict) {
        ng::RequestContext context;
        context.command = ng::find_command(command);
        ng::Responder responder([reply = reply](const ng::Reply& sent) {
            const auto left = std::exchange(allocations_left, 0); // reading it is no part of the request
            *reply = ng::read(sent);
            allocations_left = left;
        });
        allocations_left = std::exchange(planned_allocations, 0);
        test::failures_left = std::exchange(planned_failures, 1);
        commands.execute(context, std::move(dict), std::move(responder));
    }
    void ask_something() {
        const auto branch = "z9hG4bK" + std::to_string(dice(3)), callee = "b" + std::to_string(dice(3));
        switch (dice(15)) {
        case 9: return publish(request("p" + std::to_string(dice(2))));
        case 10: return subscribe(request(""));
        case 11: return subscriber_answers(request("", "s" + std::to_string(dice(3))));
        case 12: return unsubscribe();
        case 13: return create();
        case 14: return connect();
        case 0: case 1: return offer(request("a", "", dice(2) ? branch : ""));
        case 2: return offer(request("a", callee));
        case 3: return offer(request(callee, "a"));
        case 4: case 5: return answer(request("a", callee, branch));
        case 6: return ask_now("block media", request("a"));
        case 7: return ask_now("unblock media", request("a"));
        default: return ask_now("delete", request(dice(3) ? callee : "", ""));
        }
    }
    void something_fails() {
        auto& worker = dice(2) ? internal : external;
        switch (dice(9)) {
        case 0: worker.mood = Mood::halted; break;
        case 1: worker.mood = Mood::refusing; break;
        case 2: worker.mood = Mood::ports_taken; break;
        case 3:
            worker.stop();
            gone = &worker;
            break;
        case 4:
            for (const auto& interface : instance.interfaces().all())
                for (const auto& local : interface->addresses)
                    while (const auto port = local->pool.take(1)) leases.push_back(std::make_unique<ports::Lease>(local->pool, *port));
            break;
        case 5:
            planned_allocations = 1 + dice(400);
            planned_failures = dice(2) ? 1 : 1 + dice(60);
            break;
        default: break;
        }
    }
    // Whether it was a success.
    bool step() {
        reply->reset();
        something_fails();
        try {
            ask_something();
        } catch (const std::bad_alloc&) { // the dispatcher catches it; the responder has answered
        }
        test::end_of_shortage();
        run_until([this] { return reply->has_value() || reply.use_count() == 1; }); // that takes memory, too, and who asks again is served
        leases.clear();
        recover();
        return reply->has_value() && ng::text_of(**reply, "result") != "error";
    }
    unsigned dice(unsigned sides) { return static_cast<unsigned>(random() % sides); }

    std::size_t planned_allocations = 0, planned_failures = 1; // of the next verb, before some fail
    std::mt19937_64 random{20'261'127};
    PlayedWorker* gone = nullptr;
    std::vector<std::unique_ptr<ports::Lease>> leases;
    std::shared_ptr<std::optional<ng::Dict>> reply = std::make_shared<std::optional<ng::Dict>>();
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "a request that fails leaves everything as it was") {
    std::map<std::string, unsigned> outcomes;
    for (unsigned i = 0; i < 2800; ++i) {
        const auto before = world();
        const auto calls = instance.calls().size();
        bool done = step();
        const auto reason = done ? "ok" : reply->has_value() ? ng::text_of(**reply, "error-reason") : "no answer";
        // An offer without a usable section makes a call all the same (specification).
        if (reason == "Error rewriting SDP" && instance.calls().size() > calls) done = true;
        ++outcomes[std::string(reason)];
        CAPTURE(i);
        CAPTURE(reason);
        const auto after = world();
        if (!done) {
            REQUIRE(after.calls == before.calls);
            REQUIRE(after.ports == before.ports);
            REQUIRE(shown(after.streams[0]) == shown(before.streams[0]));
            REQUIRE(shown(after.streams[1]) == shown(before.streams[1]));
        }
        check_workers();
        REQUIRE(kept_calls(keeper) == after.calls); // which a successor finds
    }
    for (const auto& [outcome, count] : outcomes) MESSAGE(outcome << ": " << count);
    CHECK(outcomes["ok"] > 700);
    CHECK(outcomes["Ran out of ports"] > 50);
    CHECK(outcomes["out of something"] > 20);
    CHECK(outcomes["Internal error"] > 20);
    CHECK(outcomes["no answer"] > 5);
    CHECK(outcomes["media worker 0/ext does not answer"] > 5);

    for (const auto* id : {"call0", "call1", "call2"}) {
        ng::Dict dict;
        dict.add("call-id", id);
        dict.add("delete delay", 0);
        wait("delete", dict);
    }
    recover();
    const auto end = world();
    CHECK(end.calls.empty());
    CHECK(end.ports == std::vector<unsigned>{0, 0});
    CHECK((internal.in_use().empty() && external.in_use().empty()));
}
