// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>

#include "dataplane/offload/offload.h"

namespace rtpengine::offload {

// No kernel that forwards: everything stays in userspace.
class None final : public Offload {
  public:
    std::string name() const override { return {}; }
    Result<std::optional<Former>> push(const Rule&, const Start&) override { return nothing(); }
    Result<std::optional<Former>> withdraw(const Key&) override { return nothing(); }
    Result<State> get(const Key&) override { return nothing(); }
    Result<bool> list_some(const Visit&) override { return nothing(); }
    std::optional<State> latest_answer() const override { return std::nullopt; }

  private:
    static Error nothing() { return {"no kernel table", ENODEV}; }
};

} // namespace rtpengine::offload
