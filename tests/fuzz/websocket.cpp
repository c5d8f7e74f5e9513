// SPDX-License-Identifier: Apache-2.0
// Frames of WebSocket: none is read before it is whole, none goes beyond what came, no message is longer than there is room for.
#include <cstdlib>
#include <string_view>

#include "edge/ws/frame.h"

using namespace rtpengine::edge::ws;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    Assembly assembly;
    while (true) {
        auto frame = read_frame(input, assembly.room());
        if (!frame || !*frame) return 0;
        const auto length = (*frame)->length;
        require(length <= input.size() && length >= 6 && (*frame)->payload.size() <= length - 6);
        for (const auto cut : {length - 1, length / 2}) {
            const auto part = read_frame(input.substr(0, cut), assembly.room());
            require(part && !*part);
        }
        if ((*frame)->opcode < Opcode::close) {
            const auto whole = assembly.add(**std::move(frame));
            if (!whole) return 0;
            require(!*whole || (**whole).size() <= Assembly::longest);
        }
        input.remove_prefix(length);
    }
}
