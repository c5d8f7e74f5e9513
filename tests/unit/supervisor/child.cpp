// SPDX-License-Identifier: Apache-2.0
// Real processes, small scripts: what happens to them comes back as states.
#include "supervisor/child.h"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <vector>

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

class Script {
  public:
    explicit Script(const std::string& body) {
        REQUIRE(mkdtemp(dir_));
        std::ofstream(path()) << "#!/bin/sh\n" << body << "\n";
        REQUIRE(chmod(path().c_str(), 0700) == 0);
    }
    ~Script() {
        unlink(path().c_str());
        rmdir(dir_);
    }
    std::string path() const { return std::string(dir_) + "/script"; }

  private:
    char dir_[32] = "/tmp/child-XXXXXX";
};

constexpr const char* lives = "exec tail -f /dev/null";

struct Fixture {
    explicit Fixture(const std::string& executable)
        : child(loop,
                {"x", "worker",
                 [=](int) {
                     return Process{executable, "x", "bytes", {}, -1};
                 }},
                [this](Child& c) { told.push_back(c.state()); }),
          gone(loop, SIGCHLD, [this] { child.reap(); }),
          give_up(loop, [this] { loop.stop(); }),
          reached(loop, [this] {
              if (wanted()) loop.stop();
          }) {}
    ~Fixture() {
        child.stop();
        if (child.pid()) until(State::down);
    }

    void until(std::function<bool()> condition) {
        wanted = std::move(condition);
        give_up.start_ms(20'000);
        loop.run();
        CHECK(wanted());
    }
    void until(State state) {
        until([=, this] { return child.state() == state; });
    }
    // The process is gone and its successor is there.
    void until_restarted() {
        until([this, count = child.restarts()] {
            return child.restarts() > count && child.state() == State::starting;
        });
    }
    void beat(pid_t pid, bool ready = true, bool standby = false) {
        link::Heartbeat heartbeat;
        heartbeat.set_name("x");
        heartbeat.set_pid(pid);
        heartbeat.set_ready(ready);
        heartbeat.set_standby(standby);
        heartbeat.set_detail("fine");
        child.heard(heartbeat);
    }
    // Of all processes of ours, the one that isn't the child.
    pid_t successor() const {
        std::ifstream file("/proc/self/task/" + std::to_string(getpid()) + "/children");
        for (pid_t pid; file >> pid;)
            if (pid != child.pid()) return pid;
        return 0;
    }
    // It works, and has a successor, which hasn't said a word.
    pid_t replaced() {
        child.start();
        beat(child.pid());
        REQUIRE(child.replace());
        CHECK(child.stage() == Child::Stage::begun);
        return successor();
    }
    void ticks(unsigned count) {
        for (unsigned i = 0; i < count; ++i)
            child.tick();
    }

    uv::Loop loop;
    std::function<bool()> wanted = [] { return false; };
    std::vector<State> told;
    Child child;
    uv::Signal gone;
    uv::Timer give_up;
    uv::Prepare reached;
};

} // namespace

TEST_CASE("only the living process can say that it is ready") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    CHECK(f.child.state() == State::starting);
    f.beat(f.child.pid() + 1);
    f.beat(f.child.pid(), false);
    CHECK(f.child.state() == State::starting);
    f.beat(f.child.pid());
    CHECK(f.child.state() == State::up);
    CHECK(f.child.detail() == "fine");
    f.child.stop();
    f.until(State::down);
    CHECK(f.told == std::vector{State::up, State::down});
    CHECK(f.child.restarts() == 0);
}

TEST_CASE("silence: ten ticks without a beat, twenty before the first one") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    f.ticks(19);
    CHECK(f.child.state() == State::starting);
    f.beat(f.child.pid());
    f.ticks(9);
    f.beat(f.child.pid());
    f.ticks(9);
    CHECK(f.child.state() == State::up);
    f.ticks(1);
    CHECK(f.child.state() == State::shot);
    f.until_restarted();
    CHECK(f.child.restarts() == 1);
    f.ticks(20);
    CHECK(f.child.state() == State::shot);
    f.until_restarted();
}

