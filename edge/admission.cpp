// SPDX-License-Identifier: Apache-2.0
#include "edge/admission.h"

#include <openssl/crypto.h>

namespace rtpengine::edge {

namespace {

bool same(std::string_view a, std::string_view b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

} // namespace

bool Admission::knows(std::string_view token) const {
    bool known = false;
    for (const auto& each : tokens_) known |= same(each, token);
    return known;
}

} // namespace rtpengine::edge
