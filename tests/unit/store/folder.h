// SPDX-License-Identifier: Apache-2.0
// A folder for a store, and what is in one.
#pragma once

#include <cstdlib>
#include <map>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "control/store/store.h"

namespace rtpengine::store {

class Folder {
  public:
    Folder() { REQUIRE(mkdtemp(name_)); }
    ~Folder() {
        unlink(file().c_str());
        rmdir(name_);
    }
    std::string file() const { return std::string(name_) + "/calls.mdb"; }

  private:
    char name_[32] = "/tmp/rtpengine-store-XXXXXX";
};

inline std::map<std::uint64_t, std::string> contents_of(const Store& store) {
    std::map<std::uint64_t, std::string> all;
    const auto read = store.walk(0, SIZE_MAX, [&](std::uint64_t number, std::string_view record) { all[number] = record; });
    REQUIRE(read);
    CHECK(*read == 0);
    return all;
}

inline std::map<std::uint64_t, std::string> contents(const std::string& file) {
    const auto store = Store::open(file);
    REQUIRE(store);
    return contents_of(**store);
}

} // namespace rtpengine::store
