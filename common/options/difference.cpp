// SPDX-License-Identifier: Apache-2.0
#include "common/options/difference.h"

#include <algorithm>

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>

#include "common/base/endpoint.h"
#include "common/options/instance.h"

namespace rtpengine::options {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Collects what has changed of one instance.
class Comparison {
  public:
    explicit Comparison(std::string name) { change_.name = std::move(name); }

    template <class Value> void fixed(const std::string& option, const Value& before, const Value& after) {
        if (before == after) return;
        add(fmt::format("{} {} -> {}", option, before, after));
        demand_start();
    }
    void add(std::string what) {
        change_.what.push_back(std::move(what));
        change_.kind = InstanceChange::Kind::changed;
    }
    void tell_edge() { change_.edge = true; }
    void tell_workers() { change_.workers = true; }
    void demand_start() { change_.live = false; }
    InstanceChange result() { return std::move(change_); }

  private:
    InstanceChange change_;
};

// As text; of a map in order.
std::vector<std::string> values_of(const Message& message, const FieldDescriptor& field) {
    const auto count = field.is_repeated() ? message.GetReflection()->FieldSize(message, &field) : 1;
    std::vector<std::string> values(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        google::protobuf::TextFormat::PrintFieldValueToString(message, &field, field.is_repeated() ? i : -1,
                                                              &values[static_cast<std::size_t>(i)]);
    if (field.is_map()) std::sort(values.begin(), values.end());
    return values;
}

// Every field, so that none that is new can be forgotten; those that are looked at more closely are left out.
void compare_fields(const link::InstanceConfig& before, const link::InstanceConfig& after, Comparison& comparison) {
    const auto& fields = *link::InstanceConfig::descriptor();
    for (int i = 0; i < fields.field_count(); ++i) {
        const auto& field = *fields.field(i);
        const auto& name = field.name();
        if (name == "name" || name == "interfaces" || name == "listeners" || name == "draining" || name == "table" || name == "edge") continue;
        const auto former = values_of(before, field), now = values_of(after, field);
        if (former == now) continue;
        auto option = name;
        std::replace(option.begin(), option.end(), '_', '-');
        comparison.add(field.is_repeated() ? option : option + " " + former[0] + " -> " + now[0]);
    }
}

std::string text_of(const link::NgListener& listener) {
    const Endpoint local{Address::from_bytes(listener.local().address()), static_cast<std::uint16_t>(listener.local().port())};
    return std::string(option_of(listener.transport())) + " " + local.str();
}

// The names of those in `list` that `other` hasn't.
template <class List, class Name> std::vector<std::string> only_in(const List& list, const List& other, Name name) {
    std::vector<std::string> names;
    for (const auto& each : list)
        if (std::none_of(other.begin(), other.end(), [&](const auto& o) { return name(o) == name(each); }))
            names.push_back(name(each));
    return names;
}

// In their order, which is no matter to anybody.
std::vector<std::string> edge_listeners(const link::InstanceConfig& instance) {
    std::vector<std::string> all;
    for (const auto& listener : instance.listeners())
        if (listener.transport() != link::UDP_NG) all.push_back(text_of(listener));
    return all;
}

void compare_listeners(const link::InstanceConfig& before, const link::InstanceConfig& after, Comparison& comparison) {
    for (const auto& added : only_in(after.listeners(), before.listeners(), text_of))
        comparison.add(added + " added");
    for (const auto& removed : only_in(before.listeners(), after.listeners(), text_of))
        comparison.add(removed + " removed");
    if (edge_listeners(before) != edge_listeners(after)) comparison.tell_edge();
}

// Keys and tokens are nobody's to read in the log.
void compare_edge(const link::Edge& before, const link::Edge& after, Comparison& comparison) {
    if (before.SerializeAsString() == after.SerializeAsString()) return;
    if (before.max_connections() != after.max_connections() || before.http_idle_timeout() != after.http_idle_timeout())
        comparison.add("bounds of connections");
    if (before.certificate() != after.certificate() || before.key() != after.key()) comparison.add("certificate of HTTPS");
    if (before.client_ca() != after.client_ca()) comparison.add("https-client-ca");
    if (!std::equal(before.tokens().begin(), before.tokens().end(), after.tokens().begin(), after.tokens().end()))
        comparison.add("client-tokens");
    comparison.tell_edge();
}

void compare_interface_names(const link::InstanceConfig& before, const link::InstanceConfig& after,
                             Comparison& comparison) {
    const auto name = [](const link::LogicalInterface& interface) { return interface.name(); };
    for (const auto& added : only_in(after.interfaces(), before.interfaces(), name)) {
        comparison.add("interface " + added + " added");
        comparison.tell_workers(); // of those they send to
    }
    for (const auto& removed : only_in(before.interfaces(), after.interfaces(), name))
        comparison.add("interface " + removed + " removed");
}

void compare_interfaces(const link::InstanceConfig& before, const link::InstanceConfig& after, Comparison& comparison) {
    compare_interface_names(before, after, comparison);
    for (const auto& now : after.interfaces()) {
        const auto former = std::find_if(before.interfaces().begin(), before.interfaces().end(),
                                         [&](const auto& each) { return each.name() == now.name(); });
        if (former == before.interfaces().end() || former->SerializeAsString() == now.SerializeAsString()) continue;
        comparison.add("addresses or ports of interface " + now.name());
        comparison.demand_start();
    }
}

InstanceChange compare(const InstanceSettings& before, const InstanceSettings& after) {
    Comparison comparison(after.config.name());
    comparison.fixed("table", before.config.table(), after.config.table());
    comparison.fixed("offload", word(before.offload), word(after.offload));
    comparison.fixed("no-fallback", before.no_fallback, after.no_fallback);
    comparison.fixed("media-sockets", word(before.media_sockets), word(after.media_sockets));
    comparison.fixed("workers-per-interface", before.workers_per_interface, after.workers_per_interface);
    if (before.netfilter != after.netfilter) {
        comparison.add("netfilter rules");
        comparison.demand_start();
    }
    if (before.max_recv_iters != after.max_recv_iters) {
        comparison.add("max-recv-iters " + std::to_string(before.max_recv_iters) + " -> " + std::to_string(after.max_recv_iters));
        comparison.tell_workers();
    }
    compare_interfaces(before.config, after.config, comparison);
    compare_listeners(before.config, after.config, comparison);
    compare_edge(before.config.edge(), after.config.edge(), comparison);
    compare_fields(before.config, after.config, comparison);
    return comparison.result();
}

const InstanceSettings* named(const Settings& settings, const std::string& name) {
    for (const auto& instance : settings.instances)
        if (instance.config.name() == name) return &instance;
    return nullptr;
}

std::string bytes_of(const link::LogConfig& log) {
    std::string text;
    google::protobuf::TextFormat::PrintToString(log, &text); // maps are sorted
    return text;
}

std::vector<ProcessChange> compare_process(const Settings& before, const Settings& after) {
    std::vector<ProcessChange> changes;
    if (bytes_of(before.log) != bytes_of(after.log)) {
        auto levels = after.log;
        *levels.mutable_levels() = before.log.levels();
        changes.push_back({"log options", bytes_of(levels) == bytes_of(before.log)});
    }
    const auto fixed = [&](const std::string& what, const std::string& former, const std::string& now) {
        if (former != now) changes.push_back({what + " " + former + " -> " + now, false});
    };
    fixed("pidfile", before.pidfile, after.pidfile);
    fixed("runtime-dir", before.runtime_dir, after.runtime_dir);
    fixed("user", before.user, after.user);
    fixed("foreground", before.foreground ? "true" : "false", after.foreground ? "true" : "false");
    return changes;
}

} // namespace

Difference difference(const Settings& before, const Settings& after) {
    Difference difference;
    for (const auto& now : after.instances) {
        const auto* former = named(before, now.config.name());
        difference.instances.push_back(former ? compare(*former, now)
                                              : InstanceChange{now.config.name(), InstanceChange::Kind::added, true, false, false, false, {}});
    }
    for (const auto& former : before.instances)
        if (!named(after, former.config.name()))
            difference.instances.push_back({former.config.name(), InstanceChange::Kind::removed, true, false, false, false, {}});
    difference.process = compare_process(before, after);
    return difference;
}

} // namespace rtpengine::options
