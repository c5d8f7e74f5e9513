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

void Retirement::take(std::unique_ptr<Instance> instance) { whole_.push_back(std::move(instance)); }

std::unique_ptr<Instance> Retirement::give_back(const std::string& name) {
    const auto found = std::find_if(whole_.begin(), whole_.end(), [&](const auto& each) { return each->name() == name; });
    if (found == whole_.end()) return nullptr;
    auto instance = std::move(*found);
    whole_.erase(found);
    return instance;
}

std::vector<Worker*> Retirement::workers() const {
    std::vector<Worker*> all;
    for (const auto& worker : workers_) all.push_back(worker.get());
    for (const auto& instance : whole_)
        for (auto* worker : instance->workers()) all.push_back(worker);
    return all;
}

std::vector<Child*> Retirement::edges() const {
    std::vector<Child*> all;
    for (const auto* some : {&whole_, &instances_})
        for (const auto& instance : *some)
            if (instance->edge()) all.push_back(instance->edge().get());
    return all;
}

void Retirement::stop() {
    for (auto& instance : whole_) {
        if (instance->edge()) instance->edge()->stop();
        take(instance->take_workers());
        instances_.push_back(std::move(instance));
    }
    whole_.clear();
    for (auto& worker : workers_)
        if (worker->child) worker->child->stop();
    sweep_.start_ms(0); // there may be none that runs
}

void Retirement::sweep() {
    std::erase_if(workers_, [](const auto& worker) { return !worker->child || worker->child->state() == State::down; });
    if (!workers_.empty()) return;
    for (const auto* edge : edges())
        if (edge->state() != State::down) return;
    instances_.clear();
    swept_();
}

} // namespace rtpengine::supervisor
