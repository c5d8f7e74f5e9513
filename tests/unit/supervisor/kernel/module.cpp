// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/module.h"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "supervisor/kernel/advice.h"

using namespace rtpengine::supervisor::kernel;
namespace fs = std::filesystem;

namespace {

// /proc/rtpengine out of ordinary files, with table 5.
struct Tree {
    Tree() {
        REQUIRE(mkdtemp(root));
        fs::create_directory(fs::path(root) / "5");
        for (const char* file : {"control", "5/control", "5/blist", "5/status"})
            std::ofstream(fs::path(root) / file);
    }
    ~Tree() { fs::remove_all(root); }
    std::string read(const char* file) const {
        std::ifstream in(fs::path(root) / file);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    char root[32] = "/tmp/proc-rtpengine-XXXXXX";
};

} // namespace

TEST_CASE("commands are lines") {
    const Tree tree;
    ProcModule module(tree.root);
    REQUIRE(module.add(5));
    CHECK(tree.read("control") == "add 5\n");
    REQUIRE(module.remove(6));
    CHECK(tree.read("control") == "del 6\n");
}

TEST_CASE("control is for writing, the list for reading, neither for children unless passed on") {
    const Tree tree;
    ProcModule module(tree.root);
    const auto control = module.open_control(5), list = module.open_list(5);
    REQUIRE(control);
    REQUIRE(list);
    char byte = 0;
    CHECK(read(control->get(), &byte, 1) < 0);
    CHECK(write(list->get(), &byte, 1) < 0);
    CHECK((fcntl(control->get(), F_GETFD) & FD_CLOEXEC));
    CHECK((fcntl(list->get(), F_GETFD) & FD_CLOEXEC));
}

TEST_CASE("status is the file's text") {
    const Tree tree;
    std::ofstream(fs::path(tree.root) / "5/status") << "Control PID: 7\n";
    const auto text = ProcModule(tree.root).status(5);
    REQUIRE(text);
    CHECK(*text == "Control PID: 7\n");
}

TEST_CASE("a file that is no control file of ours does not take the handshake" * doctest::test_suite("kernel")) {
    const Tree tree;
    ProcModule module(tree.root);
    const auto control = module.open_control(5);
    REQUIRE(control);
    auto message = our_hello();
    const auto said = module.hello(*control, message);
    REQUIRE_FALSE(said);
    CHECK(said.error().code == ENOTTY);
}

TEST_CASE("no module: ENOENT and the name of the file; nothing is created") {
    const Tree tree;
    const auto nowhere = std::string(tree.root) + "/none";
    ProcModule module(nowhere);
    for (const auto& error : {module.add(1).error(), module.remove(1).error(), module.open_control(1).error(),
                              module.open_list(1).error(), module.status(1).error()}) {
        CHECK(error.code == ENOENT);
        CHECK(error.message.find(nowhere) == 0);
    }
    fs::remove(fs::path(tree.root) / "control");
    CHECK_FALSE(ProcModule(tree.root).add(1));
    CHECK_FALSE(fs::exists(fs::path(tree.root) / "control"));
}
