// SPDX-License-Identifier: Apache-2.0
// A call and what belongs to it. The call owns its parties, a party its media, a media its ports; pointers
// between them never leave the call.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "control/ng/flags/packets.h"
#include "control/call/connectivity.h"
#include "control/call/dtls.h"
#include "control/call/extensions.h"
#include "control/call/keys.h"
#include "control/call/subscription.h"
#include "control/ports/interfaces.h"
#include "control/sdp/codec_list.h"
#include "control/sdp/model.h"

namespace rtpengine::call {

struct Party;
struct Media;
struct Call;

struct Counters {
    std::uint64_t packets = 0, bytes = 0, errors = 0;
    Counters& operator+=(const Counters& other);
};

// A record in a worker's shared state.
struct StateKey {
    unsigned worker;
    std::uint32_t slot;
    std::uint64_t id;
};

// Stands for what a former control process told a worker of a port; no stream has this fingerprint.
inline constexpr std::uint64_t opened_before = 1;

// One open port: one stream of the worker that serves its address.
struct LocalPort {
    std::uint64_t id = 0; // of the worker's stream
    std::shared_ptr<ports::Lease> lease;
    ports::LocalAddress* local = nullptr;
    unsigned stream = 0; // of its media: 0 RTP, 1 RTCP, 2 RTP of the second pair, ...
    // The port that the same stream used before; what was learned there goes on here.
    std::optional<StateKey> predecessor;
    Endpoint initial_remote;
    std::uint64_t told = 0;    // fingerprint of the stream as the worker was last told; 0: never, it is dark
    bool forwards = false;     // what arrives has, or had, somewhere to go by what the worker was told
    Media* media = nullptr; // whose port it is
    Counters out;              // sent from here by streams whose sinks are gone by now

    Endpoint endpoint() const { return {local->address, lease->port()}; }
    std::uint32_t slot() const { return local->slot_of(lease->port()); }
    unsigned worker() const { return local->worker(lease->port()); }
    StateKey key() const { return {worker(), slot(), id}; }
    bool rtcp() const { return stream % 2 == 1; }
};

// The ports shown to a media's party for as long as the other side's endpoint stays the same.
struct PortSet {
    Endpoint peer; // the other side's SDP endpoint; unknown: not answered yet
    ports::LogicalInterface* interface = nullptr;
    Family family = Family::none;
    std::vector<std::vector<LocalPort>> ports; // by local address: more than one only with ICE, the primary first

    // Of the primary address; nullptr: this stream has no port (RTCP goes over the RTP port).
    const LocalPort* port(unsigned stream) const;
};

// A remote endpoint of a media and what was said about it.
struct Remote {
    Endpoint signalled; // from SDP; unspecified addresses are known ones
    bool filled = false;
    std::uint32_t epoch = 1; // of `signalled`
};

// What went through ports of a stream that are closed by now.
struct Former {
    Counters in, out;
    BootTime last_packet;
};

// RTCP multiplexing of one media. What an offerer wants is one thing for each branch that it calls: the branch's media has it.
struct Mux {
    bool active = false;   // in effect with the party
    bool offered = false;  // the party offered it last
    bool asked = false;    // we offered it to the party and wait for the answer
    // Of the offer that the party was sent: towards its offerer, when the party answers.
    bool accept = false, reject = false; // flags
    bool wanted = false;                 // the offerer had offered it
};

inline constexpr unsigned most_pairs = sdp::most_port_count; // of a media

// What can be copied as it is.
struct MediaFacts {
    unsigned index; // from 1
    std::string type;
    sdp::Protocol protocol = sdp::Protocol::other;
    std::string protocol_text;
    sdp::Protocol offered_protocol = sdp::Protocol::other; // what the party offered last
    std::string offered_protocol_text;

    sdp::CodecList codecs;        // current
    sdp::CodecList offered_codecs; // what the party offered, or was shown
    std::string last_section;     // the party's own, or what stood for it (formats of rejected sections): sdp::keep()
    std::optional<std::string> mid;
    unsigned bundle = 0;       // index of the media whose ports it has, with others (bundle.h); 0: its own
    bool bundle_asked = false; // the party was offered to bundle it
    bool bundle_unsaid = false; // the party isn't told of it any more (`reject`), and keeps to the ports
    Extensions extensions;
    int ptime = 0, maxptime = 0;

    bool send = true, recv = true; // as seen from here: send to the party, receive from it
    bool initialized = false;      // the party's own SDP is known
    bool feedback = false;         // and has an AVPF profile
    bool blocked = false;          // nothing of the party's media is forwarded, but telephone events
    bool silenced = false;         // silence is forwarded instead
    bool rejected = false;
    bool removed = false; // sdp-media-remove: the other side has never seen it
    Mux mux;

    std::map<unsigned, Former> former; // by stream
    Family family = Family::none;  // of the addresses shown to the party
    Remote rtp, rtcp;
    std::uint32_t learn_epoch = 0; // 0: our port has not been in an SDP yet
    unsigned pairs = 1;            // m= PORT/n

    bool ice = false;         // our SDP for the party has ICE
    bool passthrough = false; // SDP is copied, packets are relayed whatever they are (section 6.1.4)
    Connectivity connectivity;
    std::optional<sdp::Twin> twin; // the party offers it twice, plain and as SRTP
    bool osrtp = false;       // SRTP under a profile that isn't for it (RFC 8643)
    bool recrypt = false;     // even where both sides have the same keys
    Keys keys; // SDES
    Dtls dtls;

