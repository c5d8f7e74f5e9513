// SPDX-License-Identifier: Apache-2.0
#include "supervisor/runtime_dir.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>
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
