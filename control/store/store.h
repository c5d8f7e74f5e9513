// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/clock.h"
#include "common/base/file_id.h"
#include "common/base/result.h"

struct MDB_env;

namespace rtpengine::store {

// Records by number in a file that one process at a time uses. A change is there as a whole or not at all when the process
// is killed; what happens to the host is not its business: the file lies on tmpfs.
class Store {
  public:
    // Made where it isn't there. One of the version before is read, and is of ours from then on. Errors: it can't be opened, or
    // another version wrote it, or it was written before the machine was started again (EPROTO): its calls have no ports any more, and its times mean nothing.
    static Result<std::unique_ptr<Store>> open(const std::string& path, const std::string& boot = boot_id());
    // What a file that can't be opened leaves to do.
    static void remove(const std::string& path);
    // Whether that is all that is left to do: the file itself is of no use. Else the host has no room, memory or descriptor for it.
    static bool is_no_use(const Error& error) { return error.code < 0 || error.code == EPROTO || error.code == EINVAL; }
    ~Store();
    Store(const Store&) = delete;

    // By number: the record, or nothing to remove it. All of them or, on error (e.g. ENOSPC), none.
    using Changes = std::map<std::uint64_t, std::optional<std::string>>;
    // By instance: its record, or nothing to remove it.
    using Totals = std::map<std::string, std::optional<std::string>>;
    // By number of a record and of its part, from 1: likewise. All parts go with their record.
    using Parts = std::map<std::pair<std::uint64_t, std::uint32_t>, std::string>;
    Status commit(const Changes& changes, const Totals& totals = {}, const Parts& parts = {});
    // Visits the records behind that number in the order of theirs, at most so many. `visit` must not change the store. Returns the
    // number to go on after; 0: those were the last.
    Result<std::uint64_t> walk(std::uint64_t after, std::size_t most,
                               const std::function<void(std::uint64_t number, std::string_view record)>& visit) const;
    // In their order. Not during a walk.
    Result<std::vector<std::string>> parts(std::uint64_t number) const;
    Result<Totals> totals() const;
    // Its file has still its name: who comes later finds it.
    bool is_there() const { return FileId::at(path_) == file_; }

  private:
    Store(MDB_env* env, const std::string& path) : env_(env), path_(path) {}
    Status prepare(const std::string& boot);

    MDB_env* env_;
    std::string path_;
    FileId file_;
    unsigned records_ = 0, parts_ = 0, totals_ = 0; // handles of the tables
};

} // namespace rtpengine::store
