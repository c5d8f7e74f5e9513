// SPDX-License-Identifier: Apache-2.0
#include "edge/admission.h"

namespace rtpengine::edge {

namespace {

bool same(std::string_view a, std::string_view b) {
    unsigned different = a.size() == b.size() ? 0 : 1;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) different |= static_cast<unsigned char>(a[i] ^ b[i]);
    return different == 0;
}

} // namespace

bool Admission::knows(std::string_view token) const {
    bool known = false;
    for (const auto& each : tokens_) known |= same(each, token);
    return known;
}

} // namespace rtpengine::edge
