// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <doctest/doctest.h>

// Runs begin() and then work() for ever in a process of its own, and kills that up to 500 microseconds after it has begun: at any moment.
template <class Begin, class Random> void kill_at_work(Begin begin, Random& random) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const auto child = fork();
    if (child == 0) {
        auto work = begin();
        if (write(ends[1], "x", 1) != 1) _exit(1);
        for (std::uint64_t i = 1;; ++i) work(i);
    }
    char begun = 0;
    REQUIRE(read(ends[0], &begun, 1) == 1);
    usleep(random() % 500);
    kill(child, SIGKILL);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    close(ends[0]), close(ends[1]);
}