TEST_CASE("a child that dies again and again waits longer each time, until it was healthy for a minute") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    const auto die = [&] {
        const auto before = f.loop.now_ms();
        f.child.signal(SIGKILL);
        f.until_restarted();
        return f.loop.now_ms() - before;
    };
    die();
    CHECK(die() >= 99);
    CHECK(die() >= 399);
    f.beat(f.child.pid());
    for (int i = 0; i < 120; ++i) {
        f.child.tick();
        f.beat(f.child.pid());
    }
    CHECK(die() < 300); // at once; a slow machine may need a while for it
    CHECK(f.child.restarts() == 4);
}

TEST_CASE("a configuration error is final") {
    const Script script("exit 78");
    Fixture f(script.path());
    f.child.start();
    f.until(State::failed);
    CHECK(f.told == std::vector{State::failed});
    f.child.start(); // asked for by somebody who has changed something
    CHECK(f.child.state() == State::starting);
    f.until(State::failed);
}

TEST_CASE("what doesn't heed SIGTERM is killed after the grace") {
    const Script script("trap '' TERM; exec tail -f /dev/null");
    Fixture f(script.path());
    f.child.start();
    // The signal mask of the process tells when the trap is set.
    const auto deaf = [&] {
        std::ifstream file("/proc/" + std::to_string(f.child.pid()) + "/status");
        for (std::string line; std::getline(file, line);)
            if (line.starts_with("SigIgn:"))
                return (std::stoull(line.substr(7), nullptr, 16) >> (SIGTERM - 1) & 1) != 0;
        return false;
    };
    while (!deaf())
        sched_yield();
    f.child.stop();
    CHECK(f.child.state() == State::stopping);
    f.until(State::down);
}

TEST_CASE("a program that is not there counts as a death, and is tried again" * doctest::test_suite("kernel")) {
    Fixture f("/nonexistent");
    f.child.start();
    CHECK(f.child.state() == State::waiting);
    CHECK(f.child.pid() == 0);
    CHECK(f.child.restarts() == 1);
    f.child.stop();
    CHECK(f.child.state() == State::down);
}

TEST_CASE("a process goes on as the child of the next execution") {
    const Script script(lives);
    Fixture before(script.path());
    before.child.start();
    before.beat(before.child.pid());
    REQUIRE(before.child.state() == State::up);
    CHECK(before.child.unsettled().empty());
    const auto handed = before.child.hand_over();

    uv::Loop loop;
    std::vector<State> told;
    Child after(loop, {"x", "worker", [](int) { return Process{"/nothing", "x", "", {}, -1}; }},
                [&](Child& child) { told.push_back(child.state()); });
    after.resume(handed);
    CHECK(after.state() == State::up);
    CHECK(after.pid() == before.child.pid());
    CHECK(after.detail() == "fine");
    CHECK(told.empty());
}

TEST_CASE("one without a process is started by the next execution, one that is in between can't be handed over") {
    const Script script(lives);
    Fixture fixture(script.path());
    handover::Child none;
    none.set_restarts(4);
    fixture.child.resume(none);
    CHECK(fixture.child.state() == State::starting);
    CHECK(fixture.child.restarts() == 4);
    CHECK(fixture.child.unsettled() == "x is starting");
}

TEST_CASE("one that beats and never becomes ready is started again: nobody waits for it for ever") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    const auto pid = f.child.pid();
    for (int i = 0; i < 59; ++i) {
        f.beat(pid, false);
        f.ticks(1);
    }
    CHECK(f.child.pid() == pid);
    f.ticks(1);
    f.until_restarted();
    CHECK(f.child.pid() != pid);
    f.beat(f.child.pid());
    CHECK(f.child.state() == State::up);
    for (int i = 0; i < 100; ++i) { // once ready, beats are all that is wanted
        f.beat(f.child.pid());
        f.ticks(1);
    }
    CHECK(f.child.state() == State::up);
}

