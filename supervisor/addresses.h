// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/base/endpoint.h"

namespace rtpengine::supervisor {

// Which media addresses this host has lost for a while: workers keep their ports there and go on when they are back.
class Addresses {
  public:
    using Has = std::function<bool(const Address&)>; // this host has it now
    struct Change {
        Address address;
        std::string users; // "interface pub of instance core"
        bool back = false;
        bool operator==(const Change&) const = default;
    };

    // Looks at all of them; `users` by address. Those that are new are taken to be there.
    std::vector<Change> look(const std::map<Address, std::string>& users, const Has& has);
    std::vector<std::string> away() const; // as text

  private:
    std::set<Address> away_;
};

// By a bind(), which also knows addresses that no device carries.
bool host_has(const Address& address);

} // namespace rtpengine::supervisor
