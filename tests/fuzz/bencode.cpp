// SPDX-License-Identifier: Apache-2.0
// Whole NG messages with a bencode body: what is accepted survives encoding and decoding again.
#include "common/ng/bencode.h"
#include "common/ng/writer.h"

#include "control/ng/framing.h"

using namespace rtpengine::ng;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto message = split(input)) (void)decode(message->body);
    const auto dict = decode_bencode(input);
    if (!dict) return 0;
    const auto again = decode_bencode(encode(Encoding::bencode, *dict));
    if (!again || !(*again == *dict)) __builtin_trap();
    return 0;
}
