// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/base/endpoint.h"
#include "common/base/result.h"

namespace rtpengine::options {

struct SystemAddress {
    std::string interface;
    Address address; // unknown: an interface that has none
    bool up = false, loopback = false, link_local = false;
};

// What the options need to know about this machine; tests have one of their own.
class Host {
  public:
    virtual ~Host() = default;
    // Addresses of a host name, in the resolver's order, none twice; empty: not found. May block.
    virtual std::vector<Address> lookup(const std::string& name) const = 0;
    virtual std::vector<SystemAddress> interfaces() const = 0; // in the kernel's order
    virtual bool user_exists(const std::string& name) const = 0;
    virtual bool is_root() const = 0;
    // What is in a file that an option names, as it stands. Errors: it can't be read, or is larger than a megabyte.
    virtual Result<std::string> contents(const std::string& path) const = 0;
};

class ThisHost : public Host {
  public:
    std::vector<Address> lookup(const std::string& name) const override;
    std::vector<SystemAddress> interfaces() const override;
    bool user_exists(const std::string& name) const override;
    bool is_root() const override;
    Result<std::string> contents(const std::string& path) const override;
};

} // namespace rtpengine::options
