// SPDX-License-Identifier: Apache-2.0
#include "supervisor/process.h"

#include <cstdlib>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include <sys/wait.h>

using namespace rtpengine;

namespace {

// A program that leaves its GLIBC_TUNABLES in a file.
struct Tunables {
    Tunables() {
        std::string name = "/tmp/process-XXXXXX";
        REQUIRE(mkdtemp(name.data()));
        directory = name;
        std::ofstream(program()) << "#!/bin/sh\nprintf %s \"$GLIBC_TUNABLES\" >" << directory << "/out\n";
        std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
        if (const char* value = std::getenv("GLIBC_TUNABLES")) former = value;
    }
    ~Tunables() {
        former ? setenv("GLIBC_TUNABLES", former->c_str(), 1) : unsetenv("GLIBC_TUNABLES");
        std::filesystem::remove_all(directory);
    }

    std::string program() const { return directory + "/program"; }
    std::string tunables_of_child() const {
        const auto pid = supervisor::spawn({program(), "x", "", {}, -1});
        REQUIRE(pid);
        int status = 0;
        REQUIRE(waitpid(*pid, &status, 0) == *pid);
        CHECK(status == 0);
        std::string text;
        std::ifstream file(directory + "/out");
        std::getline(file, text);
        return text;
    }

    std::string directory;
    std::optional<std::string> former;
};

} // namespace

TEST_CASE_FIXTURE(Tunables, "a child keeps more freed blocks than glibc would") {
    unsetenv("GLIBC_TUNABLES");
    CHECK(tunables_of_child() == "glibc.malloc.tcache_count=500");
}

TEST_CASE_FIXTURE(Tunables, "an operator's tunables stay as they are") {
    setenv("GLIBC_TUNABLES", "glibc.malloc.check=1", 1);
    CHECK(tunables_of_child() == "glibc.malloc.check=1");
}
