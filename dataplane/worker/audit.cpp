// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/audit.h"

#include <algorithm>
#include <utility>

namespace rtpengine::dataplane {

Result<std::vector<offload::Key>> Audit::step(offload::Offload& offload, const std::function<bool(const offload::Key&)>& is_ours) {
    const auto last = offload.list_some([&](const offload::State& state) {
        const auto& address = state.key.local.address;
        const bool here = std::find(addresses_.begin(), addresses_.end(), address) != addresses_.end();
        if (here && !is_ours(state.key)) suspects_.push_back(state.key);
    });
    if (!last) return suspects_.clear(), last.error();
    if (!*last || suspects_.empty()) return std::vector<offload::Key>{};
    const auto others = records_.elsewhere();
    std::erase_if(suspects_, [&](const offload::Key& key) { return is_ours(key) || others.contains(key.id); });
    return std::exchange(suspects_, {});
}

} // namespace rtpengine::dataplane
