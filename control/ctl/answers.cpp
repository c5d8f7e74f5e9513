// SPDX-License-Identifier: Apache-2.0
#include "control/ctl/answers.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/state/totals.h"
#include "control/call/bundle.h"
#include "control/call/each_port.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/usage.h"
#include "common/ng/writer.h"

namespace rtpengine::ctl {

namespace {

constexpr std::size_t calls_a_page = 100; // of `list calls`

using call::Call;
using call::Instance;
using call::Media;
using call::StateReader;
using ng::Dict;
using ng::List;

template <class Visit> void for_each_media(const Call& call, Visit visit) {
    for (const auto& party : call.parties)
        for (const auto& media : party->medias) visit(*media);
}

Dict instance_status(const Instance& instance) {
    Dict dict;
    dict.add("name", instance.config().name());
    dict.add("draining", std::int64_t{instance.config().draining()});
    dict.add("calls", static_cast<std::int64_t>(instance.calls().size()));
    dict.add("streams", instance.calls().total().ports);
    return dict;
}

Dict worker_status(const worker::Workers& workers, unsigned worker) {
    const auto& header = workers.state(worker).header();
    Dict dict;
    dict.add("name", workers.name(worker));
    dict.add("connected", workers.connected(worker));
    const auto in = state::sum(header.in, header.kernel_in);
    dict.add("streams", header.open.get());
    dict.add("kernel_streams", header.offloaded.get());
    dict.add("packets", in.packets);
    dict.add("kernel_packets", header.kernel_in.packets.get());
    dict.add("bytes", in.bytes);
    dict.add("errors", in.errors);
    dict.add("overruns", header.overruns.get());
    dict.add("unsent", state::sum(header.out, header.kernel_out).errors);
    return dict;
}

Dict status(const call::Instances& instances, const worker::Workers& workers) {
    List instance_list, worker_list;
    for (const auto* instance : instances) instance_list.emplace_back(instance_status(*instance));
    for (unsigned i = 0; i < workers.size(); ++i)
        if (workers.exists(i)) worker_list.emplace_back(worker_status(workers, i));
    Dict dict;
    dict.add("instances", std::move(instance_list));
    dict.add("workers", std::move(worker_list));
    return dict;
}

// Of all media together.
const char* path_name(const std::int64_t (&paths)[3]) {
    const auto of = [&](call::MediaPath path) { return paths[static_cast<unsigned>(path)]; };
    if (of(call::MediaPath::mixed) || (of(call::MediaPath::kernel) && of(call::MediaPath::userspace))) return "mixed";
    return of(call::MediaPath::kernel) ? "kernel" : "userspace";
}

// Of the addresses that its parties said; "": less than two did.
const char* families_of(const Call& call) {
    unsigned ipv4 = 0, ipv6 = 0;
    for_each_media(call, [&](const Media& media) {
        if (!media.rtp.filled) return;
        ipv4 += media.rtp.signalled.address.family == Family::ipv4;
        ipv6 += media.rtp.signalled.address.family == Family::ipv6;
    });
    if (ipv4 + ipv6 < 2) return "";
    return ipv4 && ipv6 ? "mixed" : ipv4 ? "ipv4" : "ipv6";
}

Dict call_line(const Call& call, const Instance& instance) {
    const auto read = instance.reader();
    List tags;
    for (const auto& party : call.parties)
        if (!party->gone) tags.emplace_back(party->tag);
    std::int64_t medias = 0;
    BootTime last;
    std::uint64_t packets = 0, kernel_packets = 0;
    std::int64_t paths[3] = {}; // by MediaPath
    for_each_media(call, [&](const Media& media) {
        ++medias;
        ++paths[static_cast<unsigned>(call::path_of(media, read))];
        for (const unsigned stream : {0u, 1u}) {
            const auto usage = call::usage_of(media, stream, {}, read);
            packets += usage.in.packets;
            kernel_packets += usage.kernel_in.packets;
            last = std::max(last, usage.last_packet);
        }
    });
    Dict dict;
    dict.add("call_id", call.id);
    dict.add("instance", instance.config().name());
    dict.add("created", shown_s(call.created));
    dict.add("created_from", call.created_from.str());
    dict.add("deleting", call.delete_at.has_value());
    dict.add("recording", call.recording != call::Recording::off);
    dict.add("families", families_of(call));
    dict.add("tags", std::move(tags));
    dict.add("medias", medias);
    dict.add("path", path_name(paths));
    dict.add("packets", packets);
    dict.add("kernel_packets", kernel_packets);
    dict.add("age", seconds_between(call.created, BootClock::now()));
    if (last != BootTime{}) {
        dict.add("last_packet", shown_s(last));
        dict.add("last_packet_age", seconds_between(last, BootClock::now()));
    }
    return dict;
}

// "INSTANCE/NUMBER": where a page ends.
struct Place {
    std::size_t instance = 0;
    std::uint64_t after = 0;

