// SPDX-License-Identifier: Apache-2.0
// The rows themselves, group by group; everybody else goes through option.h.
#pragma once

#include <array>

#include "common/base/log.h"
#include "common/options/option.h"

namespace rtpengine::options {

constexpr std::string_view facility_words =
    "auth|authpriv|cron|daemon|ftp|kern|lpr|mail|news|syslog|user|uucp|local0|"
    "local1|local2|local3|local4|local5|local6|local7";
constexpr std::string_view scheduler_words = "default|none|fifo|rr|other|batch|idle";

extern const std::array<Option, 7> action_options;
extern const std::array<Option, 7> process_options;
extern const std::array<Option, 19> listener_options;
extern const std::array<Option, 11> interface_options;
extern const std::array<Option, 13> kernel_options;
extern const std::array<Option, 9> call_options;
extern const std::array<Option, 14 + log::subsystem_count> log_options;
extern const std::array<Option, 6> dtls_options;
extern const std::array<Option, 5> dtmf_options;
extern const std::array<Option, 16> redis_options;
extern const std::array<Option, 13> statistics_options;
extern const std::array<Option, 15> mqtt_options;
extern const std::array<Option, 2> callback_options;
extern const std::array<Option, 5> recording_options;
extern const std::array<Option, 22> player_options;
extern const std::array<Option, 20> transcoding_options;
extern const std::array<Option, 13> thread_options;
extern const std::array<Option, 8> http_options;
extern const std::array<Option, 6> star_code_options;

} // namespace rtpengine::options
