// SPDX-License-Identifier: Apache-2.0
#include "ctl/locate.h"

#include <doctest/doctest.h>

#include <filesystem>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/fd.h"

using namespace rtpengine;
namespace fs = std::filesystem;

namespace {

// A directory of its own, gone afterwards.
struct Temporary {
    std::string path = [] {
        char name[] = "/tmp/ctl-test-XXXXXX";
        return std::string(mkdtemp(name));
    }();
    ~Temporary() { fs::remove_all(path); }
};

Fd listener(const std::string& directory) {
    fs::create_directories(directory);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (directory + "/supervisor.sock").copy(address.sun_path, sizeof address.sun_path - 1);
    Fd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd.get(), 1) == 0);
    return fd;
}

} // namespace

TEST_CASE("only directories in which somebody listens count") {
    const Temporary base;
    CHECK_FALSE(ctl::running_supervisors(base.path));
    CHECK_FALSE(ctl::running_supervisors(base.path + "/missing"));
    listener(base.path + "/dead").reset(); // leaves its file behind
    fs::create_directories(base.path + "/empty");
    CHECK_FALSE(ctl::running_supervisors(base.path));
    const auto b = listener(base.path + "/b"), a = listener(base.path + "/a");
    CHECK(*ctl::running_supervisors(base.path) == std::vector{base.path + "/a", base.path + "/b"});
    CHECK(*ctl::running_supervisors(base.path + "/b") == std::vector{base.path + "/b"});
}
