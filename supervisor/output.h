// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "common/base/fd.h"
#include "common/uv/loop.h"
#include "handover.pb.h"

namespace rtpengine::supervisor {

// What children write to stdout and stderr (their last words, mostly) becomes lines of our log: for a daemon,
// whose own stderr leads nowhere.
class Output {
  public:
    explicit Output(uv::Loop& loop);
    Output(uv::Loop& loop, const handover::Output& from); // a pipe that the children have already
    handover::Output hand_over() const;
    // For the children to write to; -1: no pipe could be made.
    int write_end() const { return write_.get(); }

  private:
    void watch(uv::Loop& loop);
    void drain();
    void lines();

    Fd read_, write_;
    std::string text_;
    std::unique_ptr<uv::Poll> poll_;
};

} // namespace rtpengine::supervisor
