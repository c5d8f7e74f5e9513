// SPDX-License-Identifier: Apache-2.0
#include "control/store/reader.h"

#include <algorithm>
#include <set>

#include "control/call/number_set.h"
#include "control/call/srtp_rule.h"
#include "control/store/media_flags.h"

namespace rtpengine::store {

namespace {

constexpr unsigned most_streams = 2 * call::most_pairs; // of a media

Error corrupt(const char* what) { return {std::string("its record is not valid: ") + what, 0}; }

Endpoint endpoint(const link::Endpoint& from) {
    return {Address::from_bytes(from.address()), static_cast<std::uint16_t>(from.port())};
}

call::Counters counters(const Counters& from) { return {from.packets(), from.bytes(), from.errors()}; }

// A number that stands for one of the first `count` values of an enumeration; else its first.
template <class Enum> Enum value(std::uint32_t number, Enum last) {
    return number <= static_cast<std::uint32_t>(last) ? static_cast<Enum>(number) : Enum{};
}

sdp::CodecList codecs(const google::protobuf::RepeatedPtrField<Codec>& from) {
    sdp::CodecList list;
    for (const auto& record : from) {
        sdp::Codec codec;
        codec.payload_type = record.payload_type();
        codec.name = record.name();
        codec.clock_rate = record.clock_rate();
        codec.channels = record.channels();
        if (record.has_fmtp()) codec.fmtp = record.fmtp();
        codec.rtcp_fb.assign(record.rtcp_fb().begin(), record.rtcp_fb().end());
        list.push_back(std::move(codec));
    }
    return list;
}

call::Remote remote(const Remote& from) { return {endpoint(from.signalled()), from.filled(), from.epoch()}; }

sdp::Origin origin(const Origin& from) {
    return {from.username(), from.session_id(), from.version(), from.address_type(), from.address()};
}

std::vector<sdp::Extension> extensions(const google::protobuf::RepeatedPtrField<Extension>& from) {
    std::vector<sdp::Extension> list;
    for (const auto& record : from)
        if (sdp::extension_number(record.id())) list.push_back({record.id(), record.name()});
    return list;
}

call::Extensions extensions(const Extensions& from) {
    return {extensions(from.shown()), extensions(from.accepted()), call::to_set<256>(from.offered()), from.mixed(), from.mid() < 256 ? from.mid() : 0, call::to_set<256>(from.stripped()),
            from.strips_all()};
}

bool is_version_3(const Call& record) { return record.party_count() == 0; } // a call has parties

// What is gone over or allocated by numbers alone; of all else there is as much as the record is long.
Status check_numbers(const Media& record) {
    if (record.pairs() < 1 || record.pairs() > call::most_pairs) return corrupt("the number of a media's pairs of ports");
    for (const auto& former : record.former())
        if (former.stream() >= most_streams) return corrupt("figures of no stream");
    const auto subscriptions = record.subscriptions_size();
    if (record.blocked_sources_size() > subscriptions || record.subscribed_size() > subscriptions)
        return corrupt("more about subscriptions than there are");
    return {};
}

// False: there is no such line.
bool read_line(const Crypto& from, sdp::Crypto& to) {
    auto crypto = call::crypto_from(from.srtp());
    if (!crypto) return false;
    to = *std::move(crypto);
    to.tag = from.tag();
    to.passed_on = from.passed_on();
    return true;
}

bool read_lines(const google::protobuf::RepeatedPtrField<Crypto>& from, std::vector<sdp::Crypto>& to) {
    return std::all_of(from.begin(), from.end(), [&](const Crypto& line) { return read_line(line, to.emplace_back()); });
}

bool read_keys(const Keys& from, call::Keys& to) {
    to.preferred = from.preferred();
    to.in_clear = from.in_clear();
    to.sent_on = {from.sent_on().in(), from.sent_on().out()};
    to.agreed_on = {from.agreed_on().in(), from.agreed_on().out()};
    if (!read_lines(from.offered(), to.offered) || !read_lines(from.sent(), to.sent) || from.has_ours() != from.has_theirs()) return false;
    return !from.has_ours() || (read_line(from.ours(), to.agreed.emplace().ours) && read_line(from.theirs(), to.agreed->theirs));
}

sdp::Candidate candidate(const Ice::Candidate& from) {
    sdp::Candidate to{from.foundation(), from.component(), from.priority(), endpoint(from.endpoint()), from.type(), {}};
    if (from.has_related()) to.related = endpoint(from.related());
    return to;
}

bool read_ice(const Ice& from, call::Connectivity& to) {
    to.ufrag = from.ufrag();
    to.pwd = from.pwd();
    to.peer_ufrag = from.peer_ufrag();
    to.peer_pwd = from.peer_pwd();
    to.peer_lite = from.peer_lite();
    to.lite = from.lite();
    to.met = from.met();
    to.offers = from.offers();
    to.renewed = from.renewed();
    to.trickle = from.trickle();
    to.ice2 = from.ice2();
    for (const auto& each : from.candidates()) to.candidates.push_back(candidate(each));
    for (std::size_t i = 0; i < to.selected.size() && i < static_cast<std::size_t>(from.selected_size()); ++i)
        to.selected[i] = {from.selected(static_cast<int>(i)).address(), endpoint(from.selected(static_cast<int>(i)).remote())};
    return to.candidates.size() <= call::Connectivity::most_candidates;
}

call::Dtls::Said said(const Dtls::Said& from) {
    return {static_cast<sdp::Setup>(std::min<std::uint32_t>(from.setup(), static_cast<std::uint32_t>(sdp::Setup::passive))),
            {from.hash(), from.digest()},
            from.tls_id()};
}

bool read_dtls(const Dtls& from, call::Dtls& to) {
    to.heard = said(from.heard());
    to.be_passive = from.be_passive();
    to.offered = from.offered();
    to.refused = from.refused();
    to.shown = {from.shown().hash(), from.shown().digest()};
    to.identity = from.identity();
    to.tls_id = from.tls_id();
    to.associations = from.associations();
    if (from.has_association()) to.association = {from.association().number(), from.association().active(), said(from.association().peer())};
    to.way = {from.way().in(), from.way().out()};
    return std::all_of(from.keys().begin(), from.keys().end(), [&](const Dtls::Established& each) {
        auto& keys = to.keys[each.stream()];
        keys.association = each.association();
        return read_line(each.ours(), keys.keys.ours) && read_line(each.theirs(), keys.keys.theirs);
    });
}

// Builds one call; whatever was taken goes with it.
class Reader {
  public:
    explicit Reader(ports::Interfaces& interfaces)
        : interfaces_(interfaces), call_(std::make_shared<call::Call>()) {}

