// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "control/call/stock.h"

namespace rtpengine::call {

// The ports of one request. What the stock has is open; what is reserved in the pool isn't: then the request is given up, waits for
// open(), and is done again with the same ports. What is left over in the end goes to the stock.
class Basket {
  public:
    explicit Basket(Stock& stock) : stock_(stock) {}
    ~Basket() {
        undo();
        give_up();
    }
    Basket(const Basket&) = delete;

    // So many ports in a row, even when it is more than one; empty: there are none left.
    std::vector<DarkPort> take(ports::LocalAddress& local, unsigned count);
    // This one; empty: somebody has it.
    std::vector<DarkPort> take_this(ports::LocalAddress& local, std::uint16_t port);

    // All that was taken is open.
    bool complete() const { return reserved_.empty(); }
    // Nothing is taken.
    void undo() noexcept;
    // And nothing is held for later.
    void give_up() noexcept;
    // What was taken is the call's.
    void keep() noexcept { taken_.clear(); }

    // After undo(), for what isn't open. Calls `done` once, later; with success others may have to be opened still, in place of those
    // that another program has. The basket lives until then.
    void open(std::function<void(Status)> done);

  private:
    std::vector<DarkPort> add(DarkRuns& to, DarkRuns run);
    template <class Fits> DarkRuns take_open(Fits fits);

    Stock& stock_;
    DarkRuns open_;               // and not taken
    DarkRuns taken_;              // open ones
    DarkRuns reserved_, to_open_; // taken; and not
};

} // namespace rtpengine::call
