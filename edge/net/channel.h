// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "common/base/fd.h"

namespace rtpengine::edge {

// The bytes of one connection, as its client means them.
class Channel {
  public:
    enum class Outcome {
        some,    // at least one byte
        blocked, // nothing now
        ended,   // the client sends no more
        failed,
    };
    struct Moved {
        Outcome outcome;
        std::size_t bytes = 0;
    };

    virtual ~Channel() = default;
    virtual int fd() const = 0;
    virtual Moved read(char* to, std::size_t size) = 0;
    virtual Moved write(std::string_view bytes) = 0;
    // What it was asked last needs the socket to be writable, whatever it was.
    virtual bool needs_write() const { return false; }
    // There is more to read, though the socket may not say so.
    virtual bool pending() const { return false; }
    // Says that nothing more comes from us.
    virtual void finish() = 0;
};

// As they come.
class PlainChannel final : public Channel {
  public:
    explicit PlainChannel(Fd fd) : fd_(std::move(fd)) {} // connected, not blocking
    int fd() const override { return fd_.get(); }
    Moved read(char* to, std::size_t size) override;
    Moved write(std::string_view bytes) override;
    void finish() override;

  private:
    Fd fd_;
};

} // namespace rtpengine::edge
