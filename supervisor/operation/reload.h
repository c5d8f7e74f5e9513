// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/options/difference.h"
#include "common/options/settings.h"
#include "supervisor/operation/reply.h"
#include "supervisor/operation/succession_steps.h"

namespace rtpengine::supervisor::operation {

// Another configuration: what can be applied while calls go on is, in the order new resources, new workers, control, and at
// last what nobody uses any more.
class Reload final : public SuccessionSteps {
  public:
    using Load = std::function<Result<options::Settings>()>; // as it is now
    Reload(Fleet& fleet, Load load, Answer answer)
        : SuccessionSteps(fleet), load_(std::move(load)), answer_(std::move(answer)) {}
    std::vector<std::string> names(Each each) override;
    Status begin(Step step, const std::string& name) override;
    Result<bool> came(Step step, const std::string& name) override;
    void back(Back way, const std::string& name, const std::string& why) override;
    void finish(const Outcome& outcome) override;

  private:
    struct Returning {
        options::InstanceSettings wanted, before;
    };

    Status read();
    Status open();
    Status open_added();
    Status change_others();
    void adopt();
    void adopt_instances();
    void adopt_log();
    void remember_who_is_told();
    void close_drained();
    Status end_closed();
    void reopen();
    Status reopen(const Returning& each);
    void give_back();
    void forget_closed();
    bool is_drained(const std::string& name) const;
    bool any() const;
    bool log_changed() const;
    void refuse(const std::string& why);

    Load load_;
    Answer answer_;
    options::Settings wanted_;
    options::Difference difference_;
    bool adopted_ = false;
    std::vector<std::unique_ptr<Instance>> opened_; // new ones, not ours yet
    std::vector<std::string> told_;                 // workers that are to be told, by name
    std::vector<Returning> returning_; // closed, and to be opened again
    Status reopened_;                  // what went wrong there
};

} // namespace rtpengine::supervisor::operation
