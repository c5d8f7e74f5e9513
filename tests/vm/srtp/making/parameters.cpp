/* SPDX-License-Identifier: Apache-2.0 */
#include "alone.h"

#include <cerrno>
#include <functional>
#include <string>

namespace making {

namespace {

void refused(Steps& steps, const std::string& what, const std::function<void(srtp_test_create&)>& spoil,
             const Suite& suite = usual) {
    srtp_test_create create = created(configure(suite), true);
    spoil(create);
    steps.note("refused: " + what);
    steps.add(step(Kind::create, spare_side, -EINVAL), bytes_of(create));
}

} // namespace

void bad_parameters(Steps& steps) {
    const Suite gcm = suite_of(RTPENGINE_AES_GCM_128, RTPENGINE_AUTH_NULL);
    refused(steps, "no SRTP", [](auto& c) { c.config.flags = 0; });
    refused(steps, "unknown flag", [](auto& c) { c.config.flags |= 2 * RTPENGINE_SRTP_SHARED; });
    refused(steps, "unknown cipher", [](auto& c) { c.config.cipher = 6; });
    refused(steps, "unknown authentication", [](auto& c) { c.config.auth = 3; });
    refused(steps, "reserved", [](auto& c) { c.config.reserved[3] = 1; });
    refused(steps, "key too long", [](auto& c) { c.config.master_key[16] = 1; });
    refused(steps, "salt too long", [](auto& c) { c.config.master_salt[14] = 1; });
    refused(
        steps, "GCM's salt too long", [](auto& c) { c.config.master_salt[12] = 1; }, gcm);
    refused(steps, "MKI behind its end", [](auto& c) { c.config.mki[4] = 1; });
    refused(steps, "MKI too long", [](auto& c) { c.config.mki_length = 33; });
    refused(
        steps, "GCM with HMAC", [](auto& c) { c.config.auth = 1; }, gcm);
    refused(
        steps, "GCM not authenticated", [](auto& c) { c.config.flags |= RTPENGINE_SRTP_UNAUTHENTICATED; },
        gcm);
    refused(
        steps, "GCM not encrypted", [](auto& c) { c.config.flags |= RTPENGINE_SRTP_UNENCRYPTED; }, gcm);
    refused(steps, "source: unknown flag", [](auto& c) { c.sources[0].flags = 4; });
    refused(steps, "source: reserved", [](auto& c) { c.sources[0].reserved = 1; });
    refused(steps, "source: RTP index",
            [](auto& c) { c.sources[0].flags = 1, c.sources[0].rtp_index = 1ull << 48; });
    refused(steps, "source: RTCP index",
            [](auto& c) { c.sources[0].flags = 2, c.sources[0].rtcp_index = 1u << 31; });
    refused(steps, "source: index of none", [](auto& c) { c.sources[0].rtp_index = 1; });
    refused(steps, "source: twice", [](auto& c) { c.sources[0].flags = c.sources[3].flags = 1; });
}

} // namespace making
