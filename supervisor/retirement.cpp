// SPDX-License-Identifier: Apache-2.0
#include "supervisor/retirement.h"

#include <algorithm>
#include <iterator>

namespace rtpengine::supervisor {

Retirement::Retirement(uv::Loop& loop, std::function<void()> swept)
    : swept_(std::move(swept)), sweep_(loop, [this] { sweep(); }) {}

void Retirement::take(std::vector<std::unique_ptr<Worker>> workers) {
    std::move(workers.begin(), workers.end(), std::back_inserter(workers_));
}

void Retirement::take(std::unique_ptr<Instance> instance) {
    take(instance->take_workers());
    instances_.push_back(std::move(instance));
}

void Retirement::stop() {
    for (auto& worker : workers_)
        if (worker->child) worker->child->stop();
    sweep_.start_ms(0); // there may be none that runs
}

void Retirement::sweep() {
    std::erase_if(workers_, [](const auto& worker) { return !worker->child || worker->child->state() == State::down; });
    if (!workers_.empty()) return;
    instances_.clear();
    swept_();
}

} // namespace rtpengine::supervisor
