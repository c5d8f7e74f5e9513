// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "control/call/model.h"

namespace rtpengine::call {

// One change of a call, whole or not at all, within one turn of the loop: nobody sees half of it. Who changes a party says so
// before. If this goes before keep(), for whatever reason, call and parties are as they were.
class Change {
  public:
    explicit Change(Call& call);
    ~Change();
    Change(const Change&) = delete;

    // Before anything of that party is changed, or of its media. Again: nothing.
    void touch(Party& party);
    void touch_all();
    std::size_t added() const { return call_.parties.size() - parties_; } // parties
    // It stays as it is now.
    void keep() noexcept { kept_ = true; }

    // Media of which workers may have to be told something else now.
    std::vector<Media*> affected() const;

  private:
    struct Saved;
    const Saved* saved(const Party& party) const; // nullptr: it wasn't touched
    void restore() noexcept;

    Call& call_;
    CallFacts facts_;
    std::size_t parties_; // that there were
    std::vector<std::unique_ptr<Saved>> saved_;
    bool kept_ = false;
};

} // namespace rtpengine::call
