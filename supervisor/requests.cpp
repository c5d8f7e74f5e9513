// SPDX-License-Identifier: Apache-2.0
// What rtpengine-ctl asks for; docs/operations.md describes it.
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/base/memory.h"
#include "common/link/turns.h"
#include "common/options/convert.h"
#include "supervisor/operation/drain.h"
#include "supervisor/operation/restart.h"
#include "supervisor/operation/upgrade.h"
#include "supervisor/status.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

using operation::error_of;
using operation::Kind;
using operation::reply_of;

namespace {

ChildStatus child_status(const Child& child, const std::string& instance) {
    return {child.spec().name, child.spec().kind, std::string(name(child.state())), child.detail(), child.pid(),
            child.restarts(),  child.uptime_s(),  instance,                         cpu_ms(child.pid()), child.turns()};
}

} // namespace

void Supervisor::answer(std::string_view peer, const link::CtlRequest& request) {
    const std::vector<std::string> words(request.words().begin(), request.words().end());
    const Answer answer = [this, to = std::string(peer)](const link::CtlReply& reply) {
        socket_->send(to, reply.SerializeAsString());
    };
    if (words == std::vector<std::string>{"status"}) return answer(reply_of(status()));
    const bool drains = !words.empty() && words[0] == "drain";
    if (!drains && !memory::enough()) return answer(error_of("out of memory: nothing has been changed"));
    if (auto done = carry_out(words, answer); !done) answer(error_of(done.error().message));
}

Status Supervisor::carry_out(const std::vector<std::string>& words, const Answer& answer) {
    const auto verb = words.empty() ? std::string{} : words[0];
    if (verb == "restart" && (words.size() == 2 || words.size() == 3)) return restart(words, answer);
    if (verb == "drain" && (words.size() == 2 || words.size() == 3)) return drain(words, answer);
    if (words == std::vector<std::string>{"reload"})
        return operations_.ask(Kind::reload, std::make_unique<operation::Reload>(fleet_, load_, answer));
    if (verb == "execute" && words.size() == 2) return execute(words[1], answer);
    return Error{"unknown request; known: status, restart worker NAME, restart control, restart edge INSTANCE, restart instance NAME, "
                 "drain INSTANCE [SECONDS|off], reload, execute EXECUTIONS"};
}

std::string Supervisor::status() const {
    SupervisorStatus status{RTPENGINE_VERSION,
                            getpid(),
                            succession_.uptime_s(loop_.now_ms()),
                            succession_.executions(),
                            {},
                            {},
                            {},
                            {},
                            fleet_.surroundings().away()};
    status.children.push_back(child_status(fleet_.control(), ""));
    for (const auto& instance : fleet_.prepared().instances) {
        status.kernel.push_back(instance->kernel());
        status.unguarded.push_back(instance->unguarded());
        for (const auto* worker : instance->workers())
            if (worker->child) status.children.push_back(child_status(*worker->child, instance->name()));
        if (instance->edge()) status.children.push_back(child_status(*instance->edge(), instance->name()));
    }
    for (const auto& [name, load] : fleet_.loads())
        status.calls[name] = load.calls();
    link::write(loop_.turns(), status.turns);
    status.operations = operations_.status();
    return status_json(status, fleet_.control_config());
}

Status Supervisor::restart(const std::vector<std::string>& words, const Answer& answer) {
    auto names = children_named(words);
    if (!names) return names.error();
    return operations_.ask(Kind::restart, std::make_unique<operation::Restart>(fleet_, *std::move(names), answer));
}

Result<std::vector<std::string>> Supervisor::children_named(const std::vector<std::string>& words) const {
    if (words[1] == "control" && words.size() == 2) return std::vector<std::string>{"control"};
    if (words[1] == "worker" && words.size() == 3) {
        const auto* child = fleet_.find_child(words[2]);
        if (!child || child == &fleet_.control()) return Error{"there is no worker " + words[2]};
        return std::vector<std::string>{words[2]};
    }
    if (words[1] == "edge" && words.size() == 3) {
        const auto* instance = fleet_.find_instance(words[2]);
        if (!instance || !instance->edge()) return Error{"there is no edge process of an instance " + words[2]};
        return std::vector<std::string>{instance->edge()->spec().name};
    }
    if (words[1] != "instance" || words.size() != 3) return Error{"restart what? worker NAME, control, edge INSTANCE or instance NAME"};
    const auto* instance = fleet_.find_instance(words[2]);
    if (!instance) return Error{"there is no instance " + words[2]};
    std::vector<std::string> names;
    for (const auto* worker : instance->workers())
        names.push_back(worker->config.name());
    if (instance->edge()) names.push_back(instance->edge()->spec().name);
    return names;
}

Status Supervisor::drain(const std::vector<std::string>& words, const Answer& answer) {
    operation::Drain::Wish wish{words[1], words.size() < 3 || words[2] != "off"};
    if (!fleet_.find_instance(wish.instance)) return Error{"there is no instance " + wish.instance};
    if (wish.on && words.size() == 3) {
        const auto seconds = options::parse_integer(words[2], 10);
        if (!seconds || *seconds < 0 || *seconds > 1'000'000) return Error{"drain takes a number of seconds, or off"};
        wish.for_ms = static_cast<std::uint64_t>(*seconds) * 1000;
    }
    return operations_.ask(Kind::drain, std::make_unique<operation::Drain>(fleet_, std::move(wish), answer));
}

// Who asks says how many executions it knows of: the next one, asked the same, answers that there is one more.
Status Supervisor::execute(const std::string& known, const Answer& answer) {
    const auto before = options::parse_integer(known, 10);
    if (!before || *before < 0) return Error{"execute takes the number of executions so far"};
    if (succession_.executions() > *before) {
        answer(reply_of(nlohmann::json{{"executions", succession_.executions()}, {"version", RTPENGINE_VERSION}}.dump()));
        return {};
    }
    const operation::Upgrade::Reins reins{loop_, fleet_, succession_, [this] { return operations_.waits(Kind::reload); }};
    return operations_.ask(Kind::upgrade, std::make_unique<operation::Upgrade>(reins, answer));
}

} // namespace rtpengine::supervisor