    std::string str() const { return std::to_string(instance) + "/" + std::to_string(after); }
    static std::optional<Place> parse(const std::string& text) {
        Place place;
        const auto slash = text.find('/');
        if (slash == std::string::npos) return std::nullopt;
        const auto *begin = text.data(), *middle = begin + slash, *end = begin + text.size();
        const auto first = std::from_chars(begin, middle, place.instance);
        const auto second = std::from_chars(middle + 1, end, place.after);
        const bool good = first.ec == std::errc{} && first.ptr == middle && second.ec == std::errc{} && second.ptr == end;
        return good ? std::optional(place) : std::nullopt;
    }
};

// A page of them; "next" names the place where the next one begins.
Dict list_calls(const call::Instances& instances, Place place) {
    List calls;
    while (calls.size() < calls_a_page && place.instance < instances.size()) {
        const auto& instance = *instances[place.instance];
        place.after = instance.calls().walk(place.after, calls_a_page - calls.size(),
                                            [&](const auto& call) { calls.emplace_back(call_line(*call, instance)); });
        if (!place.after) ++place.instance;
    }
    Dict dict;
    dict.add("calls", std::move(calls));
    if (place.instance < instances.size()) dict.add("next", place.str());
    return dict;
}

Dict traffic(const call::Counters& counters) {
    Dict dict;
    dict.add("packets", counters.packets);
    dict.add("bytes", counters.bytes);
    dict.add("errors", counters.errors);
    return dict;
}

List stream_flags(const call::StreamUsage& usage, const Media& media) {
    List flags;
    if (usage.flags & state::filled) flags.emplace_back("filled");
    if (usage.flags & state::confirmed) flags.emplace_back("confirmed");
    if (usage.flags & state::checked) flags.emplace_back("checked");
    if (usage.flags & state::waiting) flags.emplace_back("NAT-wait");
    if (media.strict_source) flags.emplace_back("strict-source");
    if (media.media_handover) flags.emplace_back("media-handover");
    if (media.asymmetric) flags.emplace_back("asymmetric");
    return flags;
}

// Packets by why they were refused, of those that were.
Dict refusals(const call::StreamUsage& usage) {
    Dict dict;
    for (std::size_t i = 0; i < usage.refused.size(); ++i)
        if (usage.refused[i]) dict.add(std::string(state::refusal_texts[i]), usage.refused[i]);
    return dict;
}

// Whence the packets come that made the destination what it is, next to what SDP said.
const char* learned_from(const Endpoint& remote, const Endpoint& signalled) {
    if (remote == signalled) return "as signalled";
    if (remote.address == signalled.address) return "another port";
    return remote.port == signalled.port ? "another address" : "another address and port";
}

Dict stream_detail(const Media& media, unsigned stream, const call::Sent& sent, const StateReader& read,
                   const worker::Workers& workers) {
    const auto usage = call::usage_of(media, stream, sent, read);
    const auto& remote = stream ? media.rtcp : media.rtp;
    const auto* port = media.current ? exit_port(media, *media.current, stream) : nullptr;
    Dict dict;
    dict.add("component", stream % 2 ? "RTCP" : "RTP");
    if (port) dict.add("local", port->endpoint().str());
    if (usage.remote) dict.add("remote", usage.remote->str());
    if (remote.filled) dict.add("signalled", remote.signalled.str());
    dict.add("flags", stream_flags(usage, media));
    if (usage.remote && remote.filled) dict.add("learned", learned_from(*usage.remote, remote.signalled));
    if (usage.moved) dict.add("moved", usage.moved);
    if (auto refused = refusals(usage); !refused.empty()) dict.add("refused", std::move(refused));
    if (usage.withheld) dict.add("withheld", usage.withheld);
    dict.add("path", usage.in_kernel() ? "kernel" : "userspace");
    if (!usage.in_kernel()) dict.add("reason", state::reason(usage.path));
    dict.add("in", traffic(usage.in));
    dict.add("in_kernel", traffic(usage.kernel_in));
    dict.add("out", traffic(usage.out));
    if (usage.last_packet != BootTime{})
        dict.add("last_packet_age", seconds_between(usage.last_packet, BootClock::now()));
    List ssrcs;
    std::uint64_t lost = 0;
    for (const auto& ssrc : usage.ssrcs) {
        ssrcs.emplace_back(std::int64_t{ssrc.ssrc});
        lost += ssrc.lost;
    }
    dict.add("lost", lost);
    dict.add("ssrcs", std::move(ssrcs));
    if (usage.other_ssrcs.packets) dict.add("other_ssrcs", traffic(usage.other_ssrcs));
    if (usage.other_types) dict.add("other_payload_types", usage.other_types);
    if (port) dict.add("worker", workers.name(port->worker()));
    return dict;
}

// What keeps it from being sent and received, as its party has said or been told to.
List states_of(const Media& media) {
    const auto& by = call::carrier(media);
    List states;
    const auto add = [&](bool is, const char* what) {
        if (is) states.emplace_back(what);
    };
    add(media.rejected, "rejected");
    add(!media.initialized, "unanswered");
    add(!media.rejected && !media.send, "receives nothing");
    add(!media.rejected && !media.recv, "sends nothing");
    add(media.blocked, "blocked");
    add(media.silenced, "silenced");
    add(call::waits_for_keys(by), "waits for keys");
    add(call::has_agent(by), "ICE");
    return states;
}

Dict media_detail(const Media& media, const call::Sent& sent, const StateReader& read, const worker::Workers& workers) {
    Dict dict;
    dict.add("index", std::int64_t{media.index});
    dict.add("type", media.type);
    const auto name = sdp::protocol_name(media.protocol);
    dict.add("protocol", name.empty() ? media.protocol_text : std::string(name));
    if (!media.codecs.empty()) dict.add("codec", media.codecs.front().full());
    dict.add("states", states_of(media));
    if (call::is_carried(media)) dict.add("ports_of", std::int64_t{call::carrier(media).index});
    List streams;
    for (unsigned stream = 0; stream < 2 * media.pairs; ++stream)
        if (media.current && media.current->port(stream))
            streams.emplace_back(stream_detail(media, stream, sent, read, workers));
    dict.add("streams", std::move(streams));
    return dict;
}

Dict call_detail(const Call& call, const Instance& instance, const worker::Workers& workers) {
    const auto read = instance.reader();
    const auto sent = call::sent_by_exit(call, read);
    List parties;
    for (const auto& party : call.parties) {
        if (party->gone) continue;
        Dict dict;
        dict.add("tag", party->tag);
        dict.add("label", party->label);
        dict.add("via_branch", party->via_branch);
        List medias;
        for (const auto& media : party->medias) medias.emplace_back(media_detail(*media, sent, read, workers));
        dict.add("medias", std::move(medias));
        parties.emplace_back(std::move(dict));
    }
    Dict dict;
    dict.add("call_id", call.id);
    dict.add("instance", instance.config().name());
    dict.add("created", shown_s(call.created));
    dict.add("created_from", call.created_from.str());
    dict.add("parties", std::move(parties));
    return dict;
}

link::CtlReply json(Dict dict) {
    link::CtlReply reply;
    reply.set_json(ng::encode(ng::Encoding::json, dict));
    return reply;
}

link::CtlReply error(std::string text) {
    link::CtlReply reply;
    reply.set_error(std::move(text));
    return reply;
}

} // namespace

link::CtlReply answer(const link::CtlRequest& request, const call::Instances& instances, const worker::Workers& workers) {
    const std::vector<std::string> words(request.words().begin(), request.words().end());
    if (words == std::vector<std::string>{"status"}) return json(status(instances, workers));
    if (words == std::vector<std::string>{"list", "calls"}) return json(list_calls(instances, {}));
    if (words.size() == 3 && words[0] == "list" && words[1] == "calls")
        if (const auto place = Place::parse(words[2])) return json(list_calls(instances, *place));
    if (words.size() == 2 && words[0] == "call") {
        for (const auto* instance : instances)
            if (const auto found = instance->calls().find(words[1])) return json(call_detail(*found, *instance, workers));
        return error("no such call: " + words[1]);
    }
    return error("unknown request; control knows: status, list calls [PLACE], call ID");
}

} // namespace rtpengine::ctl