TEST_CASE("a successor stands by, takes over when the other one is let go, and is ready") {
    const Script script(lives);
    Fixture f(script.path());
    const auto successor = f.replaced();
    const auto predecessor = f.child.pid();
    REQUIRE(successor > 0);
    f.child.let_go(); // nobody stands by
    CHECK(f.child.state() == State::up);
    CHECK(f.child.replace().error().message == "it is being replaced already");
    CHECK(f.child.unsettled() == "x is being replaced");
    f.beat(successor, false, true);
    CHECK(f.child.stage() == Child::Stage::stands_by);
    CHECK(f.child.pid() == predecessor);
    CHECK(f.child.state() == State::up); // nobody has let it go
    f.child.let_go();
    CHECK(f.child.state() == State::retiring);
    f.until([&] { return f.child.stage() == Child::Stage::taken_over; });
    CHECK(f.child.pid() == successor);
    f.beat(successor);
    CHECK(f.child.stage() == Child::Stage::ready);
    CHECK(f.child.restarts() == 0);
    CHECK(f.child.unsettled().empty());
}

TEST_CASE("a successor that is given up was never anything to anybody, whether it stands by or not") {
    for (const bool stands_by : {false, true}) {
        const Script script(lives);
        Fixture f(script.path());
        const auto successor = f.replaced();
        const auto predecessor = f.child.pid();
        if (stands_by) f.beat(successor, false, true);
        f.child.give_up("it is late");
        CHECK(f.child.stage() == Child::Stage::failed);
        CHECK(f.child.failure().message == "it is late");
        CHECK(f.child.state() == State::up);
        CHECK(f.child.pid() == predecessor);
        CHECK(f.successor() == 0);
        f.beat(successor, false, true); // that was on its way
        CHECK(f.child.stage() == Child::Stage::failed);
        CHECK(f.child.replace()); // another one may be tried
    }
}

TEST_CASE("a predecessor that dies on its own is succeeded by whom there is") {
    const Script script(lives);
    Fixture f(script.path());
    const auto successor = f.replaced();
    f.child.signal(SIGKILL);
    f.until([&] { return f.child.stage() == Child::Stage::taken_over; });
    CHECK(f.child.pid() == successor);
    CHECK(f.child.state() == State::starting);
}

TEST_CASE("one that has taken over and is given up is shot, and started again") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    f.beat(f.child.pid());
    f.child.stop();
    f.until(State::down);
    REQUIRE(f.child.replace());
    CHECK(f.child.stage() == Child::Stage::taken_over); // from nobody
    const auto pid = f.child.pid();
    f.child.give_up("it is late");
    CHECK(f.child.state() == State::shot);
    CHECK(f.child.failure().message == "it is late");
    f.until_restarted();
    CHECK(f.child.pid() != pid);
    f.beat(f.child.pid());
    CHECK(f.child.stage() == Child::Stage::failed); // as it has ended
}

TEST_CASE("a replacement that is over is not given up") {
    const Script script(lives);
    Fixture f(script.path());
    f.child.start();
    f.beat(f.child.pid());
    f.child.give_up("it is late");
    CHECK(f.child.state() == State::up);
    CHECK(f.child.stage() == Child::Stage::ready);
}

TEST_CASE("a successor that dies, or is not there at all, has failed; the old one works") {
    const Script script(lives);
    Fixture f(script.path());
    const auto successor = f.replaced();
    REQUIRE(kill(successor, SIGKILL) == 0);
    f.until([&] { return f.child.stage() == Child::Stage::failed; });
    CHECK(f.child.failure().message.starts_with("the new process was killed by signal 9"));
    CHECK(f.child.state() == State::up);
}
