// SPDX-License-Identifier: Apache-2.0
// Tables for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rtpengine::ctl {

// How the output looks: decided once, by where it goes.
struct Style {
    bool colour = false;
    unsigned width = 0; // columns of the terminal; 0: no limit

    static Style of_stdout(); // colours only on a terminal, and not with NO_COLOR

    std::string bold(std::string_view text) const;
    std::string dim(std::string_view text) const;
    std::string good(std::string_view text) const; // green
    std::string bad(std::string_view text) const;  // red
};

enum class Align { left, right };

struct Column {
    std::string heading;
    Align align = Align::left;
};

class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // One cell for each column. Text from outside is made printable here.
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }
    // Aligned columns under their headings. What doesn't fit the width is cut from the widest left column.
    std::string str(const Style& style) const;

  private:
    std::vector<std::size_t> widths(unsigned limit) const;

    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// Characters, not bytes (UTF-8).
std::size_t display_width(std::string_view text);

} // namespace rtpengine::ctl
