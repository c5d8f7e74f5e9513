// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

namespace rtpengine::call {

struct Call;
struct Totals;

// Keeps calls for a successor of this process.
class Keeper {
  public:
    virtual ~Keeper() = default;
    // Of its parties those that say so (Party::unkept). It costs what has changed.
    virtual void changed(const std::shared_ptr<Call>& call) = 0;
    virtual void ended(const std::shared_ptr<Call>& call) = 0;
    // They have changed, and live as long as the keeper is told of calls.
    virtual void counted(const Totals& totals) = 0;
    // Makes room for one who waits: the next then() takes no memory.
    virtual void expect() = 0;
    // When everything that was said before is kept. Called once, now or later in this round of the loop.
    virtual void then(std::function<void()> done) = 0;
};

} // namespace rtpengine::call
