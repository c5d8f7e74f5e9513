// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "common/base/escape.h"
#include "common/ng/coerce.h"
#include "ctl/format.h"
#include "ctl/views.h"

namespace rtpengine::ctl {

namespace {

std::string traffic(const ng::Dict& stream, std::string_view key) {
    const auto& counters = part(stream, key);
    const auto errors = count(counters, "errors");
    return count(counters, "packets") + (errors == "0" || errors == "-" ? "" : " (" + errors + " err)");
}

// How many packets came, and how many of them the kernel forwarded.
std::string received(const ng::Dict& stream) {
    const auto kernel = count(part(stream, "in_kernel"), "packets");
    return traffic(stream, "in") + (kernel == "0" || kernel == "-" ? "" : " (" + kernel + " kernel)");
}

// "kernel", or "userspace: why".
std::string path(const ng::Dict& stream) {
    const auto reason = ng::text_of(stream, "reason");
    return text(stream, "path") + (reason.empty() ? "" : ": " + std::string(reason));
}

// Strangers may have sent many: some, and how many there are beside them. --json has them all.
std::string hexadecimal(const ng::List& ssrcs) {
    constexpr std::size_t shown = 3;
    std::string out;
    for (const auto& ssrc : std::span(ssrcs).first(std::min(ssrcs.size(), shown)))
        if (const auto* number = ssrc.number())
            out += fmt::format("{}{:08x}", out.empty() ? "" : ", ", static_cast<std::uint32_t>(*number));
    if (ssrcs.size() > shown) out += fmt::format(", {} more", ssrcs.size() - shown);
    return out.empty() ? "-" : out;
}

std::string party_heading(const ng::Dict& party, const Style& style) {
    const auto part_of = [&](const char* name, std::string_view key) {
        const auto value = ng::text_of(party, key);
        return value.empty() ? std::string{} : fmt::format(", {} {}", name, excerpt(value));
    };
    return style.bold("Party " + excerpt(text(party, "tag"))) + part_of("label", "label") +
           part_of("branch", "via_branch") + "\n";
}

std::string media_heading(const ng::Dict& media) {
    const auto shared = media.find("ports_of") ? ", bundled: at the ports of media " + text(media, "ports_of") : "";
    return fmt::format("  Media {}: {} over {}, {}{}\n", text(media, "index"),
                       excerpt(text(media, "type")), excerpt(text(media, "protocol")),
                       excerpt(text(media, "codec")), shared);
}

Table streams(const ng::Dict& media) {
    Table table({{"  STREAM"},
                 {"LOCAL"},
                 {"REMOTE"},
                 {"SIGNALLED"},
                 {"IN", Align::right},
                 {"OUT", Align::right},
                 {"LAST", Align::right},
                 {"PATH"},
                 {"SSRC"},
                 {"FLAGS"}});
    for (const auto& member : list(media, "streams")) {
        const auto& stream = dict(member);
        table.add({"  " + text(stream, "component"), text(stream, "local"), text(stream, "remote"),
                   text(stream, "signalled"), received(stream), traffic(stream, "out"),
                   duration(stream, "last_packet_age"), path(stream),
                   hexadecimal(list(stream, "ssrcs")), joined(stream, "flags")});
    }
    return table;
}

// What was decided about the packets of a stream: a line, where there is anything to say.
std::string decisions(const ng::Dict& stream) {
    std::string what;
    if (const auto moved = number(stream, "moved"))
        what += fmt::format("; destination moved {} time{}: {}", *moved, *moved == 1 ? "" : "s", excerpt(text(stream, "learned")));
    for (const auto& [name, packets] : part(stream, "refused"))
        what += fmt::format("; refused {}: {}", packets.number() ? *packets.number() : 0, because(name));
    if (const auto withheld = number(stream, "withheld"))
        what += fmt::format("; {} check{} not sent: off limits, or too many", *withheld, *withheld == 1 ? "" : "s");
    return what.empty() ? what : fmt::format("  {} {}{}\n", text(stream, "component"), text(stream, "local"), what);
}

std::string decisions_of(const ng::Dict& media) {
    std::string lines;
    for (const auto& stream : list(media, "streams")) lines += decisions(dict(stream));
    return lines;
}

std::string age_of_last_packet(const ng::Dict& call) {
    const auto* age = call.find("last_packet_age");
    if (!age || !age->number()) return "-";
    return duration(std::max<std::int64_t>(0, *age->number())) + " ago";
}

} // namespace

std::string because(std::string_view name) {
    constexpr std::pair<std::string_view, std::string_view> reasons[] = {
        {"kind", "not what the port takes"},
        {"source", "from elsewhere (strict-source, ICE)"},
        {"loop", "were here before"},
        {"forged", "not authentic"},
        {"repeated", "came before, or too old"},
        {"ssrcs", "too many SSRCs under one key"},
        {"room", "the kernel's, and no room to wait in until they come back"},
    };
    for (const auto& [known, reason] : reasons)
        if (name == known) return std::string(reason);
    return excerpt(name);
}

std::string calls_view(const ng::List& calls, const Style& style) {
    if (calls.empty()) return "no calls\n";
    Table table({{"CALL-ID"},
                 {"INSTANCE"},
                 {"TAGS"},
                 {"AGE", Align::right},
                 {"MEDIA", Align::right},
                 {"PACKETS IN", Align::right},
                 {"IN KERNEL", Align::right},
                 {"LAST PACKET", Align::right},
                 {"PATH"}});
    for (const auto& member : calls) {
        const auto& call = dict(member);
        table.add({text(call, "call_id"), text(call, "instance"), joined(call, "tags"), duration(call, "age"),
                   count(call, "medias"), count(call, "packets"), count(call, "kernel_packets"), age_of_last_packet(call),
                   text(call, "path")});
    }
    return table.str(style) + fmt::format("{} call{}\n", calls.size(), calls.size() == 1 ? "" : "s");
}

std::string call_view(const ng::Dict& call, const Style& style) {
    auto out = style.bold("Call " + excerpt(text(call, "call_id"))) +
               fmt::format(", instance {}, created {}\n", excerpt(text(call, "instance")),
                           time_of_day(call, "created"));
    for (const auto& party : list(call, "parties")) {
        out += "\n" + party_heading(dict(party), style);
        for (const auto& media : list(dict(party), "medias"))
            out += media_heading(dict(media)) + streams(dict(media)).str(style) + decisions_of(dict(media));
    }
    return out;
}

} // namespace rtpengine::ctl
