// SPDX-License-Identifier: Apache-2.0

#include <cstddef>   // NULL, in the table below
#define SYSLOG_NAMES // facilitynames[]
#include <syslog.h>

#include "common/base/log.h"
#include "common/options/settings.h"

namespace rtpengine::options {

namespace {

int facility_number(const std::string& name) {
    for (const CODE* code = facilitynames; code->c_name; ++code)
        if (name == code->c_name) return code->c_val;
    return LOG_DAEMON;
}

} // namespace

link::LogConfig log_config(const Values& values) {
    link::LogConfig log;
    const auto level = static_cast<std::int32_t>(values.integer("log-level"));
    for (const auto subsystem : log::subsystem_names) {
        const auto option = "log-level-" + std::string(subsystem);
        const bool own = values.given(option) || subsystem == "internals";
        (*log.mutable_levels())[std::string(subsystem)] =
            own ? static_cast<std::int32_t>(values.integer(option)) : level;
    }
    log.set_to_stderr(values.flag("log-stderr"));
    log.set_timestamps(!values.flag("no-log-timestamps"));
    log.set_ident(values.text("log-name"));
    log.set_facility(facility_number(values.text("log-facility")));
    log.set_parsable(values.text("log-format") == "parsable");
    log.set_mark_prefix(values.text("log-mark-prefix"));
    log.set_mark_suffix(values.text("log-mark-suffix"));
    return log;
}

} // namespace rtpengine::options
