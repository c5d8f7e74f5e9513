// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/uv/loop.h"
#include "control/call/keeper.h"
#include "control/call/model.h"
#include "control/call/totals.h"
#include "control/store/store.h"
#include "control/store/writer.h"

namespace rtpengine::store {

// Writes what has changed in a round of the loop at its end. When that fails (the file system is full) calls go on all the same: it
// is said once, what could not be written is kept in mind, and tried again after a second, then two, up to half a minute, until it
// is written, by then perhaps very many calls: some at a time.
class Keeper {
  public:
    // Null: nothing is kept, as after a store that couldn't be opened.
    Keeper(uv::Loop& loop, std::unique_ptr<Store> store);

    void changed(const std::shared_ptr<call::Call>& call, const std::string& instance);
    void ended(const std::shared_ptr<call::Call>& call);
    void counted(const call::Totals& totals, const std::string& instance);
    // A record that is nobody's.
    void dropped(std::uint64_t number);
    void expect();
    void then(std::function<void()> done);
    // What waits, now, and not at the end of the round; when the store fails it waits for the next attempt.
    void write();
    // What is kept: Store::walk(). `visit` may say what it likes to the keeper.
    Result<std::uint64_t> walk(std::uint64_t after, std::size_t most,
                               const std::function<void(std::uint64_t number, std::string_view record)>& visit) const;
    // Of a record, Store::parts().
    Result<std::vector<std::string>> parts(std::uint64_t number) const;
    // How a store is opened where there is none, or no more. `opened` says of every call that it has changed.
    void open_by(std::function<Result<std::unique_ptr<Store>>()> open, std::function<void()> opened);
    // From time to time: whether somebody has removed its file.
    void look();
    // In words, what a successor would not know, and why; empty: it would know everything.
    std::string trouble() const;

  private:
    struct Dirty {
        std::shared_ptr<call::Call> call;
        const std::string* instance;
    };
    using Dirties = std::map<std::uint64_t, Dirty>; // by number; call null: it ended
    void end_round();
    void attempt();
    Dirties next_dirties();
    bool is_clean() const { return dirty_.empty() && counted_.empty(); }
    Status commit(const Dirties& dirty);
    void add_parts(const call::Call& call, Store::Parts& parts);
    void retry();
    void failed(const Error& why);
    void succeeded();

    std::unique_ptr<Store> store_;
    std::uint32_t generation_ = 1; // of the store: another one has nothing that the one before had
    Dirties dirty_;
    std::map<std::string, const call::Totals*> counted_; // by instance
    std::vector<std::function<void()>> waiting_;
    Call record_; // of the call that is being written
    Part part_;
    std::string failure_;         // why the last attempt failed; empty: it didn't
    std::uint64_t failures_ = 0;  // in a row
    std::function<Result<std::unique_ptr<Store>>()> open_;
    std::function<void()> opened_;
    uv::Prepare on_round_;
    uv::Timer on_retry_;
};

// Of one instance, whose name outlives it.
class InstanceKeeper final : public call::Keeper {
  public:
    InstanceKeeper(store::Keeper& keeper, const std::string& instance) : keeper_(keeper), instance_(instance) {}
    void changed(const std::shared_ptr<call::Call>& call) override { keeper_.changed(call, instance_); }
    void ended(const std::shared_ptr<call::Call>& call) override { keeper_.ended(call); }
    void counted(const call::Totals& totals) override { keeper_.counted(totals, instance_); }
    void expect() override { keeper_.expect(); }
    void then(std::function<void()> done) override { keeper_.then(std::move(done)); }

  private:
    store::Keeper& keeper_;
    const std::string& instance_;
};

} // namespace rtpengine::store
