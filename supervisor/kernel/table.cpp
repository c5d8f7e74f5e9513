// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/table.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include "common/base/log.h"
#include "supervisor/kernel/advice.h"
#include "supervisor/kernel/table_status.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::supervisor::kernel {

namespace {

bool is_alive(std::int64_t pid) {
    return kill(static_cast<pid_t>(pid), 0) == 0 || errno != ESRCH;
}

Error in_use(Module& module, int id) {
    const auto text = module.status(id);
    const auto pid = text ? parse_table_status(*text).control_pid : 0;
    return table_in_use(id, {pid, pid <= 0 || is_alive(pid)});
}

// ENOENT: whoever had it has just deleted it.
Status remove_leftover(Module& module, int id) {
    const auto removed = module.remove(id);
    if (!removed && removed.error().code == EBUSY) return in_use(module, id);
    if (!removed && removed.error().code != ENOENT) return explain(Step::remove, id, removed.error());
    log::notice("kernel table {} was left by a former run: deleted, and made again", id);
    return {};
}

Status make(Module& module, int id) {
    auto added = module.add(id);
    if (!added && added.error().code == EEXIST) {
        if (auto removed = remove_leftover(module, id); !removed) return removed;
        added = module.add(id);
    }
    if (!added) return explain(Step::add, id, added.error());
    return {};
}

} // namespace

Result<Table> Table::open(Module& module, int id, std::size_t readers) {
    if (auto made = make(module, id); !made) return made.error();
    Table table(module, id); // from here on its destructor undoes
    if (auto controlled = table.control_it(); !controlled) return controlled.error();
    while (table.lists() < readers)
        if (auto added = table.add_list(); !added) return added.error();
    return table;
}

Table Table::resume(Module& module, const handover::Table& from) {
    Table table(module, from.id());
    table.control_.reset(from.control_fd());
    table.lists_ = own(from.list_fds());
    return table;
}

void Table::hand_over(handover::Table& to) const {
    to.set_id(id_);
    to.set_control_fd(control());
    leave(lists_, *to.mutable_list_fds());
}

Table::Table(Table&& other) noexcept
    : module_(std::exchange(other.module_, nullptr)),
      id_(other.id_),
      control_(std::move(other.control_)),
      lists_(std::move(other.lists_)) {}

Table::~Table() {
    if (!module_) return;
    lists_.clear();
    control_.reset();
    if (auto removed = module_->remove(id_); !removed)
        log::warning("{}", explain(Step::remove, id_, removed.error()).message);
}

Status Table::control_it() {
    auto control = module_->open_control(id_);
    if (!control && control.error().code == EBUSY) return in_use(*module_, id_);
    if (!control) return explain(Step::open_control, id_, control.error());
    control_ = *std::move(control);
    auto message = our_hello();
    const auto agreed = module_->hello(control_, message);
    if (!agreed && agreed.error().code != EPROTO) return explain(Step::hello, id_, agreed.error());
    auto checked = check_hello(message, id_);
    if (!checked) return checked;
    return agreed; // EPROTO though the answer is what we asked for: as it came
}

Status Table::add_list() {
    auto list = module_->open_list(id_);
    if (!list) return explain(Step::open_list, id_, list.error());
    lists_.push_back(*std::move(list));
    return {};
}

} // namespace rtpengine::supervisor::kernel
