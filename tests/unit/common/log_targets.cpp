// SPDX-License-Identifier: Apache-2.0
// The log and who reads it: nobody, somebody slow, somebody who comes back. A test that waits for them never ends.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <sstream>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/base/log.h"
#include "common/base/log_syslog.h"

using namespace rtpengine;

namespace {

// Takes stderr's place while it lives.
class InPlaceOfStderr {
  public:
    explicit InPlaceOfStderr(int fd) : real_(dup(STDERR_FILENO)) { dup2(fd, STDERR_FILENO); }
    ~InPlaceOfStderr() { dup2(real_.get(), STDERR_FILENO); }

  private:
    Fd real_;
};

std::string read_all(int fd) {
    std::string text;
    std::array<char, 65536> part;
    for (ssize_t length; (length = read(fd, part.data(), part.size())) > 0;) text.append(part.data(), static_cast<std::size_t>(length));
    return text;
}

std::array<Fd, 2> pipe_ends() {
    std::array<int, 2> ends;
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK); // ours: the test reads what is there
    return {Fd(ends[0]), Fd(ends[1])};
}

std::array<Fd, 2> socket_ends() {
    std::array<int, 2> ends;
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return {Fd(ends[0]), Fd(ends[1])};
}

void log_lines(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) log::info("line {} {}", i, std::string(900, 'x'));
}

// Reads until nothing waits any more.
std::string drained(int fd) {
    std::string text;
    do text += read_all(fd);
    while (log::flush());
    return text + read_all(fd);
}

// Every line whole, in order, and what is missing said.
void check_lines(const std::string& text, std::size_t count) {
    std::istringstream all(text);
    std::size_t next = 0, gaps = 0;
    for (std::string line; std::getline(all, line);) {
        const auto gap = line.find(" lines of the log are missing here");
        const auto begin = line.rfind("[core] ") + 7;
        REQUIRE(begin > 7);
        if (gap != line.npos) {
            ++gaps;
            next += std::stoul(line.substr(begin));
        } else {
            REQUIRE(line.substr(begin) == "line " + std::to_string(next) + " " + std::string(900, 'x'));
            ++next;
        }
    }
    CHECK(gaps > 0);
    CHECK(next == count);
}

void check_nobody_reads(const std::array<Fd, 2>& ends) {
    const InPlaceOfStderr place(ends[1].get());
    const auto flags = fcntl(ends[1].get(), F_GETFL);
    log_lines(5000);
    CHECK(fcntl(ends[1].get(), F_GETFL) == flags); // others have it, too
    check_lines(drained(ends[0].get()), 5000);
}

std::string new_socket_path() {
    std::string folder = "/tmp/log-XXXXXX";
    REQUIRE(mkdtemp(folder.data()));
    return folder + "/log";
}

// A log daemon that reads when it is asked to.
Fd log_daemon(const std::string& path) {
    unlink(path.c_str());
    Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    return fd;
}

std::string read_one(const Fd& fd) {
    std::array<char, 1000> text;
    const auto length = read(fd.get(), text.data(), text.size());
    return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

} // namespace

TEST_CASE("a pipe that nobody reads") { check_nobody_reads(pipe_ends()); }

TEST_CASE("a socket that nobody reads") { check_nobody_reads(socket_ends()); }

TEST_CASE("a pipe that can't be opened once more") {
    const auto ends = pipe_ends();
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    const InPlaceOfStderr place(ends[1].get());
    const rlimit none{0, before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    log_lines(5000);
    setrlimit(RLIMIT_NOFILE, &before);
    check_lines(drained(ends[0].get()), 5000);
}

TEST_CASE("long lines are whole, however little room there is") {
    const auto ends = pipe_ends();
    fcntl(ends[1].get(), F_SETPIPE_SZ, 4096);
    const InPlaceOfStderr place(ends[1].get());
    for (const char c : {'a', 'b', 'c'}) log::info("{}", std::string(70000, c));
    const auto text = drained(ends[0].get());
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    for (const char c : {'a', 'b', 'c'}) CHECK(text.find(" " + std::string(70000, c) + "\n") != text.npos);
}

TEST_CASE("who has a loop is told when something begins to wait") {
    const auto ends = pipe_ends();
    const InPlaceOfStderr place(ends[1].get());
    unsigned told = 0;
    log::when_waiting([&] { ++told; });
    log_lines(10);
    CHECK(told == 0);
    log_lines(1000);
    CHECK(told == 1);
    drained(ends[0].get());
    log_lines(1000);
    CHECK(told == 2);
    drained(ends[0].get());
    log::when_waiting(nullptr);
}

TEST_CASE("another file in stderr's place is written to, from the next line on") {
    const auto first = pipe_ends(), second = pipe_ends();
    {
        const InPlaceOfStderr place(first[1].get());
        log::info("one");
    }
    const InPlaceOfStderr place(second[1].get());
    log::info("two");
    CHECK(read_all(first[0].get()).ends_with("one\n"));
    CHECK(read_all(second[0].get()).ends_with("two\n"));
}

TEST_CASE("the system's log: a daemon that is stuck, one that is gone, one that comes back") {
    const auto path = new_socket_path();
    log::Syslog target(path);
    CHECK(target.write("nobody") == 0);
    auto daemon = log_daemon(path);
    CHECK(target.write("one") == 3);
    std::size_t taken = 0;
    while (target.write("more") == 4) ++taken; // until it is stuck
    CHECK(taken > 0);
    CHECK(read_one(daemon) == "one");
    CHECK(target.write("again") == 5);
    daemon.reset();
    CHECK(target.write("gone") == 0);
    daemon = log_daemon(path);
    CHECK(target.write("back") == 4);
    CHECK(read_one(daemon) == "back");
    CHECK(target.write(std::string(10'000'000, 'x')) == 10'000'000); // it never could
    unlink(path.c_str());
    rmdir(path.substr(0, path.rfind('/')).c_str());
}

TEST_CASE("a message of the system's log is as syslog(3) writes it") {
    const auto text = log::Syslog::message(30, "rtpengine", "INFO: [core] x");
    CHECK(text.starts_with("<30>"));
    CHECK(text.substr(4 + 3, 1) == " ");
    CHECK(text.substr(4 + 15) == " rtpengine[" + std::to_string(getpid()) + "]: INFO: [core] x");
}
