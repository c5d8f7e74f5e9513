// SPDX-License-Identifier: Apache-2.0
// A call between "a" and "b" driven by SDP bodies, without workers.
#pragma once

#include <doctest/doctest.h>

#include "control/call/allocate.h"
#include "control/call/describe.h"
#include "control/call/dialogue.h"
#include "control/call/ice.h"
#include "control/call/key_exchange.h"
#include "control/call/streams.h"
#include "link.pb.h"

namespace rtpengine::call {

inline std::string body(const std::string& address, const std::string& sections) {
    return "v=0\r\no=- 1 1 IN IP4 " + address + "\r\ns=-\r\nc=IN IP4 " + address + "\r\nt=0 0\r\n" + sections;
}

// One offer or answer, as far as the answer to its request.
struct Exchange {
    Party* sender;
    Party* receiver;
    std::shared_ptr<const sdp::Session> session;
    std::shared_ptr<const ng::Flags> flags;
    bool offer;
    std::vector<Pair> pairs;
};

struct ExchangeFixture {
    explicit ExchangeFixture(link::InstanceConfig made = make_config()) : config(std::move(made)) {}

    std::mt19937_64 random{3};
    link::InstanceConfig config;
    ports::Interfaces interfaces{config, {}, random};
    StreamIds ids;
    uv::Loop loop;
    std::unique_ptr<worker::Workers> workers = *worker::Workers::create(loop, {}, {}); // there are none
    Stock stock{*workers, ids, loop, interfaces, {}};
    std::shared_ptr<Call> call = std::make_shared<Call>();
    Status allocated;
    std::string certificate; // of DTLS; empty: we have no part in that

    static link::InstanceConfig make_config() {
        link::InstanceConfig made;
        auto& interface = *made.add_interfaces();
        interface.set_name("default");
        for (const char* text : {"203.0.113.1", "2001:db8::1"}) {
            auto& local = *interface.add_addresses();
            local.set_address(std::string(Address::parse(text)->raw()));
            local.set_port_min(30000);
            local.set_port_max(30039);
        }
        return made;
    }

    Terms terms_of(const ng::Flags& flags, bool offer) const { return {flags, offer, certificate.empty() ? nullptr : &certificate}; }
    Exchange run(bool offer, ng::Flags flags, const std::string& sdp_text) {
        auto session = sdp::parse(sdp_text);
        REQUIRE(session);
        const auto dialogue = find_dialogue(*call, flags, !offer, BootTime{});
        REQUIRE(dialogue);
        Exchange exchange{dialogue->sender, dialogue->receiver, std::make_shared<const sdp::Session>(*session),
                          std::make_shared<const ng::Flags>(flags), offer, {}};
        const Terms terms = terms_of(*exchange.flags, offer);
        const auto said = take_in(*exchange.sender, *exchange.session, terms, ng::Learning::heuristic);
        exchange.pairs = pair_up(*exchange.receiver, said, terms);
        Basket basket(stock);
        allocated = allocate_ports(*exchange.sender, *exchange.receiver, exchange.pairs, terms, interfaces, basket);
        for (auto* party : {exchange.sender, exchange.receiver})
            for (const auto& media : party->medias) give_credentials(*media);
        for (const auto& pair : exchange.pairs)
            if (pair.sender && pair.receiver) renew_keys(terms, *pair.sender, *pair.receiver);
        return exchange;
    }
    Result<std::string> described(const Exchange& exchange, const std::string& loop_id = "") {
        return describe({*exchange.receiver, exchange.sender, *exchange.session, exchange.pairs, terms_of(*exchange.flags, exchange.offer)},
                        loop_id);
    }
    Exchange offer(const std::string& sdp_text, ng::Flags flags = {}) {
        flags.from_tag = "a";
        if (call->find_tag("b")) flags.to_tag = "b";
        return run(true, flags, sdp_text);
    }
    Exchange answer(const std::string& sdp_text, ng::Flags flags = {}) {
        flags.from_tag = "a";
        flags.to_tag = "b";
        return run(false, flags, sdp_text);
    }
    Media& media(const char* tag, std::size_t index = 0) { return *call->find_tag(tag)->medias.at(index); }
    // What a worker is told of a port that is in use.
    link::Stream stream(const Media& media, unsigned number) {
        const auto* port = media.current->port(number);
        link::Arena arena;
        for (auto& [owner, made] : desired_streams({&const_cast<Media&>(media)}, [](const StateKey&) { return state::View(); }, arena))
            if (owner == port) return *made;
        FAIL("no such stream");
        return {};
    }
};

// "a" and "b" have a section each.
struct SectionFixture : ExchangeFixture {
    Media& of(const std::string& tag) { return *call->parties.at(tag == "a" ? 0 : 1)->medias.at(0); } // who hasn't answered has no tag
    std::string offered(const std::string& section, ng::Flags flags = {}) {
        return *described(offer(body("198.51.100.1", section), std::move(flags)));
    }
    std::string answered(const std::string& section, ng::Flags flags = {}) {
        return *described(answer(body("192.0.2.1", section), std::move(flags)));
    }
    // Of the media's RTP, or RTCP.
    link::Stream stream(const char* tag, unsigned number = 0) { return ExchangeFixture::stream(of(tag), number); }
};

inline std::string audio(unsigned port, const std::string& more = "") {
    return "m=audio " + std::to_string(port) + " RTP/AVP 0 8\r\n" + more;
}

} // namespace rtpengine::call
