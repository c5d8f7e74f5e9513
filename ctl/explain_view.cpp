// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "common/base/escape.h"
#include "common/ng/coerce.h"
#include "ctl/format.h"
#include "ctl/views.h"

namespace rtpengine::ctl {

namespace {

constexpr std::int64_t silent_s = 5; // so long without a packet is silence

struct Stream {
    std::string party, media; // for sentences
    const ng::Dict& data;

    std::int64_t packets(std::string_view way) const { return number(part(data, way), "packets").value_or(0); }
    std::optional<std::int64_t> age() const { return number(data, "last_packet_age"); } // s of the last packet
    bool is_silent() const { return packets("in") == 0 || age().value_or(0) >= silent_s; }
    std::string at() const { return text(data, "local"); }
};

bool has(const ng::Dict& data, std::string_view key, std::string_view wanted) {
    const auto& all = list(data, key);
    return std::any_of(all.begin(), all.end(), [&](const ng::Value& each) { return each.text() && *each.text() == wanted; });
}

std::int64_t number_of(const ng::Value& value) { return value.number() ? *value.number() : 0; }

std::string packets(std::int64_t number) { return fmt::format("{} packet{}", number, number == 1 ? "" : "s"); }

std::string came(const Stream& stream) {
    const auto in = stream.packets("in"), kernel = stream.packets("in_kernel");
    if (!in) return "nothing has come yet";
    auto out = packets(in) + " came";
    if (kernel) out += kernel == in ? ", all by the kernel" : fmt::format(", {} of them by the kernel", kernel);
    if (const auto lost = number(stream.data, "lost").value_or(0)) out += fmt::format(", {} were lost before", lost);
    if (const auto age = stream.age()) out += *age >= silent_s ? fmt::format("; silent for {}", duration(*age)) : "; the last one just now";
    return out;
}

// Where packets are sent, and why there.
std::string sent(const Stream& stream) {
    const auto out = packets(stream.packets("out")) + " went";
    const auto remote = ng::text_of(stream.data, "remote");
    if (remote.empty()) return out + ": it isn't known where to";
    const auto learned = ng::text_of(stream.data, "learned");
    const char* why = has(stream.data, "flags", "checked")   ? "where connectivity checks (ICE) have led"
                      : learned == "as signalled"            ? "as its SDP says"
                      : stream.packets("in")                 ? "where its packets come from"
                                                             : "as was learned before";
    auto where = fmt::format("{} to {}, {}", out, excerpt(remote), why);
    if (!learned.empty() && learned != "as signalled") where += fmt::format("; its SDP said {}", excerpt(text(stream.data, "signalled")));
    return where;
}

std::string path(const Stream& stream) {
    const auto reason = ng::text_of(stream.data, "reason");
    return reason.empty() ? "forwarded in the kernel" : "forwarded in userspace: " + excerpt(reason);
}

std::string about(const Stream& stream) {
    auto out = fmt::format("    {} at {}: {}.\n      {}.\n      {}.\n", text(stream.data, "component"), stream.at(), came(stream), sent(stream),
                           path(stream));
    for (const auto& [name, refused] : part(stream.data, "refused"))
        out += fmt::format("      {} refused: {}.\n", packets(number_of(refused)), because(name));
    if (const auto moved = number(stream.data, "moved"))
        out += fmt::format("      The destination has moved {} time{}.\n", *moved, *moved == 1 ? "" : "s");
    return out;
}

// ---- what to look at ----

// By why packets were refused, when nearly all were.
std::string_view advice_for(std::string_view refusal) {
    constexpr std::pair<std::string_view, std::string_view> advice[] = {
        {"kind", "Its port takes RTP or RTCP as the SDP says: look at rtcp-mux and the profile on both sides."},
        {"source", "They come from elsewhere than was signalled or checked: look at strict-source, at NAT between, or whether it is a stranger."},
        {"loop", "The packets come back: look whether both sides of the call lead to this proxy."},
        {"forged", "They aren't under the keys that were negotiated: look at a=crypto or a=fingerprint of the last offer and answer."},
        {"repeated", "They came before: look whether the network repeats packets, or the phone begins its counters again without new keys."},
        {"ssrcs", "Too many SSRCs under one key: look who sends."},
        {"room", "They are the kernel's, and came here all at once: look whether iptables or nftables still has -j RTPENGINE for its port in INPUT."},
    };
    for (const auto& [name, what] : advice)
        if (name == refusal) return what;
    return {};
}

std::string_view advice_for_path(std::string_view reason) {
    constexpr std::pair<std::string_view, std::string_view> advice[] = {
        {"packets arrive in userspace", "There is a rule in the kernel, and packets pass it by: look whether iptables or nftables has -j RTPENGINE for its port in INPUT."},
        {"kernel refused the rule", "The log says why the kernel refused the rule."},
        {"kernel table lost", "The kernel module is gone: load it and restart the daemon."},
        {"no kernel table", "Forwarding in the kernel is off or not there: rtpengine-ctl status says why."},
        {"kernel leaves its packets to us", "The kernel can't reach where packets shall go: look at routes and neighbours (ip route get)."},
    };
    for (const auto& [name, what] : advice)
        if (name == reason) return what;
    return {};
}

class Advice {
  public:
    void look_at(const Stream& stream, const ng::Dict& media) {
        if (has(media, "states", "waits for keys")) add(fmt::format("{} has agreed on no keys yet: no media goes either way.", who(stream)));
        look_at_refusals(stream);
        if (text(stream.data, "component") == "RTP" && !has(media, "states", "sends nothing") && !has(media, "states", "rejected"))
            look_at_silence(stream);
        const auto reason = ng::text_of(stream.data, "reason");
        if (const auto what = advice_for_path(reason); !what.empty() && stream.packets("in")) add(std::string(what));
    }
    std::string str() const {
        if (lines_.empty()) return "\nNothing catches the eye.\n";
        std::string out = "\nLook at:\n";
        for (const auto& line : lines_) out += "  - " + line + "\n";
        return out;
    }

