// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "common/options/convert.h"
#include "common/options/interface.h"

namespace rtpengine::options {

namespace {

// A worker is known by the name of its interface to the other processes (a ZeroMQ identity: at most 255
// bytes).
constexpr std::size_t max_name = 200;

Error bad(const InterfaceSpec& spec, const std::string& why) {
    return {"invalid interface '" + spec.source + "': " + why};
}

Result<InterfaceSpec> checked(InterfaceSpec spec) {
    if (spec.name.empty()) return bad(spec, "it has no name");
    if (spec.name.size() > max_name) return bad(spec, "its name is longer than 200 characters");
    if (spec.alias_of.empty() && spec.local.empty()) return bad(spec, "it has no address");
    return spec;
}

void read_address(InterfaceSpec& spec, std::string_view text) {
    const auto mark = text.find('!');
    spec.local = trim(text.substr(0, mark));
    if (mark != std::string_view::npos) spec.advertised = trim(text.substr(mark + 1));
}

Status read_port(const Section& section, const char* key, std::uint16_t& port) {
    const auto* text = section.find(key);
    if (!text || text->empty() || *text == "0") return {};
    const auto number = parse_integer(*text, 10);
    if (!number || *number < 0 || *number > 65535)
        return Error{"'" + *text + "' in " + key + " of section [" + section.name + "] is not a port"};
    port = static_cast<std::uint16_t>(*number);
    return {};
}

Status read_excluded(const Section& section, InterfaceSpec& spec) {
    const auto* text = section.find("exclude-ports");
    if (!text) return {};
    for (const auto part : split(*text, ';')) {
        const auto number = parse_integer(part, 10);
        if (!number || *number < 1 || *number > 65535)
            return Error{"'" + std::string(part) + "' in exclude-ports of section [" + section.name +
                         "] is not a port"};
        spec.exclude_ports.push_back(static_cast<std::uint16_t>(*number));
    }
    return {};
}

std::string advertised_in(const Section& section) {
    for (const auto* key : {"advertised", "advertised-address", "advertised_address", "advertised address"})
        if (const auto* text = section.find(key)) return *text;
    return {};
}

} // namespace

Result<InterfaceSpec> parse_interface(std::string_view text) {
    InterfaceSpec spec;
    text = trim(text);
    spec.source = text;
    if (!printable_utf8(text)) return Error{"an interface is not UTF-8 text"};
    const auto mark = text.find_first_of("/=");
    if (mark == std::string_view::npos) {
        read_address(spec, text);
        return checked(std::move(spec));
    }
    spec.name = trim(text.substr(0, mark));
    if (text[mark] == '/') {
        read_address(spec, text.substr(mark + 1));
        if (text.ends_with('!')) return bad(spec, "nothing follows the '!'");
    } else {
        spec.alias_of = trim(text.substr(mark + 1));
        if (spec.alias_of.empty()) return bad(spec, "it is an alias of nothing");
    }
    return checked(std::move(spec));
}

Result<InterfaceSpec> parse_interface(const Section& section, std::string_view prefix) {
    InterfaceSpec spec;
    spec.source = "[" + section.name + "]";
    spec.name = section.name.substr(prefix.size() + 1);
    if (const auto* alias = section.find("alias")) {
        spec.alias_of = *alias;
        if (alias->empty()) return bad(spec, "it is an alias of nothing");
        return checked(std::move(spec));
    }
    if (const auto* name = section.find("name"); name && !name->empty()) spec.name = *name;
    if (const auto* address = section.find("address")) spec.local = *address;
    spec.advertised = advertised_in(section);
    if (auto read = read_port(section, "port-min", spec.port_min); !read) return read.error();
    if (auto read = read_port(section, "port-max", spec.port_max); !read) return read.error();
    if (spec.port_min && spec.port_max && spec.port_min > spec.port_max)
        return bad(spec, "port-min is above port-max");
    if (auto read = read_excluded(section, spec); !read) return read.error();
    return checked(std::move(spec));
}

} // namespace rtpengine::options
