// SPDX-License-Identifier: Apache-2.0
// What the benchmarks' programs have in common: options by getopt_long(), an exit status.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <getopt.h>

#include "common/base/result.h"

namespace rtpengine::bench {

// The value of the option that getopt_long() is at; false if it isn't a number between both.
template <class Number> bool number(double low, double high, Number& value) {
    char* end = nullptr;
    const double given = std::strtod(optarg, &end);
    if (end == optarg || *end != '\0' || given < low || given > high) return false;
    value = Number(given);
    return true;
}

// `take(letter, options)` takes one option; false if its value is out of range. The error is what is to be printed, its
// code the exit status.
template <class Options, class Take>
Result<Options> read_options(int argc, char** argv, const option* names, const char* help, Take take) {
    Options options;
    int index = 0;
    for (int letter = 0; (letter = ::getopt_long(argc, argv, "h", names, &index)) != -1;) {
        if (letter == 'h') return Error{help, 0};
        if (letter == '?') return Error{help, 1};
        if (!take(letter, options))
            return Error{fmt::format("--{}: {} is out of range\n", names[index].name, optarg), 1};
    }
    if (options.daemons.empty() || optind != argc) return Error{help, 1};
    return options;
}

// `measure(options)` says whether there was a fault, which is one of the program's with --strict. Returns its exit status.
template <class Options, class Measure>
int run_program(const Result<Options>& options, Measure measure) try {
    if (!options) {
        std::fputs(options.error().message.c_str(), options.error().code ? stderr : stdout);
        return options.error().code;
    }
    const Result<bool> fault = measure(*options);
    if (!fault) fmt::print(stderr, "{}\n", fault.error().message);
    return !fault || (options->strict && *fault) ? 1 : 0;
} catch (const std::exception& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    return 1;
}

} // namespace rtpengine::bench
