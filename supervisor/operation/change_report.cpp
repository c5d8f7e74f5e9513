// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/change_report.h"

#include <nlohmann/json.hpp>

#include "common/base/log.h"

namespace rtpengine::supervisor {

namespace {

using Json = nlohmann::ordered_json;
using Change = options::InstanceChange;

std::string_view kind_name(const Change& change) {
    if (!change.live) return "refused";
    switch (change.kind) {
    case Change::Kind::added: return "added";
    case Change::Kind::removed: return "removed";
    case Change::Kind::changed: return "changed";
    case Change::Kind::unchanged: break;
    }
    return "unchanged";
}

} // namespace

std::string change_json(const options::Difference& difference) {
    Json changes = Json::array(), process = Json::array();
    for (const auto& change : difference.instances)
        changes.push_back({{"instance", change.name},
                           {"kind", kind_name(change)},
                           {"what", change.what},
                           {"applied", change.live && change.kind != Change::Kind::unchanged}});
    for (const auto& change : difference.process)
        process.push_back({{"what", change.what}, {"applied", change.live}});
    const Json json = {{"changes", std::move(changes)}, {"process", std::move(process)}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void log_changes(const options::Difference& difference) {
    for (const auto& change : difference.instances) {
        if (change.kind == Change::Kind::unchanged) continue;
        std::string what;
        for (const auto& each : change.what)
            what += (what.empty() ? ": " : ", ") + each;
        if (change.live)
            log::notice("instance {} {}{}", change.name, kind_name(change), what);
        else
            log::warning("instance {} goes on as it is, this needs a new start, or that it is drained{}", change.name, what);
    }
    for (const auto& change : difference.process)
        log::notice("{}{}", change.what, change.live ? "" : ": needs a new start");
}

} // namespace rtpengine::supervisor
