// SPDX-License-Identifier: Apache-2.0
#include "common/base/log_queue.h"

#include <algorithm>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

using namespace rtpengine::log;

namespace {

// Somebody who reads as much as there is `room` for.
struct Reader {
    std::string text;
    std::size_t room = 0, tries = 0;
    Queue queue{[this](std::string_view bytes) {
                    ++tries;
                    const auto taken = std::min(room, bytes.size());
                    room -= taken;
                    text += bytes.substr(0, taken);
                    return taken;
                },
                [](std::uint64_t lines) { return "(" + std::to_string(lines) + ")\n"; }, 20};

    bool flush(std::size_t more) {
        room = more;
        return queue.flush();
    }
};

} // namespace

TEST_CASE_FIXTURE(Reader, "who reads at once gets each line at once") {
    room = 100;
    queue.add("one\n");
    CHECK(text == "one\n");
    queue.add("two\n");
    CHECK(text == "one\ntwo\n");
    CHECK_FALSE(queue.waiting());
}

TEST_CASE_FIXTURE(Reader, "a line that is begun goes on where it stopped, before any other") {
    room = 2;
    queue.add("one\n");
    queue.add("two\n");
    CHECK(text == "on");
    CHECK(flush(3));
    CHECK(text == "one\nt");
    CHECK_FALSE(flush(100));
    CHECK(text == "one\ntwo\n");
}

TEST_CASE_FIXTURE(Reader, "what doesn't fit is counted, and the number stands in its place") {
    for (const char* line : {"aaaaaaa\n", "bbbbbbb\n", "ccccccc\n", "d\n", "e\n"}) queue.add(line);
    CHECK_FALSE(flush(100));
    CHECK(text == "aaaaaaa\nbbbbbbb\n(3)\n"); // short ones behind a long one that was dropped, too: the order stays
    queue.add("f\n");
    CHECK(text.ends_with("(3)\nf\n"));
}

TEST_CASE_FIXTURE(Reader, "somebody who reads too slowly reads of one gap after another, not of nothing but gaps") {
    for (int i = 0; i < 100; ++i) {
        queue.add("1234567\n");
        flush(4);
    }
    flush(1000);
    std::size_t lines = 0, missing = 0, gaps = 0;
    std::istringstream all(text);
    for (std::string line; std::getline(all, line);) {
        lines += line == "1234567";
        gaps += line.starts_with('(');
        if (line.starts_with('(')) missing += std::stoul(line.substr(1));
    }
    CHECK(lines + missing == 100);
    CHECK(gaps > 1);
    CHECK(gaps < lines);
}

TEST_CASE_FIXTURE(Reader, "one line alone may be longer than what may wait") {
    queue.add(std::string(50, 'x') + "\n");
    queue.add("y\n");
    CHECK_FALSE(flush(1000));
    CHECK(text == std::string(50, 'x') + "\n(1)\n");
}

TEST_CASE_FIXTURE(Reader, "what waited for somebody else is missing") {
    queue.add("one\n");
    queue.add("two\n");
    queue.forget();
    room = 100;
    queue.add("three\n");
    CHECK(text == "(2)\nthree\n");
}
