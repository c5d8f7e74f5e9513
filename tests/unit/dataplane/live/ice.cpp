// SPDX-License-Identifier: Apache-2.0
// Connectivity checks at a worker: they alone say where media comes from and goes to, whatever happens to the worker meanwhile.
#include <algorithm>
#include <random>

#include <doctest/doctest.h>

#include "dataplane/ice/message.h"
#include "dataplane/ice/writer.h"
#include "pair.h"

using namespace rtpengine;
using namespace rtpengine::live;
using ice::Class;
using ice::Message;
using ice::Transaction;
using ice::Writer;

namespace {

constexpr std::string_view ours = "ourpasswordourpasswordour", theirs = "peerpasswordpeerpasswor";

Transaction fresh() {
    static std::mt19937 random(1);
    Transaction made;
    for (auto& byte : made) byte = static_cast<std::uint8_t>(random());
    return made;
}

Bytes copy(ice::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

// b's side of it.
Bytes check(const Transaction& transaction, bool nominates = true, std::string_view pwd = ours, const char* name = "ourfragm:peer") {
    Writer writer(Class::request, transaction);
    writer.username(name).priority(1000).controlling(~0ull);
    if (nominates) writer.use_candidate();
    return copy(writer.seal(pwd).finish());
}

// b has ICE, a hasn't.
struct Call : Pair {
    const Peer elsewhere{"127.0.1.77:7777"};

    explicit Call(bool lite, bool signalled = true) {
        auto& ice = *for_b.mutable_ice();
        ice.set_agent(2);
        ice.set_priority(126u << 24 | 65535u << 8 | 255);
        ice.set_ufrag("ourfragm");
        ice.set_pwd(std::string(ours));
        ice.set_remote_ufrag("peer");
        ice.set_remote_pwd(std::string(theirs));
        ice.set_lite(lite);
        ice.set_call("call");
        auto& candidate = *ice.add_candidates();
        *candidate.mutable_endpoint() = for_b.signalled();
        candidate.set_priority(5000);
        if (!signalled) for_b.clear_signalled();
        join();
        tell();
    }

    // The next STUN message at that peer, if there is one.
    static std::optional<Message> stun(const Peer& at, Bytes& bytes) {
        while (const auto received = at.receive()) {
            bytes = received->bytes;
            if (const auto message = Message::read(bytes)) return message;
        }
        return std::nullopt;
    }
    // Answers checks at `at`, once, and sends one itself, with the peer's password.
    void connect(const Peer& at) {
        const auto transaction = fresh();
        at.send(b_port, check(transaction));
        bool granted = false, answered = false;
        for (Bytes bytes; !granted || !answered;) {
            const auto message = stun(at, bytes);
            REQUIRE(message);
            if (message->cls == Class::success) {
                CHECK(message->transaction == transaction);
                CHECK(message->authentic(ours));
                CHECK(message->mapped == at.local());
                granted = true;
                continue;
            }
            if (message->username != for_b.ice().remote_ufrag() + ":ourfragm") continue; // of before a restart
            CHECK(message->authentic(theirs));
            Writer writer(Class::success, message->transaction);
            at.send(b_port, copy(writer.mapped(at.local()).seal(theirs).finish()));
            answered = true;
        }
        Control::until([&] { return state::load_remote(record(1)) == at.local(); });
    }
    // Until one comes that is no check.
    static void expect_media(const Peer& at, std::uint16_t sequence) {
        for (;;) {
            const auto received = at.receive();
            REQUIRE(received);
            if (Message::read(received->bytes)) continue;
            REQUIRE(received->bytes == rtp(sequence));
            return;
        }
    }
    std::uint64_t refused() { return record(1).in.errors.get(); }
    void refuses(const Peer& from, std::uint16_t sequence) {
        const auto before = refused();
        from.send(b_port, rtp(sequence));
        Control::until([&] { return refused() == before + 1; });
        CHECK(a.nothing_came());
    }
};

} // namespace

TEST_CASE("media follows what a full agent has checked, and nobody else's is taken") {
    Call call(false);
    call.refuses(call.b, 1); // he is where SDP says, and nothing is proved yet
    call.connect(call.elsewhere);
    call.a.send(call.a_port, rtp(2));
    Call::expect_media(call.elsewhere, 2);
    call.elsewhere.send(call.b_port, rtp(3));
    Pair::expect(call.a, 3, 3);
    call.refuses(call.b, 4);
    call.control.run_until([&] { return !call.control.events(0).empty(); });
    const auto& news = call.control.events(0).back().ice();
    CHECK(news.stream() == 2);
    CHECK(news.remote().port() == 7777);
    CHECK(news.call() == "call");
}

TEST_CASE("a killed worker's successor goes on with the pair, and so does one whose control is new") {
    Call call(false);
    call.connect(call.elsewhere);
    call.control.run_until([&] { return !call.control.events(0).empty(); });
    call.control.kill(0);
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    call.a.send(call.a_port, rtp(5)); // before any check
    Call::expect_media(call.elsewhere, 5);
    call.elsewhere.send(call.b_port, rtp(6));
    Pair::expect(call.a, 6, 6);
    call.refuses(call.b, 7);
    call.control.run_until([&] { return call.control.events(0).size() >= 2; }); // said again
    CHECK(call.control.events(0).back().ice().remote().port() == 7777);
    CHECK(state::load_remote(call.record(1)) == call.elsewhere.local());
}

TEST_CASE("a worker that is killed in the middle of the checks begins them again by itself") {
    Call call(false);
    Bytes bytes;
    REQUIRE(Call::stun(call.b, bytes)); // a check has come, and isn't answered
    call.control.kill(0);
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    call.connect(call.b);
    call.a.send(call.a_port, rtp(5));
    Call::expect_media(call.b, 5);
}

TEST_CASE("a worker that dies while a restart is on its way doesn't take the former pair for the new one") {
    Call call(false);
    call.connect(call.elsewhere);
    call.control.kill(0);
    call.for_b.mutable_ice()->set_remote_ufrag("anew");
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    call.a.send(call.a_port, rtp(5)); // meanwhile it goes on
    Call::expect_media(call.elsewhere, 5);
    const auto checked_anew = [&] {
        for (Bytes bytes; const auto message = Call::stun(call.b, bytes);)
            if (message->username == "anew:ourfragm") return true;
        return false;
    };
    CHECK(checked_anew());
    call.connect(call.b);
    CHECK(call.record(1).pair_terms.get() != 0);
    call.a.send(call.a_port, rtp(6));
    Call::expect_media(call.b, 6);
}

TEST_CASE("a recorded check leads a lite agent nowhere when its worker was killed meanwhile") {
    Call call(true);
    const auto nominating = check(fresh());
    call.b.send(call.b_port, nominating);
    Control::until([&] { return (call.record(1).flags.get() & state::checked) != 0; });
    call.control.kill(0);
    call.control.start(0);
    call.control.sync(0, {call.for_a, call.for_b});
    call.elsewhere.send(call.b_port, nominating);
    bool granted = false, asked = false; // answered, as nobody can know better, and asked what only the peer can answer
    for (Bytes bytes; !granted || !asked;) {
        const auto message = Call::stun(call.elsewhere, bytes);
        REQUIRE(message);
        (message->cls == Class::request ? asked : granted) = true;
    }
    call.refuses(call.elsewhere, 3);
    CHECK(state::load_remote(call.record(1)) == call.b.local());
    call.a.send(call.a_port, rtp(4));
    Call::expect_media(call.b, 4);
}

TEST_CASE("checks that were not sent are counted where the stream is") {
    Call call(false);
    call.for_b.mutable_ice()->set_remote_ufrag("anew");
    auto& candidate = *call.for_b.mutable_ice()->add_candidates();
    candidate.mutable_endpoint()->set_address(std::string("\xe0\0\0\1", 4)); // multicast
    candidate.mutable_endpoint()->set_port(5000);
    call.control.update(0, {call.for_b});
    const auto* decisions = call.control.view(0, 1).decisions();
    REQUIRE(decisions);
    CHECK(decisions->withheld.get() == 1);
}

TEST_CASE("a lite agent takes what is nominated, and a recorded check from elsewhere moves nothing") {
    Call call(true);
    const auto nominating = check(fresh());
    Bytes bytes;
    call.b.send(call.b_port, check(fresh(), true, "guessed"));
    auto answer = Call::stun(call.b, bytes);
    REQUIRE(answer);
    CHECK(answer->error == 401);
    call.refuses(call.b, 1);
    call.b.send(call.b_port, nominating);
    answer = Call::stun(call.b, bytes);
    REQUIRE(answer);
    CHECK(answer->cls == Class::success);
    call.b.send(call.b_port, rtp(2));
    Pair::expect(call.a, 2, 2);
    call.elsewhere.send(call.b_port, nominating);
    call.refuses(call.elsewhere, 3); // comes after it
    CHECK(call.elsewhere.nothing_came());
    CHECK(state::load_remote(call.record(1)) == call.b.local());
}

TEST_CASE("a rule without ICE any more learns as any other") {
    Call call(true);
    call.b.send(call.b_port, check(fresh()));
    Bytes bytes;
    REQUIRE(Call::stun(call.b, bytes));
    call.for_b.clear_ice();
    call.for_b.set_learn_epoch(9);
    call.control.update(0, {call.for_b});
    call.elsewhere.send(call.b_port, rtp(1));
    Pair::expect(call.a, 1, 1);
    CHECK(state::load_remote(call.record(1)) == call.elsewhere.local());
    call.elsewhere.send(call.b_port, check(fresh())); // nobody answers
    call.elsewhere.send(call.b_port, rtp(2));
    Pair::expect(call.a, 2, 2);
    CHECK(call.elsewhere.nothing_came());
}
