// SPDX-License-Identifier: Apache-2.0
// How far an operation is: goes along the table, keeps deadlines, takes the way back. Pure: who does the steps is given, and
// so is the time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "supervisor/operation/table.h"

namespace rtpengine::supervisor::operation {

struct Outcome {
    Status status;
    std::string name;              // the child that it failed at; empty: at none
    std::vector<std::string> done; // children that all steps of a part were gone through for
};

// Who does what the table says.
class Work {
  public:
    virtual ~Work() = default;
    // Asked for when the first step of a part comes.
    virtual std::vector<std::string> names(Each each) = 0;
    // `name`: of the child, or empty. Error: it has failed, said in full.
    virtual Status begin(Step step, const std::string& name) = 0;
    // Whether it has come; asked again whenever something has changed. Error: it won't come any more.
    virtual Result<bool> came(Step step, const std::string& name) = 0;
    // What a step that is late waits for; empty: the child.
    virtual std::string missing(Step, const std::string&) const { return {}; }
    virtual std::uint64_t asked_ms() const { return 0; } // instead of as_asked; UINT64_MAX: for ever
    virtual void back(Back way, const std::string& name, const std::string& why) = 0;
    // Once, at the end.
    virtual void finish(const Outcome& outcome) = 0;

    std::function<void()> look = [] {}; // set by who goes along: something has changed that nobody else knows of
};

class Course {
  public:
    // `work` outlives it.
    Course(Kind kind, Work& work) : kind_(kind), work_(work), parts_(parts(kind)) {}

    // As far as it gets. `now_ms`: of any monotonic clock.
    void advance(std::uint64_t now_ms);
    // The way back of the step that it is at, and the end. Nothing if it is over.
    void interrupt(const Error& why);

    bool is_over() const { return over_; }
    bool is_alone() const { return over_ || operation::is_alone(rung().step); }
    Kind kind() const { return kind_; }
    // If it is not over, and has been advanced.
    Step step() const { return rung().step; }
    std::string name() const { return name_ < names_.size() ? names_[name_] : std::string(); }
    std::uint64_t due_ms() const { return due_ms_; } // UINT64_MAX: never
    unsigned steps() const { return steps_; }        // begun so far

  private:
    const Part& part() const { return parts_[part_]; }
    const Rung& rung() const { return part().rungs[rung_]; }
    bool enter();
    void begin(std::uint64_t now_ms);
    Result<bool> look(std::uint64_t now_ms);
    void went_wrong(const Error& why);
    void next();
    void next_name();
    void end(const Status& status);

    Kind kind_;
    Work& work_;
    std::span<const Part> parts_;
    std::size_t part_ = 0, name_ = 0, rung_ = 0;
    std::vector<std::string> names_; // of the part; empty: it has not been entered
    std::vector<std::string> done_;
    Status begun_;
    bool has_begun_ = false, over_ = false;
    std::uint64_t begun_ms_ = 0, due_ms_ = UINT64_MAX;
    unsigned steps_ = 0;
};

} // namespace rtpengine::supervisor::operation
