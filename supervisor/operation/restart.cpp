// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/restart.h"

#include <nlohmann/json.hpp>

namespace rtpengine::supervisor::operation {

void Restart::finish(const Outcome& outcome) {
    using Json = nlohmann::ordered_json;
    Json json = {{"done", outcome.done}, {"failed", Json::array()}};
    if (!outcome.status) json["failed"].push_back({{"name", outcome.name}, {"error", outcome.status.error().message}});
    answer_(reply_of(json.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

} // namespace rtpengine::supervisor::operation
