// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "handover.pb.h"
#include "supervisor/kernel/module.h"

namespace rtpengine::supervisor::kernel {

// A table that is ours: made, controlled and, at the end, deleted. `module` must live longer.
class Table {
  public:
    // `readers`: how many descriptors of its list to open. A table of that number that nobody controls was
    // left by a former run, and is deleted first. Undone on error; the error says what to do.
    static Result<Table> open(Module& module, int id, std::size_t readers);
    static Table resume(Module& module, const handover::Table& from);
    void hand_over(handover::Table& to) const;
    Table(Table&& other) noexcept;
    Table& operator=(Table&&) = delete;
    ~Table();

    int id() const { return id_; }
    int control() const { return control_.get(); }
    int list(std::size_t reader) const { return lists_[reader].get(); }
    std::size_t lists() const { return lists_.size(); }
    Status add_list(); // for one more reader

  private:
    Table(Module& module, int id) : module_(&module), id_(id) {}
    Status control_it();

    Module* module_; // nullptr: moved from
    int id_;
    Fd control_;
    std::vector<Fd> lists_;
};

} // namespace rtpengine::supervisor::kernel
