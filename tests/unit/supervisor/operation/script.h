// SPDX-License-Identifier: Apache-2.0
// Work without processes: what is to fail or to be late is written down, and what was done comes back as words.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "supervisor/operation/course.h"

namespace rtpengine::supervisor::operation {

struct Script {
    std::map<Each, std::vector<std::string>> names;
    // Which time a step is begun: the first is 0.
    std::set<unsigned> fails_at_once, fails, is_late;
    std::uint64_t asked_ms = UINT64_MAX;

    std::vector<std::string> log;              // "standing by a", "back drop a"
    std::vector<Step> begun;
    std::vector<Back> ways;
    std::vector<Outcome> outcomes;
    unsigned waiting = 0; // asked for what has not come
};

class Scripted final : public Work {
  public:
    explicit Scripted(Script& script) : script_(script) {}
    std::vector<std::string> names(Each each) override { return script_.names[each]; }
    Status begin(Step step, const std::string& name) override {
        const auto nth = static_cast<unsigned>(script_.begun.size());
        script_.begun.push_back(step);
        script_.log.push_back(std::string(operation::name(step)) + (name.empty() ? "" : " ") + name);
        if (script_.fails_at_once.contains(nth)) return Error{"it failed at once"};
        return {};
    }
    Result<bool> came(Step, const std::string&) override {
        const auto nth = static_cast<unsigned>(script_.begun.size()) - 1;
        if (script_.fails.contains(nth)) return Error{"it failed"};
        if (script_.is_late.contains(nth)) ++script_.waiting;
        return !script_.is_late.contains(nth);
    }
    std::uint64_t asked_ms() const override { return script_.asked_ms; }
    void back(Back way, const std::string& name, const std::string&) override {
        script_.ways.push_back(way);
        script_.log.push_back("back" + (name.empty() ? "" : " " + name));
    }
    void finish(const Outcome& outcome) override { script_.outcomes.push_back(outcome); }

  private:
    Script& script_;
};

} // namespace rtpengine::supervisor::operation
