// SPDX-License-Identifier: Apache-2.0
#include "ctl/options.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using ctl::Options;

namespace {

Result<Options> parse(std::vector<const char*> arguments) {
    return ctl::parse_options(arguments);
}

} // namespace

TEST_CASE("words and options, in any order") {
    const auto options =
        parse({"--json", "call", "--runtime-dir=/tmp/x", "abc", "--ng", "[::1]:2223", "--seconds", "7"});
    REQUIRE(options);
    CHECK(options->words == std::vector<std::string>{"call", "abc"});
    CHECK(options->runtime_dir == "/tmp/x");
    CHECK(options->ng->str() == "[::1]:2223");
    CHECK(options->seconds == 7);
    CHECK(options->json);
    CHECK(parse({"--ng=2299"})->ng->str() == "127.0.0.1:2299");
    CHECK(parse({"call", "--", "--json"})->words == std::vector<std::string>{"call", "--json"});
    CHECK(parse({"restart", "worker", "-1/default"})->words == std::vector<std::string>{"restart", "worker", "-1/default"});
    CHECK(parse({"drain", "-", "-1"})->words == std::vector<std::string>{"drain", "-", "-1"});
    CHECK(parse({"--version"})->words == std::vector<std::string>{"version"});
    CHECK(parse({"-h"})->help);
}

TEST_CASE("options of rtpengine's own utility are accepted") {
    const auto options = parse({"-ip", "127.0.0.1:9900", "-port", "9900", "list", "calls"});
    REQUIRE(options);
    CHECK(options->legacy);
    CHECK(options->words == std::vector<std::string>{"list", "calls"});
}

TEST_CASE("what makes no sense") {
    for (const auto& arguments : std::vector<std::vector<const char*>>{{"--no-such"},
                                                                       {"--ng"},
                                                                       {"--ng=host:1"},
                                                                       {"--ng=127.0.0.1:0"},
                                                                       {"--seconds=0"},
                                                                       {"--seconds=3601"},
                                                                       {"--seconds=1x"},
                                                                       {"--json=yes"},
                                                                       {"-ip"}})
        CHECK_FALSE(parse(arguments));
}
