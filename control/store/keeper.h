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

// Writes what has changed in a round of the loop at its end, in one transaction. When that fails calls go on all the same:
// it is said once, and tried again with the next change.
class Keeper {
  public:
    // Null: nothing is kept, as after a store that couldn't be opened.
    Keeper(uv::Loop& loop, std::unique_ptr<Store> store);

    void changed(const std::shared_ptr<call::Call>& call, const std::string& instance);
    void ended(const std::shared_ptr<call::Call>& call);
    void counted(const call::Totals& totals, const std::string& instance);
    void then(std::function<void()> done);
    void write(); // what waits, now

  private:
    struct Dirty {
        std::shared_ptr<call::Call> call;
        const std::string* instance;
    };
    void end_round();
    bool is_clean() const { return dirty_.empty() && counted_.empty(); }

    std::unique_ptr<Store> store_;
    std::map<std::uint64_t, Dirty> dirty_; // by number; call null: it ended
    std::map<std::string, const call::Totals*> counted_; // by instance
    std::vector<std::function<void()>> waiting_;
    Call record_; // of the call that is being written
    bool failing_ = false;
    uv::Prepare on_round_;
};

// Of one instance, whose name outlives it.
class InstanceKeeper final : public call::Keeper {
  public:
    InstanceKeeper(store::Keeper& keeper, const std::string& instance) : keeper_(keeper), instance_(instance) {}
    void changed(const std::shared_ptr<call::Call>& call) override { keeper_.changed(call, instance_); }
    void ended(const std::shared_ptr<call::Call>& call) override { keeper_.ended(call); }
    void counted(const call::Totals& totals) override { keeper_.counted(totals, instance_); }
    void then(std::function<void()> done) override { keeper_.then(std::move(done)); }

  private:
    store::Keeper& keeper_;
    const std::string& instance_;
};

} // namespace rtpengine::store
