// SPDX-License-Identifier: Apache-2.0
#include "common/base/escape.h"
#include "ctl/test_command.h"

#include <cerrno>
#include <cstdio>
#include <map>

#include <fmt/format.h>

#include "common/ng/coerce.h"
#include "common/ng/writer.h"
#include "ctl/ask.h"
#include "ctl/format.h"
#include "ctl/locate.h"
#include "ctl/selftest/run.h"

namespace rtpengine::ctl {

namespace {

const Endpoint usual_ng = *Endpoint::parse("127.0.0.1:2223");

// What a running supervisor says about how to reach its proxy.
struct Site {
    std::optional<Endpoint> ng;            // the first listener
    std::map<Address, Address> advertised; // shown in SDP -> on this host
};

void note_listeners(Site& site, const ng::Dict& instance) {
    for (const auto& member : list(instance, "listen_ng")) {
        auto listener = Endpoint::parse(ng::text_of(member));
        if (!listener || site.ng) continue;
        if (listener->address.is_unspecified())
            listener->address =
                *Address::parse(listener->address.family == Family::ipv6 ? "::1" : "127.0.0.1");
        site.ng = listener;
    }
}

void note_addresses(Site& site, const ng::Dict& instance) {
    for (const auto& interface : list(instance, "interfaces"))
        for (const auto& member : list(dict(interface), "addresses")) {
            const auto shown = Address::parse(ng::text_of(dict(member), "advertised"));
            const auto own = Address::parse(ng::text_of(dict(member), "address"));
            if (shown && own) site.advertised.emplace(*shown, *own);
        }
}

Site find_site(const Options& options) {
    Site site;
    const auto directories =
        running_supervisors(options.runtime_dir.empty() ? default_base : options.runtime_dir);
    if (!directories) return site;
    for (const auto& directory : *directories) {
        const auto answer = ask(directory, Peer::supervisor, {"status"});
        if (!answer) continue;
        for (const auto& instance : list(answer->data, "instances")) {
            note_listeners(site, dict(instance));
            note_addresses(site, dict(instance));
        }
    }
    return site;
}

ExitCode fail(const Options& options, const Endpoint& ng, const Error& error) {
    ng::Dict dict;
    dict.add("error", error.message);
    if (options.json) fmt::print("{}\n", ng::encode(ng::Encoding::json, dict));
    fmt::print(stderr, "rtpengine-ctl: no call through {}: {}\n", ng.str(), escaped(error.message));
    return error.code == EPROTO ? ExitCode::negative : ExitCode::unreachable;
}

} // namespace

ExitCode test_command(const Options& options) {
    const auto site = find_site(options);
    const auto ng = options.ng ? *options.ng : site.ng.value_or(usual_ng);
    auto client = NgClient::connect(ng);
    if (!client) return fail(options, ng, client.error());
    auto call = TestCall::set_up(*client, [&](const Address& shown) {
        const auto own = site.advertised.find(shown);
        return own == site.advertised.end() ? shown : own->second;
    });
    if (!call) return fail(options, ng, call.error());
    if (!options.json) {
        fmt::print("A call through {}, {} seconds, 50 packets a second each way\n\n", ng.str(),
                   options.seconds);
        std::fflush(stdout);
    }
    const auto result = run_call(*call, options.seconds);
    fmt::print("{}", options.json ? result_json(result) + "\n" : result_view(result, Style::of_stdout()));
    return result.passed() ? ExitCode::ok : ExitCode::negative;
}

} // namespace rtpengine::ctl
