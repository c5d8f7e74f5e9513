// SPDX-License-Identifier: Apache-2.0
#include "supervisor/runtime_dir.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace rtpengine;
using namespace rtpengine::supervisor;
namespace fs = std::filesystem;

namespace {

struct Temporary {
    Temporary() { REQUIRE(mkdtemp(path)); }
    ~Temporary() { fs::remove_all(path); }
    fs::path operator/(const char* name) const { return fs::path(path) / name; }
    char path[32] = "/tmp/runtime-dir-XXXXXX";
};

void touch(const fs::path& path) {
    std::ofstream(path) << "x";
}

} // namespace

TEST_CASE("the directory is private, locked, and gone at the end") {
    const Temporary top;
    const auto path = top / "run";
    {
        auto directory = RuntimeDirectory::open(path);
        REQUIRE(directory);
        struct stat info {};
        REQUIRE(stat(path.c_str(), &info) == 0);
        CHECK((info.st_mode & 0777) == 0700);
        const auto second = RuntimeDirectory::open(path);
        REQUIRE_FALSE(second);
        CHECK(second.error().message.find("(process " + std::to_string(getpid()) + ")") != std::string::npos);
        CHECK(fs::exists(path / "lock")); // the loser took nothing away
        touch(path / "state-0");
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("what a predecessor left is removed, what an operator made is not") {
    const Temporary top;
    const auto path = top / "run";
    fs::create_directory(path);
    for (const char* name : {"lock", "supervisor.sock", "control.sock", "state-0"})
        touch(path / name);
    {
        const auto directory = RuntimeDirectory::open(path);
        REQUIRE(directory);
        CHECK(std::distance(fs::directory_iterator(path), {}) == 1); // the lock
    }
    CHECK(fs::exists(path));
    CHECK(fs::is_empty(path));
}

TEST_CASE("a directory with other things in it is refused and left as it is") {
    const Temporary top;
    touch(top / "precious");
    touch(top / "state-0");
    const auto directory = RuntimeDirectory::open(top.path);
    REQUIRE_FALSE(directory);
    CHECK(directory.error().message.find("precious") != std::string::npos);
    CHECK(fs::exists(top / "state-0"));
}

namespace {

// As a supervisor that was killed leaves it.
void leave(const Temporary& top, const char* in_lock) {
    std::ofstream(top / "lock") << in_lock;
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (top / "supervisor.sock").string().copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

} // namespace

TEST_CASE("what another version has left in a runtime directory is left alone, and is no reason not to start") {
    const Temporary top;
    leave(top, "4711\n");
    touch(top / "of-a-time-to-come");
    touch(top / "state-0");
    {
        const auto directory = RuntimeDirectory::open(top.path);
        REQUIRE(directory);
        CHECK_FALSE(fs::exists(top / "state-0"));
    }
    CHECK(fs::exists(top / "of-a-time-to-come"));
    CHECK(std::distance(fs::directory_iterator(top.path), {}) == 1);
}

TEST_CASE("another program's lock or socket makes no runtime directory") {
    for (const char* in_lock : {"", "0\n", "-1\n", "text"}) {
        const Temporary top;
        leave(top, in_lock);
        touch(top / "precious");
        CHECK_FALSE(RuntimeDirectory::open(top.path));
    }
    const Temporary top;
    std::ofstream(top / "lock") << "4711\n";
    touch(top / "supervisor.sock"); // a file
    touch(top / "precious");
    CHECK_FALSE(RuntimeDirectory::open(top.path));
}

TEST_CASE("errors say what to do") {
    const Temporary top;
    for (const auto& path :
         {std::string("/proc/none"), (top / "no" / "parent").string(), "/tmp/" + std::string(100, 'x')}) {
        const auto directory = RuntimeDirectory::open(path);
        REQUIRE_FALSE(directory);
        CHECK(directory.error().message.find("--runtime-dir") != std::string::npos);
    }
    touch(top / "file");
    CHECK_FALSE(RuntimeDirectory::open(top / "file"));
}

TEST_CASE("the default name is the listener's") {
    const auto path = default_runtime_dir("[::1]:2223");
    CHECK(path.starts_with("/run/rtpengine/[::1]:2223"));
}

TEST_CASE("one that was removed is made again, and locked") {
    const Temporary top;
    const auto path = top / "run";
    {
        auto directory = *RuntimeDirectory::open(path);
        CHECK_FALSE(*directory.renew());
        fs::remove_all(path);
        CHECK(*directory.renew());
        CHECK_FALSE(RuntimeDirectory::open(path));
        CHECK_FALSE(*directory.renew());
        fs::remove(path / "lock"); // alone
        CHECK(*directory.renew());
        CHECK_FALSE(RuntimeDirectory::open(path));
        fs::remove_all(path);
        touch(path); // something else has its name
        CHECK_FALSE(directory.renew());
        fs::remove(path);
    }
    CHECK_FALSE(fs::exists(path));
}
