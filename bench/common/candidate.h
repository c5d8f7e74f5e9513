// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace rtpengine::bench {

// A daemon that takes part: an ordinary command line, to which what the benchmark needs is appended.
struct Candidate {
    std::string name;
    std::string command;
};

// From "[NAME=]COMMAND"; without a name it is that of the program.
Candidate candidate(const std::string& text);

} // namespace rtpengine::bench
