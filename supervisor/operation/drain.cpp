// SPDX-License-Identifier: Apache-2.0
#include "supervisor/operation/drain.h"

#include <nlohmann/json.hpp>

#include "common/base/log.h"

namespace rtpengine::supervisor::operation {

Status Drain::begin(Step step, const std::string& name) {
    if (step == Step::marked) return mark();
    return step == Step::empty ? Status{} : SuccessionSteps::begin(step, name);
}

Status Drain::mark() {
    auto* instance = fleet_.find_instance(wish_.instance);
    if (!instance) return Error{"there is no instance " + wish_.instance};
    if (!wish_.on && fleet_.removed().contains(wish_.instance)) return Error{"it is not in the configuration any more"};
    before_ = instance->config().draining();
    instance->drain(wish_.on);
    log::notice("instance {}: {}", wish_.instance, wish_.on ? "takes no new calls" : "takes new calls again");
    return {};
}

Result<bool> Drain::came(Step step, const std::string& name) {
    if (step == Step::marked) return true;
    return step == Step::empty ? !wish_.on || is_empty() : SuccessionSteps::came(step, name);
}

bool Drain::is_empty() const {
    const auto* load = fleet_.load(wish_.instance);
    return !fleet_.find_instance(wish_.instance) || (load && load->calls() == 0);
}

void Drain::back(Back way, const std::string& name, const std::string& why) {
    if (way != Back::unmark) return SuccessionSteps::back(way, name, why);
    auto* instance = fleet_.find_instance(wish_.instance);
    if (!instance || !before_) return;
    instance->drain(*before_);
    log::notice("instance {}: {} as before", wish_.instance, *before_ ? "takes no new calls" : "takes new calls");
}

void Drain::finish(const Outcome& outcome) {
    if (!outcome.status)
        return answer_(error_of((outcome.name.empty() ? "" : "control was not renewed: ") + outcome.status.error().message));
    const auto* load = fleet_.load(wish_.instance);
    const nlohmann::ordered_json json = {
        {"instance", wish_.instance}, {"calls", load ? load->calls() : 0}, {"drained", wish_.on && is_empty()}};
    answer_(reply_of(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)));
}

} // namespace rtpengine::supervisor::operation
