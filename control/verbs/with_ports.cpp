// SPDX-License-Identifier: Apache-2.0
#include "control/verbs/with_ports.h"

#include "common/base/log.h"
#include "control/call/allocate.h"

namespace rtpengine::verbs {

namespace {

constexpr unsigned max_attempts = 100; // each one finds at least one port that another program has

struct Attempts {
    Attempts(const Job& job, ChangeWithPorts change) : job(job), change(std::move(change)), basket(job.instance->stock()) {}

    Job job;
    ChangeWithPorts change;
    call::Basket basket;
    unsigned number = 0;
};

void attempt(const std::shared_ptr<Attempts>& all);

// When ports are open, or may be had.
void again(const std::shared_ptr<Attempts>& all, const Status& opened) {
    const auto& job = all->job;
    call::guarded(job.call->id, [&] {
        if (opened && !job.call->dead) return attempt(all);
        const auto reason = opened ? "The call has ended" : opened.error().message;
        log::record(log::Level::err, log::Subsystem::core, {job.call->id}, "{}", reason);
        job.answer.error(reason);
    });
}

void attempt(const std::shared_ptr<Attempts>& all) {
    const auto& job = all->job;
    auto& instance = *job.instance;
    ++all->number;
    const auto outcome = all->change(job, all->basket);
    if (outcome == Outcome::answered) return;
    all->basket.undo();
    const bool hopeless = outcome == Outcome::no_ports && !instance.may_get_ports(job.until_ms);
    if (hopeless || all->number > max_attempts) return job.answer.error(call::out_of_ports);
    if (outcome == Outcome::not_open) return all->basket.open([all](const Status& opened) { again(all, opened); });
    all->basket.give_up();
    instance.await_ports(job.until_ms, [all] { again(all, {}); });
}

} // namespace

void with_ports(const Job& job, ChangeWithPorts change) { attempt(std::make_shared<Attempts>(job, std::move(change))); }

} // namespace rtpengine::verbs
