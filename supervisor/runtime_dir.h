// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/base/fd.h"
#include "common/base/result.h"
#include "handover.pb.h"

namespace rtpengine::supervisor {

// /run/rtpengine/ and the endpoint; another network namespace than that of process 1 adds "@" and its inode,
// because namespaces share /run.
std::string default_runtime_dir(const std::string& first_listener);

// The directory for sockets and shared state: made, locked for as long as this object lives, cleaned of what
// a predecessor left, and removed at the end (unless the operator had made it elsewhere).
class RuntimeDirectory {
  public:
    // Errors: not writable, too long for a socket's name, somebody else's directory, or a living supervisor
    // has it.
    static Result<RuntimeDirectory> open(const std::string& path);
    // Goes on with the one that hand_over() gave, and all that is in it.
    static RuntimeDirectory resume(const handover::RuntimeDirectory& from);
    handover::RuntimeDirectory hand_over() const;
    RuntimeDirectory(RuntimeDirectory&& other) noexcept;
    ~RuntimeDirectory();

    const std::string& path() const { return path_; }
    // Where somebody has removed it or the lock: makes them again, and says true. Errors: as open().
    Result<bool> renew();
    // Gives the directory and everything in it but the lock to the children's user; "": keep it.
    Status give_to(const std::string& user) const;

  private:
    RuntimeDirectory(std::string path, bool remove) : path_(std::move(path)), remove_(remove) {}
    Status lock();
    void clean() const;

    std::string path_;
    bool remove_ = false;
    Fd lock_;
};

} // namespace rtpengine::supervisor
