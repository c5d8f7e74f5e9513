// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

#include <google/protobuf/arena.h>

namespace rtpengine::link {

// Memory for the messages of one piece of work after another: one block that is used again, more only where that is not
// enough. What lives in it is gone with reset().
class Arena {
  public:
    template <class Message> Message& make() { return *google::protobuf::Arena::CreateMessage<Message>(&arena_); }
    void reset() { arena_.Reset(); }

  private:
    static constexpr std::size_t block_size = 16 * 1024; // more than the messages of a call between two parties
    static google::protobuf::ArenaOptions options(char* block) {
        google::protobuf::ArenaOptions options;
        options.initial_block = block;
        options.initial_block_size = block_size;
        return options;
    }

    std::unique_ptr<char[]> block_{new char[block_size]};
    google::protobuf::Arena arena_{options(block_.get())};
};

} // namespace rtpengine::link
