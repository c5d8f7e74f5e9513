// SPDX-License-Identifier: Apache-2.0
#include "control/ng/commands.h"

#include <algorithm>

#include "control/budget.h"
#include "common/ng/coerce.h"
#include "control/stats/reply.h"

namespace rtpengine::ng {

namespace {

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

Result<Flags> read(const CommandRow& command, const Dict& body, const FlagDefaults& defaults, Unknown* unknown) {
    if (command.operations == op_none) return plain_keys(body);
    return parse_flags(command.name, body, defaults, unknown);
}

// A call keeps names of everything but its end.
bool keeps_names(const CommandRow& command) { return command.operations != op_none && command.operations != op_delete; }

void ping(Request, Responder responder) { responder.ok(responder.keys(), "pong"); }

} // namespace

std::string_view unmet(const CommandRow& command, const Flags& flags, const CallExists& call_exists) {
    for (const auto& requirement : command.requirements)
        if (!met(requirement.needs, flags, call_exists)) return requirement.otherwise;
    return {};
}

Status names_fit(const Flags& flags) {
    for (const auto* name : {&flags.call_id, &flags.from_tag, &flags.to_tag, &flags.via_branch, &flags.label, &flags.to_label, &flags.set_label, &flags.interface})
        if (auto fits = budget::name.allows(name->size()); !fits) return fits;
    for (const auto& interface : flags.direction)
        if (auto fits = budget::name.allows(interface.size()); !fits) return fits;
    return budget::metadata.allows(flags.metadata.size());
}

Commands::Commands(Environment environment) : environment_(std::move(environment)) {
    set("ping", ping);
    set("statistics", [this](Request, Responder responder) {
        auto reply = responder.keys();
        reply.dict("statistics", [this](Writer& to) { stats::write_statistics(environment_.numbers(), environment_.control_statistics, to); });
        responder.ok(std::move(reply));
    });
}

void Commands::set(std::string_view name, Function function) {
    if (const auto* row = find_command(name)) functions_[index_of(*row)] = std::move(function);
}

void Commands::execute(const RequestContext& context, Dict body, Responder responder) const {
    const auto& command = *context.command;
    auto flags = read(command, body, environment_.defaults, &unknown_);
    if (!flags) return responder.error(flags.error().message);
    const auto fits = keeps_names(command) ? names_fit(*flags) : Status{};
    if (!fits) return responder.error(fits.error().message);
    if (const auto reason = unmet(command, *flags, environment_.call_exists); !reason.empty()) return responder.error(reason);
    const auto& function = functions_[index_of(command)];
    if (!function) return responder.error("unsupported");
    if (command.operations != op_none) body = {};
    function({context.peer, &command, std::make_shared<const Flags>(*std::move(flags)), std::move(body)}, std::move(responder));
}

} // namespace rtpengine::ng
