// SPDX-License-Identifier: Apache-2.0
// Runs tests/packets/*.rows against flow::decide(). The format is described there.
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "dataplane/flow/decide.h"
#include "dataplane/flow/learn.h"

using namespace rtpengine;
using namespace rtpengine::flow;

namespace {

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

class Case {
  public:
    void stream(const Rule& rule) {
        rule_ = rule;
        if (std::exchange(fresh_, false)) take_signalled(rule_, learned_, now_us_);
    }
    void signal(const std::string& endpoint) {
        CHECK(rule_.signalled.str() == endpoint);
        take_signalled(rule_, learned_, now_us_);
    }
    void relearn() { restart_learning(learned_, now_us_); }

    void row(std::uint64_t ms, const std::string& from, const std::string& name, std::istream& expected) {
        now_us_ = ms * 1000;
        const auto kind = rtp::classify(packet(name));
        const auto source = Endpoint::parse(from).value();
        check_fast_path(kind, source);
        const auto verdict = decide(rule_, learned_, kind, source, now_us_);
        learned_ = verdict.learned;
        const std::map<Action, std::string> actions{{Action::ignore, "ignore"},
                                                    {Action::refuse, "refuse"},
                                                    {Action::consume, "consume"},
                                                    {Action::reflect, "reflect"},
                                                    {Action::forward, "forward"}};
        std::string action, remote, state, more;
        expected >> action >> remote >> state;
        CHECK(actions.at(verdict.action) == action);
        const std::string known = learned_.remote.address.known() ? learned_.remote.str() : "-";
        CHECK(known == remote);
        const std::string reached = learned_.confirmed ? "confirmed" : "learning";
        CHECK(reached == state);
        expected >> more;
        CHECK(more.empty());
    }

  private:
    // What the worker does without asking decide() must be what decide() says.
    void check_fast_path(rtp::Kind kind, const Endpoint& source) const {
        if (!settled(rule_, learned_, source) || rule_.drop) return;
        const auto admission = admit(rule_.component, kind);
        const auto verdict = decide(rule_, learned_, kind, source, now_us_);
        CHECK(verdict.learned == learned_);
        CHECK(verdict.content == admission.content);
        const bool goes_on = admission.action == Action::forward;
        const auto action = goes_on ? route(rule_, admission.content) : admission.action;
        CHECK(verdict.action == action);
    }

    Rule rule_;
    Learned learned_;
    std::uint64_t now_us_ = 0;
    bool fresh_ = true;
};

unsigned run(const std::filesystem::path& path) {
    std::ifstream file(path);
    Case current;
    unsigned rows = 0, number = 0;
    std::string title;
    for (std::string line; std::getline(file, line);) {
        ++number;
        std::istringstream words(line);
        std::string first;
        if (!(words >> first) || first[0] == '#') continue;
        INFO(path.filename().string(), ":", number, " ", title, ": ", line);
        if (first == "case") {
            current = {};
            std::getline(words, title);
        } else if (first == "stream") {
            current.stream(parse_rule(words));
        } else if (first == "signal") {
            words >> first;
            current.signal(first);
        } else if (first == "relearn") {
            current.relearn();
        } else {
            std::string from, kind;
            words >> from >> kind;
            current.row(std::stoull(first), from, kind, words);
            ++rows;
        }
    }
    return rows;
}

} // namespace

TEST_CASE("packet tables") {
    unsigned files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(PACKET_ROWS)) {
        if (entry.path().extension() != ".rows") continue;
        ++files;
        CHECK(run(entry.path()) > 0);
    }
    CHECK(files >= 3);
}
