// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rtpengine::bench {

enum class Verb { offer, answer, remove };
constexpr int verbs = 3;
const char* name(Verb verb);

// What a SIP proxy sends for a call between two telephones, as a datagram. `srtp`: the callee has SRTP, by SDES.
std::string request(Verb verb, std::uint32_t call, std::string_view cookie, bool srtp = false);

// What is wrong with a reply's body, "" if nothing. An offer's and an answer's SDP name the port that is ours: `port`.
std::string fault(Verb verb, std::string_view body, std::uint16_t& port);

} // namespace rtpengine::bench
