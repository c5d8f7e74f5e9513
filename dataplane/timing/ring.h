// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rtpengine::timing {

// What stands in a ring has its place in itself: it enters and leaves without memory, from anywhere.
class Link {
  public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    bool linked() const { return next_ != this; }
    Link* next() const { return next_; }
    void unlink() {
        next_->previous_ = previous_;
        previous_->next_ = next_;
        next_ = previous_ = this;
    }
    // Behind all others of that ring.
    void link(Link& ring) {
        previous_ = ring.previous_;
        next_ = &ring;
        previous_->next_ = ring.previous_ = this;
    }
    // All that follow this one go to that empty ring, in their order.
    void move_all(Link& to) {
        if (!linked()) return;
        to.link(*this);
        unlink();
    }

  private:
    Link* next_ = this;
    Link* previous_ = this;
};

} // namespace rtpengine::timing
