// SPDX-License-Identifier: Apache-2.0
// What the kernel lists, and the answer to a call: whatever the bytes are, states or an error, and nothing is
// read outside of them.
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "dataplane/offload/parse.h"

using namespace rtpengine;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // A copy of exactly this size, so that a byte too far is noticed.
    const auto copy = std::make_unique<std::uint8_t[]>(size);
    for (std::size_t i = 0; i < size; ++i)
        copy[i] = data[i];
    const offload::Bytes bytes{copy.get(), size};
    std::size_t states = 0;
    const auto used = offload::each_state(bytes, [&](const offload::State& state) {
        ++states;
        require(state.key.id != 0 && state.key.local.address.known());
        for (const auto& type : state.payload_types)
            require(type.type < 128);
    });
    require(!used || (*used <= size && *used >= states * 88));
    if (const auto answer = offload::answered(bytes)) require(answer->key.id != 0);
    return 0;
}