    Result<std::shared_ptr<call::Call>> read(const Call& record) {
        take_call(record);
        version_3_ = is_version_3(record);
        for (const auto& party : record.parties())
            if (auto read = take_party(party); !read) return read.error();
        for (int i = 0; i < record.parties_size(); ++i)
            if (auto linked = link(record.parties(i), *call_->parties[static_cast<std::size_t>(i)]); !linked)
                return linked.error();
        return call_;
    }

  private:
    void take_call(const Call& record) {
        call_->number = record.number();
        call_->stored = 1;
        call_->id = record.id();
        call_->created = boot_time(record.created_us());
        call_->last_signal = boot_time(record.last_signal_us());
        call_->created_from = endpoint(record.created_from());
        call_->tos = record.tos();
        call_->drop_traffic = record.drop_traffic();
        call_->blocked = record.blocked();
        call_->silenced = record.silenced();
        call_->events_blocked = record.events_blocked();
        call_->recording = value(record.recording(), call::Recording::paused);
        call_->forwarding = record.forwarding();
        call_->metadata = record.metadata();
        call_->lease = std::chrono::seconds(record.lease_s());
        if (record.delete_at_us()) call_->delete_at = boot_time(record.delete_at_us());
    }

    ports::LogicalInterface* interface(const std::string& name) {
        for (const auto& each : interfaces_.all())
            if (each->name == name) return each.get();
        return nullptr;
    }

