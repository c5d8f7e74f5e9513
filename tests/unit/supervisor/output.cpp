// SPDX-License-Identifier: Apache-2.0
#include "supervisor/output.h"

#include <algorithm>
#include <array>
#include <functional>

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

// What goes to stderr while `body` runs.
std::string captured(const std::function<void()>& body) {
    const Fd file(memfd_create("stderr", 0)), real(dup(STDERR_FILENO));
    dup2(file.get(), STDERR_FILENO);
    body();
    dup2(real.get(), STDERR_FILENO);
    std::array<char, 65536> text;
    const auto length = pread(file.get(), text.data(), text.size(), 0);
    return {text.data(), length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string logged(const std::string& written) {
    return captured([&] {
        uv::Loop loop;
        Output output(loop);
        REQUIRE(write(output.write_end(), written.data(), written.size()) ==
                static_cast<ssize_t>(written.size()));
        uv::Timer later(loop, [&] { loop.stop(); });
        later.start_ms(50); // every round of the loop before has read what was there
        loop.run();
    });
}

} // namespace

TEST_CASE("lines of children become lines of the log, without control characters") {
    const auto text = logged("one\n\033[31mtwo\r\nthree");
    CHECK(text.find("ERR: [core] a child process says: one\n") != std::string::npos);
    CHECK(text.find("a child process says: \\x1b[31mtwo\\x0d\n") != std::string::npos);
    CHECK(text.find("three") == std::string::npos); // not yet a line
}

TEST_CASE("a line without end is cut") {
    const auto text = logged(std::string(5000, 'x') + "\n");
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(std::count(text.begin(), text.end(), 'x') == 5000);
}
