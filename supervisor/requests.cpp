// SPDX-License-Identifier: Apache-2.0
// What rtpengine-ctl asks for; docs/operations.md describes it.
#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/memory.h"
#include "common/link/turns.h"
#include "common/options/convert.h"
#include "supervisor/status.h"
#include "supervisor/supervisor.h"

namespace rtpengine::supervisor {

namespace {

using Json = nlohmann::ordered_json;

link::CtlReply reply_of(const Json& json) {
    link::CtlReply reply;
    reply.set_json(json.dump(-1, ' ', false, Json::error_handler_t::replace));
    return reply;
}

link::CtlReply error_of(const std::string& text) {
    link::CtlReply reply;
    reply.set_error(text);
    return reply;
}

ChildStatus child_status(const Child& child, const std::string& instance) {
    return {child.spec().name, child.spec().kind, std::string(name(child.state())), child.detail(), child.pid(),
            child.restarts(),  child.uptime_s(),  instance,                         cpu_ms(child.pid()), child.turns()};
}

Json replaced_json(const std::vector<std::string>& done, const std::string& failed, const Status& outcome) {
    Json json = {{"done", done}, {"failed", Json::array()}};
    if (!outcome) json["failed"].push_back({{"name", failed}, {"error", outcome.error().message}});
    return json;
}

} // namespace

// Children that are replaced one after another; by name, because a change of the configuration may take some away.
struct Replacing {
    std::vector<std::string> waiting, done; // the next one last
    std::function<void(const std::vector<std::string>&, const std::string&, const Status&)> finished;
};

void Supervisor::answer(std::string_view peer, const link::CtlRequest& request) {
    const std::vector<std::string> words(request.words().begin(), request.words().end());
    const Answer answer = [this, to = std::string(peer)](const link::CtlReply& reply) {
        socket_->send(to, reply.SerializeAsString());
    };
    const auto verb = words.empty() ? std::string{} : words[0];
    if (words == std::vector<std::string>{"status"}) return answer([&] {
        link::CtlReply reply;
        reply.set_json(status());
        return reply;
    }());
    if (phase_ != Phase::running) return answer(error_of("rtpengine is starting or stopping: try again"));
    if (verb != "drain" && !memory::enough()) return answer(error_of("out of memory: nothing has been changed"));
    if (verb == "restart" && (words.size() == 2 || words.size() == 3)) return restart(words, answer);
    if (verb == "drain" && (words.size() == 2 || words.size() == 3)) return drain(words, answer);
    if (words == std::vector<std::string>{"reload"}) return reload(answer);
    if (verb == "execute" && words.size() == 2) return execute(words[1], answer);
    answer(error_of("unknown request; known: status, restart worker NAME, restart control, restart instance NAME, "
                    "drain INSTANCE [SECONDS|off], reload, execute EXECUTIONS"));
}

std::string Supervisor::status() const {
    SupervisorStatus status{
        RTPENGINE_VERSION, getpid(), (loop_.now_ms() - started_ms_) / 1000, executions_, {}, {}, {}, {}, surroundings_.away()};
    status.children.push_back(child_status(*control_, ""));
    for (const auto& instance : prepared_.instances) {
        status.kernel.push_back(instance->kernel());
        status.unguarded.push_back(instance->unguarded());
        for (const auto* worker : instance->workers())
            if (worker->child) status.children.push_back(child_status(*worker->child, instance->name()));
    }
    for (const auto& [name, load] : loads_)
        status.calls[name] = load.calls();
    link::write(loop_.turns(), status.turns);
    return status_json(status, control_config());
}

void Supervisor::restart(const std::vector<std::string>& words, const Answer& answer) {
    std::vector<std::string> names;
    if (words[1] == "control" && words.size() == 2) names = {"control"};
    if (words[1] == "worker" && words.size() == 3) {
        const auto* child = find_child(words[2]);
        if (!child || child == control_.get()) return answer(error_of("there is no worker " + words[2]));
        names = {words[2]};
    }
    if (words[1] == "instance" && words.size() == 3) {
        const auto* instance = find_instance(words[2]);
        if (!instance) return answer(error_of("there is no instance " + words[2]));
        for (const auto* worker : instance->workers())
            names.push_back(worker->config.name());
    }
    if (names.empty()) return answer(error_of("restart what? worker NAME, control or instance NAME"));
    if (!operation_.empty()) return answer(error_of("a " + operation_ + " is going on: try again"));
    operation_ = "restart";
    replace_each(std::move(names), [this, answer](const auto& done, const auto& failed, const Status& outcome) {
        operation_.clear();
        answer(reply_of(replaced_json(done, failed, outcome)));
    });
}

void Supervisor::replace_each(std::vector<std::string> names, Replaced done) {
    std::reverse(names.begin(), names.end());
    replace_next(std::make_shared<Replacing>(Replacing{std::move(names), {}, std::move(done)}));
}

void Supervisor::replace_next(std::shared_ptr<Replacing> replacing) {
    if (replacing->waiting.empty()) return replacing->finished(replacing->done, "", {});
    const auto name = replacing->waiting.back();
    replacing->waiting.pop_back();
    auto* child = find_child(name);
    if (!child) return replace_next(std::move(replacing));
    child->replace([this, replacing, name](const Status& outcome) {
        if (!outcome) {
            log::err("{} was not replaced: {}", name, outcome.error().message);
            return replacing->finished(replacing->done, name, outcome);
        }
        replacing->done.push_back(name);
        replace_next(replacing);
    });
}

void Supervisor::drain(const std::vector<std::string>& words, const Answer& answer) {
    auto* instance = find_instance(words[1]);
    if (!instance) return answer(error_of("there is no instance " + words[1]));
    const bool on = words.size() < 3 || words[2] != "off";
    std::uint64_t due_ms = UINT64_MAX;
    if (on && words.size() == 3) {
        const auto seconds = options::parse_integer(words[2], 10);
        if (!seconds || *seconds < 0 || *seconds > 1'000'000)
            return answer(error_of("drain takes a number of seconds, or off"));
        due_ms = loop_.now_ms() + static_cast<std::uint64_t>(*seconds) * 1000;
    }
    if (!on && removed_.contains(words[1])) return answer(error_of("it is not in the configuration any more"));
    instance->drain(on);
    log::notice("instance {}: {}", instance->name(), on ? "takes no new calls" : "takes new calls again");
    renew_control([this, answer, on, due_ms, name = words[1]](const Status& outcome) {
        if (!outcome) return answer(error_of("control was not renewed: " + outcome.error().message));
        if (!on) return answer(reply_of({{"instance", name}, {"calls", loads_[name].calls()}, {"drained", false}}));
        drains_.push_back({name, answer, due_ms});
    });
}

// Those that are empty, or whose time is over, are answered.
void Supervisor::check_drains() {
    std::erase_if(drains_, [this](const Drain& drain) {
        const auto load = loads_.find(drain.instance);
        const bool known = load != loads_.end(), gone = !find_instance(drain.instance);
        const bool empty = gone || (known && load->second.calls() == 0);
        if (!empty && loop_.now_ms() < drain.due_ms) return false;
        drain.answer(reply_of({{"instance", drain.instance},
                               {"calls", known ? load->second.calls() : 0},
                               {"drained", empty}}));
        return true;
    });
}

} // namespace rtpengine::supervisor
