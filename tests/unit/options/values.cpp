// SPDX-License-Identifier: Apache-2.0
#include "common/options/values.h"

#include <doctest/doctest.h>

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

std::string word_error(const Words& words) {
    const auto values = parse_command_line(words);
    REQUIRE_FALSE(values);
    return values.error().message;
}

Values with_section(const Words& words, const std::string& keys) {
    auto values = parse_command_line(words);
    REQUIRE(values);
    const auto file = parse_key_file("[rtpengine]\n" + keys);
    REQUIRE(file);
    REQUIRE(values->add_section(*file->find("rtpengine")));
    return *std::move(values);
}

} // namespace

TEST_CASE("long options: with = and with the next word") {
    const auto values = parse_command_line(
        {"--table=3", "--pidfile", "/run/x.pid", "--foreground", "--log-mark-prefix", " <"});
    REQUIRE(values);
    CHECK(values->integer("table") == 3);
    CHECK(values->text("pidfile") == "/run/x.pid");
    CHECK(values->flag("foreground"));
    CHECK_FALSE(values->flag("log-stderr"));
    CHECK(values->text("log-mark-prefix") == " <");
}

TEST_CASE("short options: alone, together, with their value attached or next") {
    const auto values = parse_command_line(
        {"-fE", "-t0", "-T", "184", "-FL", "-1", "-i", "pub/192.0.2.1", "-ipriv/192.0.2.2"});
    REQUIRE(values);
    CHECK(values->flag("foreground"));
    CHECK(values->flag("log-stderr"));
    CHECK(values->flag("no-fallback"));
    CHECK(values->integer("table") == 0);
    CHECK(values->integer("tos") == 184);
    CHECK(values->integer("log-level") == -1);
    CHECK(values->list("interface") == Words{"pub/192.0.2.1", "priv/192.0.2.2"});
}

TEST_CASE("the last one wins unless the option is a list; stray words and what follows -- are ignored") {
    const auto values = parse_command_line(
        {"stray", "--timeout=5", "-", "--timeout=6", "--listen-ng=1", "-n2", "--", "--bad"});
    REQUIRE(values);
    CHECK(values->integer("timeout") == 6);
    CHECK(values->list("listen-ng") == Words{"1", "2"});
    CHECK(values->warnings() == Words{"'stray' of the command line is no option: ignored", "'-' of the command line is no option: ignored",
                                      "'--bad' of the command line is no option: ignored"});
}

TEST_CASE("defaults stand where nothing is given") {
    const auto values = parse_command_line({});
    REQUIRE(values);
    CHECK(values->integer("port-min") == 30000);
    CHECK(values->integer("port-max") == 39999);
    CHECK(values->integer("table") == -1);
    CHECK(values->text("ssrc-reporting") == "full");
    CHECK(values->text("pidfile") == "");
    CHECK_FALSE(values->given("port-min"));
}

TEST_CASE("errors of the command line say what and what to do") {
    CHECK(word_error({"--listen-mg=2223"}) == "unknown option --listen-mg; did you mean --listen-ng?");
    CHECK(word_error({"--xyzzyxyzzy"}) == "unknown option --xyzzyxyzzy");
    CHECK(word_error({"-fZ"}) == "unknown option -Z");
    CHECK(word_error({"--foreground=yes"}) == "option --foreground takes no value");
    CHECK(word_error({"--table"}) == "option --table needs a value");
    CHECK(word_error({"--table=x"}) == "option --table: 'x' is not a whole number");
    CHECK(word_error({"-t", "5 "}) == "option -t: '5 ' is not a whole number");
    CHECK(word_error({"--table="}) == "option --table: '' is not a whole number");
    CHECK(word_error({"--tos=256"}) == "option --tos: '256' is out of range (0 to 255)");
    CHECK(word_error({"--max-sessions=99999999999999999999"}).find("too big") != std::string::npos);
    CHECK(word_error({"--listen-ng=[::1:2223"}).find("IPv6") != std::string::npos);
    CHECK(word_error({"--homer=9060"}) == "option --homer: '9060' is not HOST:PORT");
    CHECK(word_error({"--endpoint-learning=never"}).find("heuristic delayed immediate off") !=
          std::string::npos);
    CHECK(word_error({"--log-name=\xff"}).find("UTF-8") != std::string::npos);
    CHECK(word_error({"--max-load=1,5"}) == "option --max-load: '1,5' is not a number");
}

TEST_CASE("numbers: other bases on the command line only") {
    CHECK(parse_command_line({"--tos=0xb8"})->integer("tos") == 184);
    CHECK(parse_command_line({"--tos=010"})->integer("tos") == 8);
    CHECK(with_section({}, "tos = 010").integer("tos") == 10);
    const auto file = parse_key_file("[rtpengine]\ntos = 0xb8");
    Values values;
    const auto added = values.add_section(file->sections[0]);
    REQUIRE_FALSE(added);
    CHECK(added.error().message == "key 'tos' in section [rtpengine]: '0xb8' is not a whole number");
}

TEST_CASE("the command line beats the file, whole lists at a time") {
    const auto values =
        with_section({"--listen-ng=1", "--timeout=5"}, "listen-ng = 2;3\ntimeout = 7\ntos = 8\n");
    CHECK(values.list("listen-ng") == Words{"1"});
    CHECK(values.integer("timeout") == 5);
    CHECK(values.integer("tos") == 8);
}

TEST_CASE("lists in the file: elements are trimmed, empty ones left out") {
    const auto values = with_section({}, "interface = a/192.0.2.1 ; b/192.0.2.2;; c=b ;\nlisten-ng =\n");
    CHECK(values.list("interface") == Words{"a/192.0.2.1", "b/192.0.2.2", "c=b"});
    CHECK(values.list("listen-ng").empty());
}

TEST_CASE("flags in the file are true, false, 1 or 0, and nothing else") {
    CHECK(with_section({}, "foreground = 1").flag("foreground"));
    CHECK(with_section({}, "foreground = true").flag("foreground"));
    CHECK_FALSE(with_section({}, "foreground = 0").flag("foreground"));
    CHECK(with_section({"-f"}, "foreground = false").flag("foreground"));
    for (const std::string word : {"yes", "no", "on", "off", "True", "2", ""}) {
        Values values;
        CHECK_FALSE(values.add_section({"rtpengine", {{"foreground", word}}}));
    }
}

TEST_CASE("keys that are no options, or only of the command line, are ignored") {
    const auto values =
        with_section({}, "no-such-key = 1\nt = 5\nconfig-section = x\nhelp = maybe\nTable = 9\n");
    CHECK(values.integer("table") == -1);
    CHECK(values.text("config-section") == "rtpengine");
    CHECK(values.all_given().empty());
}

TEST_CASE("an explicit empty string is a value") {
    const auto values = with_section({}, "nftables-base-chain =\n");
    CHECK(values.given("nftables-base-chain"));
    CHECK(values.text("nftables-base-chain").empty());
}
