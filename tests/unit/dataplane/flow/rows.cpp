// SPDX-License-Identifier: Apache-2.0
#include "rows.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include <doctest/doctest.h>

namespace rtpengine::test {

namespace {

using namespace flow;

std::vector<std::uint8_t> packet(const std::string& name) {
    const std::map<std::string, std::pair<std::vector<std::uint8_t>, std::size_t>> begins{
        {"rtp", {{0x80, 0, 0, 1}, 172}},
        {"rtcp", {{0x80, 201, 0, 1}, 8}},
        {"stun", {{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, 20}},
        {"dtls", {{22, 0xfe, 0xfd}, 100}},
        {"zrtp", {{0x10, 0, 0, 1, 'Z', 'R', 'T', 'P'}, 28}},
        {"junk", {{'k', 'e', 'e', 'p', '-'}, 10}},
    };
    REQUIRE(begins.count(name));
    auto [bytes, size] = begins.at(name);
    bytes.resize(size);
    return bytes;
}

// "80c80000" or "80/12": in hexadecimal, and filled up with zeros to that many bytes.
std::vector<std::uint8_t> packet_of(const std::string& text) {
    const auto slash = text.find('/');
    const auto digits = text.substr(0, slash);
    std::vector<std::uint8_t> bytes;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(at, 2), nullptr, 16)));
    if (slash != std::string::npos) bytes.resize(std::stoul(text.substr(slash + 1)));
    return bytes;
}

template <class Value> Value named(const std::map<std::string, Value>& values, const std::string& name) {
    INFO("unknown word ", name);
    REQUIRE(values.count(name));
    return values.at(name);
}

void set_key(Rule& rule, const std::string& key, const std::string& value) {
    if (key == "component")
        rule.component = named<Component>({{"any", Component::any},
                                           {"rtp", Component::rtp},
                                           {"rtcp", Component::rtcp},
                                           {"muxed", Component::muxed}},
                                          value);
    else if (key == "learning")
        rule.learning = named<Learning>({{"heuristic", Learning::heuristic},
                                         {"delayed", Learning::delayed},
                                         {"immediate", Learning::immediate},
                                         {"off", Learning::off}},
                                        value);
    else if (key == "echo")
        rule.echo = named<Echo>({{"blackhole", Echo::blackhole}, {"reflect", Echo::reflect}}, value);
    else if (key == "signalled")
        rule.signalled = Endpoint::parse(value).value();
    else
        FAIL("unknown key ", key);
}

Rule parse_rule(std::istream& words) {
    Rule rule;
    rule.may_learn = true;
    const std::map<std::string, bool Rule::*> flags{{"strict", &Rule::strict_source},
                                                    {"handover", &Rule::media_handover},
                                                    {"asymmetric", &Rule::asymmetric},
                                                    {"drop", &Rule::drop},
                                                    {"hold", &Rule::rtp_not_forwarded}};
    for (std::string word; words >> word;) {
        if (const auto at = word.find('='); at != std::string::npos)
            set_key(rule, word.substr(0, at), word.substr(at + 1));
        else if (word == "unsent")
            rule.may_learn = false;
        else
            rule.*named(flags, word) = true;
    }
    return rule;
}

Row parse_row(const std::string& ms, std::istream& words) {
    Row row;
    std::string from, more;
    words >> from >> row.kind >> row.verdict >> row.remote >> row.state;
    row.ms = std::stoull(ms);
    row.from = Endpoint::parse(from).value();
    const auto equals = row.kind.find('=');
    row.packet = equals == std::string::npos ? packet(row.kind) : packet_of(row.kind.substr(equals + 1));
    row.kind.resize(std::min(equals, row.kind.size()));
    words >> more;
    CHECK(more.empty());
    return row;
}

} // namespace

unsigned run_rows(const std::filesystem::path& path, const std::function<std::unique_ptr<PacketCase>()>& make) {
    std::ifstream file(path);
    auto current = make();
    unsigned rows = 0, number = 0;
    std::string title;
    for (std::string line; std::getline(file, line);) {
        ++number;
        std::istringstream words(line);
        std::string first;
        if (!(words >> first) || first[0] == '#') continue;
        INFO(path.filename().string(), ":", number, " ", title, ": ", line);
        if (first == "case") {
            current = make();
            std::getline(words, title);
        } else if (first == "stream") {
            current->stream(parse_rule(words));
        } else if (first == "signal") {
            words >> first;
            current->signal(Endpoint::parse(first).value());
        } else if (first == "relearn") {
            current->relearn();
        } else {
            current->row(parse_row(first, words));
            ++rows;
        }
    }
    return rows;
}

unsigned run_all_rows(const std::function<std::unique_ptr<PacketCase>()>& make) {
    unsigned files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(PACKET_ROWS)) {
        if (entry.path().extension() != ".rows") continue;
        ++files;
        CHECK(run_rows(entry.path(), make) > 0);
    }
    return files;
}

} // namespace rtpengine::test
