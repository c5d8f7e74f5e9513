// SPDX-License-Identifier: Apache-2.0
// NG over TCP: a stream is divided into the same messages however it is cut into pieces, and each is what one datagram would be.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "edge/ng/answer.h"
#include "edge/ng/stream.h"

using namespace rtpengine::edge;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

// Lengths of the messages; the last is 0 where something follows that can't become one.
std::vector<std::size_t> lengths(std::string_view stream, std::size_t piece) {
    std::vector<std::size_t> found;
    MessageEnd end;
    for (std::size_t come = 0; come < stream.size();) {
        come = std::min(come + piece, stream.size());
        while (true) {
            const auto length = end.look(stream.substr(0, come));
            if (!length) return found.push_back(0), found;
            if (!*length) break;
            require(*length <= come);
            found.push_back(*length);
            const auto asked = asked_of(stream.substr(0, *length));
            require(!asked.cookie.empty() && asked.cookie.size() < MessageEnd::longest_cookie);
            stream.remove_prefix(*length);
            come -= *length;
            end.reset();
        }
    }
    return found;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!size) return 0;
    const std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
    require(lengths(stream, stream.size()) == lengths(stream, 1U + data[0]));
    return 0;
}