  private:
    static std::string who(const Stream& stream) { return fmt::format("{} ({})", stream.party, stream.media); }
    void look_at_refusals(const Stream& stream) {
        for (const auto& [name, refused] : part(stream.data, "refused"))
            if (const auto what = advice_for(name); !what.empty() && number_of(refused) > stream.packets("in"))
                add(fmt::format("Most packets to {} were refused. {}", stream.at(), what));
    }
    void look_at_silence(const Stream& stream) {
        if (!stream.is_silent()) return;
        const auto since = stream.packets("in") ? "is silent for " + duration(stream.age().value_or(0)) : "has sent nothing";
        const auto to = stream.packets("out") ? fmt::format("It is sent media ({})", text(stream.data, "remote")) : "Nor is it sent any";
        add(fmt::format("{} {}. {}: look whether it sends at all, whether a firewall lets UDP through to {}, and which address its SDP has been given.",
                        who(stream), since, to, stream.at()));
    }
    void add(std::string line) {
        if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) lines_.push_back(std::move(line));
    }

    std::vector<std::string> lines_;
};

std::string media_line(const ng::Dict& media) {
    auto out = fmt::format("  {} over {}", excerpt(text(media, "type")), excerpt(text(media, "protocol")));
    if (!ng::text_of(media, "codec").empty()) out += ", " + excerpt(text(media, "codec"));
    if (media.find("ports_of")) out += ", at the ports of media " + text(media, "ports_of");
    if (!list(media, "states").empty()) out += ": " + joined(media, "states");
    return out + "\n";
}

std::string name_of(const ng::Dict& party) {
    const auto tag = ng::text_of(party, "tag"), label = ng::text_of(party, "label");
    if (!label.empty()) return excerpt(label);
    return tag.empty() ? "a party without a tag" : excerpt(tag);
}

std::string explain(const ng::Dict& party, const Style& style, Advice& advice) {
    auto out = "\n" + style.bold(name_of(party)) + "\n";
    for (const auto& member : list(party, "medias")) {
        const auto& media = dict(member);
        out += media_line(media);
        for (const auto& each : list(media, "streams")) {
            const Stream stream{name_of(party), excerpt(text(media, "type")), dict(each)};
            out += about(stream);
            advice.look_at(stream, media);
        }
    }
    return out;
}

} // namespace

std::string explain_view(const ng::Dict& call, const Style& style) {
    auto out = fmt::format("{}, instance {}, created {} by a request from {}\n", style.bold("Call " + excerpt(text(call, "call_id"))),
                           excerpt(text(call, "instance")), time_of_day(call, "created"), excerpt(text(call, "created_from")));
    Advice advice;
    for (const auto& party : list(call, "parties")) out += explain(dict(party), style, advice);
    return out + advice.str();
}

} // namespace rtpengine::ctl
