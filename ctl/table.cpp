// SPDX-License-Identifier: Apache-2.0
#include "ctl/table.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include <sys/ioctl.h>
#include <unistd.h>

#include "common/base/escape.h"

namespace rtpengine::ctl {

namespace {

constexpr std::size_t gap = 2, narrowest = 8;
constexpr std::size_t longest_cell = 1000;

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
} // inside of a UTF-8 character

std::string paint(bool colour, const char* code, std::string_view text) {
    if (!colour) return std::string(text);
    return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string cut(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    std::size_t bytes = 0;
    for (std::size_t characters = 0; characters + 1 < width || continues(text[bytes]); ++bytes)
        characters += !continues(text[bytes]);
    while (bytes < text.size() && continues(text[bytes]))
        ++bytes;
    return std::string(text.substr(0, bytes)) + "…";
}

std::string padded(std::string_view text, std::size_t width, Align align) {
    auto cell = cut(text, width);
    const std::string space(width - std::min(width, display_width(cell)), ' ');
    return align == Align::left ? cell + space : space + cell;
}

std::string without_trailing_spaces(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

} // namespace

Style Style::of_stdout() {
    Style style;
    if (!isatty(STDOUT_FILENO)) return style;
    const char* no_colour = std::getenv("NO_COLOR");
    style.colour = !no_colour || !*no_colour;
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
    return style;
}

std::string Style::bold(std::string_view text) const {
    return paint(colour, "1", text);
}
std::string Style::dim(std::string_view text) const {
    return paint(colour, "2", text);
}
std::string Style::good(std::string_view text) const {
    return paint(colour, "32", text);
}
std::string Style::bad(std::string_view text) const {
    return paint(colour, "1;31", text);
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    for (auto& cell : cells)
        cell = excerpt(cell, longest_cell);
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths(unsigned limit) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        widths.push_back(display_width(columns_[i].heading));
        for (const auto& row : rows_)
            widths[i] = std::max(widths[i], display_width(row[i]));
    }
    const auto total = [&] {
        return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
    };
    while (limit > 0 && total() > limit) { // numbers are never cut
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (columns_[i].align == Align::left && (!widest || widths[i] > *widest)) widest = &widths[i];
        if (!widest || *widest <= narrowest) break;
        --*widest;
    }
    return widths;
}

std::string Table::str(const Style& style) const {
    const auto width = widths(style.width);
    const auto line = [&](auto text_of) {
        std::string out;
        for (std::size_t i = 0; i < columns_.size(); ++i)
            out += (i ? std::string(gap, ' ') : "") + padded(text_of(i), width[i], columns_[i].align);
        return without_trailing_spaces(std::move(out));
    };
    std::string out =
        style.bold(line([&](std::size_t i) -> std::string_view { return columns_[i].heading; })) + "\n";
    for (const auto& row : rows_)
        out += line([&](std::size_t i) -> std::string_view { return row[i]; }) + "\n";
    return out;
}

} // namespace rtpengine::ctl
