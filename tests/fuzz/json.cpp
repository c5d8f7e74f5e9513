// SPDX-License-Identifier: Apache-2.0
// NG requests in JSON: what is accepted survives encoding and decoding again.
#include "common/ng/json.h"
#include "common/ng/writer.h"

using namespace rtpengine::ng;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto dict = decode_json({reinterpret_cast<const char*>(data), size});
    if (!dict) return 0;
    const auto again = decode_json(encode(Encoding::json, *dict));
    if (!again || !(*again == *dict)) __builtin_trap();
    return 0;
}
