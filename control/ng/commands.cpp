// SPDX-License-Identifier: Apache-2.0
#include "control/ng/commands.h"

#include <algorithm>
#include <memory>

#include "control/ng/coerce.h"
#include "control/stats/reply.h"

namespace rtpengine::ng {

namespace {

using Environment = Commands::Environment;

bool all_exist(const Flags& flags, const CallExists& call_exists) {
    const auto* calls = flags.rest.find("calls");
    const auto ids = calls ? list_of(*calls) : std::vector<std::string>{};
    return !ids.empty() &&
           std::all_of(ids.begin(), ids.end(), [&](auto& id) { return call_exists(unescape(id)); });
}

bool met(Needs needs, const Flags& flags, const CallExists& call_exists) {
    switch (needs) {
    case Needs::sdp: return !flags.sdp.empty();
    case Needs::call_id: return !flags.call_id.empty();
    case Needs::from_tag: return !flags.from_tag.empty();
    case Needs::to_tag: return !flags.to_tag.empty();
    case Needs::source_tag: return !flags.source_tag.empty();
    case Needs::body: return !text_of(flags.rest, "body").empty();
    case Needs::known_call: return call_exists(flags.call_id);
    case Needs::known_calls: return all_exist(flags, call_exists);
    }
    return false;
}

// What a command without flags reads, by the exact names.
Flags plain_keys(const Dict& body) {
    Flags flags;
    flags.call_id = text_of(body, "call-id");
    if (const auto* text = body.find("body")) flags.rest.add("body", *text);
    return flags;
}

Result<Flags> read(const CommandRow& command, const Dict& body, const FlagDefaults& defaults) {
    if (command.operations == op_none) return plain_keys(body);
    return parse_flags(command.name, body, defaults);
}

Handler refuse(std::shared_ptr<const Environment> environment) {
    return [environment](const RequestContext& context, Dict body, Responder responder) {
        const auto flags = read(*context.command, body, environment->defaults);
        if (!flags) return responder.error(flags.error().message);
        const auto reason = unmet(*context.command, *flags, environment->call_exists);
        responder.error(reason.empty() ? "unsupported" : reason);
    };
}

void ping(const RequestContext&, Dict, Responder responder) {
    responder.ok({}, "pong");
}

Handler statistics(std::shared_ptr<const Environment> environment) {
    return [environment](const RequestContext&, Dict, Responder responder) {
        Dict reply;
        reply.add("statistics",
                  stats::statistics_dict(environment->numbers(), environment->control_statistics));
        responder.ok(std::move(reply));
    };
}

} // namespace

std::string_view unmet(const CommandRow& command, const Flags& flags, const CallExists& call_exists) {
    for (const auto& requirement : command.requirements)
        if (!met(requirement.needs, flags, call_exists)) return requirement.otherwise;
    return {};
}

Commands::Commands(Environment environment) {
    const auto shared = std::make_shared<const Environment>(std::move(environment));
    handlers_.fill(refuse(shared));
    set("ping", ping);
    set("statistics", statistics(shared));
}

void Commands::set(std::string_view name, Handler handler) {
    if (const auto* row = find_command(name)) handlers_[index_of(*row)] = std::move(handler);
}

} // namespace rtpengine::ng
