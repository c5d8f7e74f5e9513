// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "common/base/fd.h"
#include "common/base/file_id.h"
#include "common/base/result.h"
#include "dataplane/io/outlet.h"

namespace rtpengine::io {

// Hands datagrams to the worker whose port they shall leave by, for when a raw socket can't do it. Each worker listens at the
// socket `relay-<index>` in the runtime directory, and has a connection to each that it hands datagrams to. They arrive in
// their order; what a worker that is late or being replaced can't take waits, within bounds.
class Relay {
  public:
    struct Header {
        std::uint64_t stream; // a record with another id: closed meanwhile
        std::uint32_t slot;
        std::uint16_t tos, ttl;
    };
    using Handler = std::function<void(const Header&, std::span<const std::uint8_t> payload)>;

    struct Place {
        std::string runtime_dir;
        std::uint32_t index, workers;                     // ours; all are below `workers`
        Outlet::Duration patience = std::chrono::seconds(30); // with a worker that is not there: so long a start may take
    };
    // Replaces the socket that a predecessor left. Others can send from now on; it waits for turn().
    static Result<std::unique_ptr<Relay>> open(const Place& place);

    // Where somebody has removed the socket: makes it again. Connections stay.
    Status renew();

    // Readable when turn() has something to do.
    int descriptor() const { return epoll_.get(); }
    // 0, or an errno; EAGAIN: that worker is too late.
    int send(std::uint32_t worker, const Header& header, std::span<const std::uint8_t> payload);
    // Hands over what has arrived, up to a bound, and sends what waited. False: there was nothing to do.
    bool turn(const Handler& handler);

    std::uint64_t refused() const { return refused_; } // EAGAIN so far
    std::uint64_t lost() const;                        // accepted, and not handed over after all, so far

  private:
    Relay(Fd epoll, Fd timer, const Place& place);
    Status listen();
    void accept();
    void receive(int inlet, const Handler& handler);
    void retry();
    void retry_soon();

    std::string path_;
    FileId file_; // that we listen at
    Fd epoll_, listener_, timer_;
    std::map<int, Fd> inlets_;   // connections to us, by descriptor
    std::deque<Outlet> outlets_; // by worker
    std::unique_ptr<std::uint8_t[]> buffer_;
    std::uint64_t refused_ = 0;
    bool retrying_ = false; // the timer runs
};

} // namespace rtpengine::io
