// SPDX-License-Identifier: Apache-2.0
#include "bench/common/processes.h"

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>

namespace rtpengine::bench {
namespace {

namespace fs = std::filesystem;

// The number behind `name` in a file of lines like "Pss:   12 kB", in bytes; 0 if there is none.
std::uint64_t kilobytes(const std::string& path, std::string_view name) {
    std::ifstream file(path);
    std::uint64_t value = 0;
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name)) continue;
        const auto at = line.find_first_of("0123456789", name.size());
        if (at != line.npos) std::from_chars(line.data() + at, line.data() + line.size(), value);
        break;
    }
    return value * 1024;
}

std::uint64_t descriptors_of(pid_t pid) {
    std::error_code gone;
    std::uint64_t count = 0;
    for (fs::directory_iterator each(fmt::format("/proc/{}/fd", pid), gone), end; each != end; each.increment(gone)) ++count;
    return count;
}

} // namespace

std::vector<Process> all_processes() {
    std::vector<Process> found;
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc", gone)) {
        const auto digits = entry.path().filename().string();
        Process process;
        if (std::from_chars(digits.data(), digits.data() + digits.size(), process.pid).ec != std::errc{}) continue;
        std::string line;
        std::ifstream file(entry.path() / "stat");
        std::getline(file, line);
        const auto open = line.find('(');
        const auto close = line.rfind(')');
        if (close == line.npos || close + 4 > line.size()) continue;
        process.name = line.substr(open + 1, close - open - 1);
        std::from_chars(line.data() + close + 4, line.data() + line.size(), process.parent);
        found.push_back(std::move(process));
    }
    return found;
}

std::vector<pid_t> process_tree(pid_t root) {
    std::multimap<pid_t, pid_t> children;
    for (const auto& process : all_processes()) children.emplace(process.parent, process.pid);
    std::vector<pid_t> tree{root};
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const auto [begin, end] = children.equal_range(tree[i]);
        for (auto child = begin; child != end; ++child) tree.push_back(child->second);
    }
    return tree;
}

Holding holding(pid_t root) {
    Holding sum;
    for (const pid_t pid : process_tree(root)) {
        sum.memory += kilobytes(fmt::format("/proc/{}/smaps_rollup", pid), "Pss:");
        sum.descriptors += descriptors_of(pid);
    }
    return sum;
}

std::uint64_t kernel_slab() {
    return kilobytes("/proc/meminfo", "Slab:");
}

} // namespace rtpengine::bench