    bool asymmetric = false, strict_source = false, media_handover = false, nat_wait = false, pierce_nat = false,
         unidirectional = false, loop_check = false;
    ng::Learning learning = ng::Learning::heuristic;
    ng::MediaEcho echo = ng::MediaEcho::unchanged; // blackhole or both (= echoed)
    bool has_echoed = false; // at some time
};

struct Media : MediaFacts {
    Party* party;
    std::vector<std::unique_ptr<PortSet>> sets;
    PortSet* current = nullptr; // nullptr: rejected or closed
    std::vector<Subscription> subscriptions; // what its party receives

    const Subscription* subscription_to(const Media& source) const; // nullptr: none
    bool subscribed_to(const Media& source) const { return subscription_to(source) != nullptr; }
};

// What the last SDP sent to a party looked like.
struct LastBody {
    std::optional<sdp::Origin> origin;
    std::string text;
    bool versioned = false; // sent with a version of our own
};

struct PartyFacts {
    unsigned number;    // creation order, names untagged parties in reports
    std::string tag;    // empty: not known yet
    std::vector<std::string> aliases;
    std::vector<std::string> alias_keys; // what it is recognised by under another tag (alias.h), the latest one last
    std::string via_branch, label, metadata;
    BootTime created;
    LastBody last_body;
    std::optional<std::string> session_name; // first one this party sent
    bool final_response = false;
    bool events_blocked = false; // telephone events that it sends are dropped
    std::string last_session; // the session level of the SDP that it sent last: sdp::keep_session()
    std::string interface_name; // as last requested
    ports::LogicalInterface* interface = nullptr;
    bool closed = false; // deleted: kept for the call's reports only
    bool gone = false;   // and nobody knows of it any more: its place is for a party to come
    bool forwarding = false; // its media is wanted by a collector
    bool unrecorded = false; // it shall not be recorded
    std::optional<BootTime> delete_at;
};

// What a party takes of its call's budgets (control/budget.h).
struct Demand {
    std::size_t medias = 0, codecs = 0, ports = 0;
    std::size_t text = 0; // bytes
};

struct Party : PartyFacts {
    Call* call;
    std::vector<std::unique_ptr<Media>> medias;
    std::set<Party*> associations;
    bool unkept = true; // the store doesn't have it as it is now (call/keeper.h)
    std::optional<Demand> demand; // as it was when last asked for and kept (demand.cpp)

    // To be called with every change.
    void changes() noexcept {
        unkept = true;
        demand.reset();
    }

    bool named(std::string_view wanted) const;
    Media& media_at(std::size_t position, const std::string& type); // made, with all before it, if it isn't there
};

// Who keeps what parties were is told before one is changed.
using Touch = std::function<void(Party&)>;

struct CallIdentity {
    std::uint64_t number = 0; // never used again; the key of its record
    std::string id;
    BootTime created;
    Endpoint created_from; // the SIP proxy's
};

// What was said of recording a call; nothing of it is done here so far.
enum class Recording : std::uint8_t { off, on, paused };

struct CallFacts {
    BootTime last_signal;
    int tos = 0;
    bool drop_traffic = false;
    bool blocked = false; // no media is forwarded, but telephone events
    bool silenced = false; // silence is forwarded instead
    bool events_blocked = false; // telephone events are dropped
    Recording recording = Recording::off;
    bool forwarding = false; // its media is wanted by a collector
    std::string metadata;
    std::optional<BootTime> delete_at;
    std::chrono::seconds lease{0}; // it ends when no request has been about it for so long; 0: it doesn't
};

struct Call : CallIdentity, CallFacts {
    BootTime asked_for = BootClock::now(); // the latest request that named it; of a restored one, when that was done
    std::vector<std::unique_ptr<Party>> parties;
    std::vector<LocalPort> closing; // taken out of their media, still open in the workers
    bool dead = false; // out of the registry, about to go
    std::uint32_t stored = 0; // which of the keeper's stores has, or had, a record of it, from 1; 0: none
    bool behind = false; // a worker hasn't taken over what it was told: it is told again

    unsigned unbooked = 0; // rounds with the workers that bring figures of rules that are gone (committer.h)
    std::vector<std::function<void()>> waiting_for_figures;

    bool busy = false; // somebody has his turn (turn.h), others wait
    std::deque<std::function<void(const std::shared_ptr<void>&)>> waiting;
    std::list<std::shared_ptr<Call>> place; // to stand in the list of those whose turn it is; made with who waits

    Party* find_tag(std::string_view tag) const;
    Party* find_branch(std::string_view branch) const;
    Party* find_label(std::string_view label) const;
    Party* find_number(unsigned number) const;
    Party& add_party(std::string tag, std::string via_branch, BootTime now);
    // Out of every association and subscription; its figures stay.
    void close_party(Party& party);
};

// What there is already stays as it is.
void subscribe(Media& receiver, const Subscription& subscription);
// As it shall be, whatever there was.
void resubscribe(Media& receiver, const Subscription& subscription);
// Takes a media out of every subscription, in both directions.
void unlink(Media& media, Call& call);
// Likewise, but for those of who listens, or is listened to.
void leave_dialogues(Media& media, Call& call);
void associate(Party& a, Party& b);

} // namespace rtpengine::call
