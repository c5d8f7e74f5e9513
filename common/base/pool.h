// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace rtpengine {

// A fixed number of things in memory that is taken, and touched, at the start. Who takes one has a handle that can be moved; when
// it dies, the thing is destroyed and its place is free. The pool outlives its handles.
template <class Thing> class Pool {
  public:
    struct GiveBack {
        Pool* pool = nullptr;
        void operator()(Thing* thing) const { pool->give_back(thing); }
    };
    using Handle = std::unique_ptr<Thing, GiveBack>;

    explicit Pool(std::size_t places) : places_(places) {
        free_.reserve(places);
        for (auto& place : places_) free_.push_back(&place);
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    std::size_t free() const { return free_.size(); }
    // Empty: no place is free.
    template <class... Arguments> Handle take(Arguments&&... arguments) {
        if (free_.empty()) return {};
        auto* thing = std::construct_at(reinterpret_cast<Thing*>(free_.back()->bytes), std::forward<Arguments>(arguments)...);
        free_.pop_back();
        return Handle(thing, {this});
    }

  private:
    struct Place {
        alignas(Thing) std::byte bytes[sizeof(Thing)];
    };
    void give_back(Thing* thing) {
        std::destroy_at(thing);
        free_.push_back(reinterpret_cast<Place*>(thing));
    }

    std::vector<Place> places_;
    std::vector<Place*> free_; // the one that was used last is taken first: it may be in the cache
};

} // namespace rtpengine
