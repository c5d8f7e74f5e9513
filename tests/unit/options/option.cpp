// SPDX-License-Identifier: Apache-2.0
#include "common/options/option.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "common/options/load.h"
#include "common/options/values.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

template <class Row> void each_row(Row row) {
    for (const auto& group : groups())
        for (const auto& option : group.options)
            row(option);
}

bool has_line(const std::string& text, const std::string& start) {
    return text.find("\n" + start) != std::string::npos;
}

} // namespace

TEST_CASE("every row can be found, by its long and its short name, and no name is there twice") {
    std::set<std::string_view> names;
    std::set<char> letters;
    each_row([&](const Option& option) {
        CAPTURE(option.name);
        CHECK(names.insert(option.name).second);
        CHECK(find(option.name) == &option);
        if (option.short_name) CHECK(letters.insert(option.short_name).second);
        if (option.short_name) CHECK(find(option.short_name) == &option);
        CHECK(option.help.ends_with('.'));
        CHECK(option.kind.argument.empty() == (option.kind.type == Type::flag));
    });
    CHECK(find("no-such-option") == nullptr);
    CHECK(find('\0') == nullptr);
}

TEST_CASE("every default is a value that its own row accepts") {
    each_row([](const Option& option) {
        if (option.kind.fallback.empty()) return;
        CAPTURE(option.name);
        std::vector<std::string> warnings;
        const auto converted = convert(option, option.kind.fallback, Origin::file, warnings);
        REQUIRE(converted);
        CHECK(*converted == option.kind.fallback);
        CHECK(warnings.empty());
    });
}

TEST_CASE("every row is in --help") {
    const auto text = help();
    each_row([&](const Option& option) {
        CAPTURE(option.name);
        const auto dash =
            option.short_name ? "  -" + std::string(1, option.short_name) + ", --" : std::string("      --");
        const auto value = option.kind.argument.empty() ? " " : "=" + std::string(option.kind.argument) + " ";
        CHECK(has_line(text, dash + std::string(option.name) + value));
    });
}

TEST_CASE("typing mistakes find their option, far ones none") {
    CHECK(nearest("listen-ngg") == "listen-ng");
    CHECK(nearest("interfce") == "interface");
    CHECK(nearest("log-facilty") == "log-facility");
    CHECK(nearest("fore") == "foreground");
    CHECK(nearest("completely-else") == "");
    CHECK(nearest(std::string(100'000, 'a')) == "");
}

TEST_CASE("ranges: what is outside is fatal or corrected, as the row says") {
    each_row([](const Option& option) {
        const auto& kind = option.kind;
        if (kind.type != Type::integer || kind.min <= INT64_MIN + 1) return;
        CAPTURE(option.name);
        std::vector<std::string> warnings;
        const auto below = convert(option, std::to_string(kind.min - 1), Origin::file, warnings);
        if (kind.outside == Outside::corrected) {
            REQUIRE(below);
            CHECK(*below == std::to_string(kind.corrected));
        } else {
            CHECK_FALSE(below);
        }
        CHECK(convert(option, std::to_string(kind.min), Origin::file, warnings));
        CHECK(convert(option, std::to_string(kind.max), Origin::file, warnings));
        if (kind.max < INT64_MAX)
            CHECK_FALSE(convert(option, std::to_string(kind.max + 1), Origin::file, warnings));
    });
}

TEST_CASE("words: every one is accepted in any case unless the row says otherwise, others are not") {
    each_row([](const Option& option) {
        if (option.kind.type != Type::words) return;
        CAPTURE(option.name);
        for (const auto word : split(option.kind.words, '|')) {
            std::vector<std::string> warnings;
            CHECK(*convert(option, word, Origin::file, warnings) == word);
            std::string upper(word);
            for (auto& c : upper)
                c = static_cast<char>(toupper(c));
            const auto other = convert(option, upper, Origin::file, warnings);
            if (upper != word && option.kind.case_sensitive)
                CHECK((!other || !warnings.empty()));
            else
                CHECK(*other == word);
        }
        std::vector<std::string> warnings;
        const auto wrong = convert(option, "no-such-word", Origin::file, warnings);
        CHECK(bool(wrong) == (option.kind.outside == Outside::warned));
        CHECK(warnings.size() == (option.kind.outside == Outside::warned ? 1 : 0));
    });
}
