// SPDX-License-Identifier: Apache-2.0
// parse_flags(): configuration defaults, templates, then the request's keys in their order (section 1.9).
#include "control/ng/flags.h"

#include <algorithm>

#include "common/base/log.h"
#include "control/budget.h"
#include "common/ng/coerce.h"
#include "control/ng/command_table.h"
#include "control/ng/flags/reading.h"

namespace rtpengine::ng {

std::string spelling(std::string_view word) {
    std::string out(word);
    for (char& c : out) {
        if (c == ' ' || c == '_') c = '-';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool Reading::take(std::size_t more) {
    words += more;
    const auto allowed = budget::words.allows(words);
    if (!allowed) fail(allowed.error().message);
    return static_cast<bool>(allowed);
}

std::vector<std::string> Reading::members(const Value& value) {
    auto list = list_of(value);
    if (!take(list.size())) list.clear();
    return list;
}

namespace {

// Combinations of which one wins (section 3.7).
void settle(Flags& flags) {
    if (flags.mux_offer) flags.mux_demux = false;
    if (flags.port_latching) flags.no_port_latching = false;
    flags.pad_crypto = std::find(flags.sdes.begin(), flags.sdes.end(), "pad") != flags.sdes.end();
    if (flags.strict_source && flags.media_handover)
        log::record(log::Level::warning, log::Subsystem::control, {flags.call_id, {}, 0, 0},
                    "strict-source and media-handover exclude each other");
}

} // namespace

Result<Flags> parse_flags(std::string_view command, const Dict& request, const FlagDefaults& defaults, Unknown* unknown) {
    const auto* row = find_command(command);
    Flags flags;
    flags.sip_source_address = defaults.sip_source;
    flags.learning = defaults.learning;
    if (defaults.dtls_passive) flags.dtls.push_back("passive"); // what the request says stands behind it
    Reading reading{flags, defaults, unknown, row ? row->operations : op_none, NumberText::decimal};
    apply_template(reading, "default", false);
    apply_template(reading, command, false);
    reading.numbers = request.number_text();
    for (const auto& [key, value] : request)
        apply_key(reading, key, value);
    if (!reading.error.empty()) return Error{reading.error};
    settle(flags);
    return flags;
}

} // namespace rtpengine::ng