    Status take_party(const Party& record) {
        auto owned = std::make_unique<call::Party>();
        auto& party = *owned;
        call_->parties.push_back(std::move(owned));
        party.call = call_.get();
        party.unkept = version_3_; // its part isn't there yet
        party.number = version_3_ ? static_cast<unsigned>(call_->parties.size()) : record.number(); // it left some out
        if (party.number != call_->parties.size()) return corrupt("the number of a party");
        party.tag = record.tag();
        party.aliases.assign(record.aliases().begin(), record.aliases().end());
        party.alias_keys.assign(record.alias_keys().begin(), record.alias_keys().end());
        party.via_branch = record.via_branch();
        party.label = record.label();
        party.metadata = record.metadata();
        party.created = boot_time(record.created_us());
        if (record.has_last_origin()) party.last_body.origin = origin(record.last_origin());
        party.last_body.text = record.last_text();
        party.last_body.versioned = record.last_versioned();
        if (record.has_session_name()) party.session_name = record.session_name();
        party.final_response = record.final_response();
        party.interface_name = record.interface_name();
        if (record.has_interface()) party.interface = interface(record.interface());
        if (record.has_interface() && !party.interface)
            return Error{"interface " + record.interface() + " is not there any more", 0};
        party.closed = record.closed();
        party.last_session = record.last_session();
        party.gone = record.gone();
        party.forwarding = record.forwarding();
        party.events_blocked = record.events_blocked();
        party.unrecorded = record.unrecorded();
        if (record.delete_at_us()) party.delete_at = boot_time(record.delete_at_us());
        for (const auto& media : record.medias())
            if (auto read = take_media(media, party); !read) return read;
        return {};
    }

    Status take_media(const Media& record, call::Party& party) {
        auto owned = std::make_unique<call::Media>();
        auto& media = *owned;
        media.party = &party;
        party.medias.push_back(std::move(owned));
        media.index = static_cast<unsigned>(party.medias.size());
        if (auto sane = check_numbers(record); !sane) return sane;
        take_sdp(record, media);
        for (std::size_t i = 0; i < std::size(media_flags); ++i)
            if (media_flags[i]) media.*media_flags[i] = record.flags() >> i & 1;
        for (std::size_t i = 0; i < mux_flags.size(); ++i)
            media.mux.*mux_flags[i] = record.flags() >> (first_mux_flag + i) & 1;
        if (!read_keys(record.keys(), media.keys)) return corrupt("keys of a media");
        media.extensions = extensions(record.extensions());
        media.bundle = record.bundle();
        if (record.has_twin()) media.twin = sdp::Twin{record.twin().protocol_text(), record.twin().formats(), record.twin().after()};
        if (!read_dtls(record.dtls(), media.dtls)) return corrupt("DTLS of a media");
        media.family = value(record.family(), Family::ipv6);
        media.rtp = remote(record.rtp());
        media.rtcp = remote(record.rtcp());
        media.learn_epoch = record.learn_epoch();
        media.pairs = record.pairs();
        if (!read_ice(record.ice(), media.connectivity)) return corrupt("candidates of a media");
        media.learning = value(record.learning(), ng::Learning::heuristic);
        media.echo = value(record.echo(), ng::MediaEcho::both);
        for (const auto& former : record.former())
            media.former[former.stream()] = {counters(former.in()), counters(former.out()), boot_time(former.last_packet_us())};
        for (const auto& set : record.sets())
            if (auto read = take_set(set, media); !read) return read;
        if (!record.has_current()) return {};
        if (record.current() >= media.sets.size()) return corrupt("no such set of ports");
        media.current = media.sets[record.current()].get();
        return {};
    }

    void take_sdp(const Media& record, call::Media& media) {
        media.type = record.type();
        media.protocol = value(record.protocol(), sdp::Protocol::other);
        media.protocol_text = record.protocol_text();
        media.offered_protocol = value(record.offered_protocol(), sdp::Protocol::other);
        media.offered_protocol_text = record.offered_protocol_text();
        media.codecs = codecs(record.codecs());
        media.offered_codecs = codecs(record.offered_codecs());
        media.last_section = record.last_section();
        if (record.has_mid()) media.mid = record.mid();
        media.ptime = record.ptime();
        media.maxptime = record.maxptime();
    }

    Status take_set(const PortSet& record, call::Media& media) {
        auto set = std::make_unique<call::PortSet>();
        set->peer = endpoint(record.peer());
        set->interface = interface(record.interface());
        if (!set->interface) return Error{"interface " + record.interface() + " is not there any more", 0};
        set->family = value(record.family(), Family::ipv6);
        for (const auto& address : record.addresses()) {
            auto& ports = set->ports.emplace_back();
            for (const auto& port : address.ports()) {
                auto read = take_port(port, media, *set->interface);
                if (!read) return read.error();
                ports.push_back(*std::move(read));
            }
        }
        if (set->ports.empty() || set->ports.front().empty()) return corrupt("a set without ports");
        media.sets.push_back(std::move(set));
        return {};
    }

    Result<call::LocalPort> take_port(const Port& record, call::Media& media, ports::LogicalInterface& interface) {
        const auto local = endpoint(record.local());
        const auto found = std::find_if(interface.addresses.begin(), interface.addresses.end(), [&](const auto& each) {
            return each->address == local.address && local.port >= each->pool.min() && local.port <= each->pool.max();
        });
        if (!record.id() || !ids_.insert(record.id()).second) return corrupt("the id of a stream");
        if (record.stream() >= most_streams) return corrupt("a port of no stream");
        if (found == interface.addresses.end()) return Error{local.str() + " is not among our media ports any more", 0};
        if (!(*found)->pool.take_this(local.port)) return Error{"port " + local.str() + " is taken", 0};
        call::LocalPort port;
        port.id = record.id();
        port.lease = std::make_shared<ports::Lease>((*found)->pool, local.port);
        port.local = found->get();
        port.stream = record.stream();
        port.initial_remote = endpoint(record.initial_remote());
        port.told = call::opened_before;
        port.forwards = true; // for all that we know
        port.media = &media;
        port.out = counters(record.out());
        return port;
    }

    call::Media* find(const MediaKey& key) {
        if (key.party() >= call_->parties.size()) return nullptr;
        auto& medias = call_->parties[key.party()]->medias;
        return key.media() < medias.size() ? medias[key.media()].get() : nullptr;
    }

    // What parties and media are to each other.
    Status link(const Party& record, call::Party& party) {
        for (const auto place : record.associations()) {
            if (place >= call_->parties.size()) return corrupt("no such party");
            party.associations.insert(call_->parties[place].get());
        }
        for (std::size_t i = 0; i < party.medias.size(); ++i) {
            const auto& from = record.medias(static_cast<int>(i));
            if (auto done = subscribe(from, *party.medias[i]); !done) return done;
        }
        return {};
    }
    // A block of what isn't subscribed to is of an earlier version, and over.
    Status subscribe(const Media& record, call::Media& media) {
        auto& all = media.subscriptions;
        for (const auto& key : record.subscriptions()) {
            auto* source = find(key);
            if (!source || media.subscribed_to(*source)) return corrupt("no such media");
            all.push_back({source});
        }
        for (const auto& key : record.blocked_sources())
            for (auto& subscription : all) subscription.blocked |= subscription.source == find(key);
        for (const auto& more : record.subscribed()) {
            if (more.place() >= all.size() || more.kind() > static_cast<std::uint32_t>(call::Subscription::last_kind))
                return corrupt("no such subscription");
            auto& subscription = all[more.place()];
            subscription.kind = static_cast<call::Subscription::Kind>(more.kind());
            subscription.rtp = !more.without_rtp();
            subscription.rtcp = !more.without_rtcp();
            subscription.silenced = more.silenced();
        }
        return {};
    }

    ports::Interfaces& interfaces_;
    std::shared_ptr<call::Call> call_;
    std::set<std::uint64_t> ids_;
    bool version_3_ = false;
};

} // namespace

Status add_parts(const std::vector<std::string>& parts, Call& record) {
    Part part;
    for (const auto& bytes : parts) {
        if (!part.ParseFromString(bytes)) return corrupt("a part of it can't be parsed");
        for (auto& party : *part.mutable_parties()) record.add_parties()->Swap(&party);
    }
    if (is_version_3(record)) return parts.empty() ? Status{} : Status{corrupt("it doesn't say how many parties it has")};
    if (static_cast<std::uint32_t>(record.parties_size()) != record.party_count()) return corrupt("a part of it is missing");
    return {};
}

Result<std::shared_ptr<call::Call>> read(const Call& record, ports::Interfaces& interfaces) {
    if (!record.number() || record.id().empty()) return corrupt("no call-ID");
    return Reader(interfaces).read(record);
}

call::Totals read_totals(const Totals& record) {
    call::Totals to;
    to.since_ms = record.since_ms();
    to.managed = record.managed();
    to.rejected = record.rejected();
    to.timeout = record.timeout();
    to.silent_timeout = record.silent_timeout();
    to.final_timeout = record.final_timeout();
    to.offer_timeout = record.offer_timeout();
    to.regular = record.regular();
    to.forced = record.forced();
    to.zero_way = record.zero_way();
    to.one_way = record.one_way();
    to.duration_s = record.duration_s();
    to.duration_squared_s = record.duration_squared_s();
    return to;
}

} // namespace rtpengine::store
