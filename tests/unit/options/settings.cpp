// SPDX-License-Identifier: Apache-2.0
#include "common/options/settings.h"

#include <doctest/doctest.h>

#include "common/options/instance.h"
#include "fake_host.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

Result<Settings> make(Words words, const char* file_text = nullptr, const FakeHost& host = {}) {
    auto values = parse_command_line(words);
    REQUIRE(values);
    if (!file_text) return make_settings(*values, nullptr, host, "1.2.3");
    const auto file = parse_key_file(file_text);
    REQUIRE(file);
    REQUIRE(values->add_section(*file->find("rtpengine")));
    return make_settings(*values, &*file, host, "1.2.3");
}

Settings minimal(Words more = {}) {
    more.insert(more.end(), {"--interface=192.0.2.1", "--listen-ng=127.0.0.1:2223"});
    auto settings = make(more);
    REQUIRE(settings);
    return *std::move(settings);
}

Endpoint local(const link::NgListener& listener) {
    return {Address::from_bytes(listener.local().address()),
            static_cast<std::uint16_t>(listener.local().port())};
}

std::string error_of(const Result<Settings>& settings) {
    return settings ? "" : settings.error().message;
}

} // namespace

TEST_CASE("the smallest useful command line, and the defaults") {
    const auto settings = minimal();
    const auto& instance = settings.instances[0].config;
    CHECK(instance.table() == -1);
    CHECK(instance.timeout() == 60);
    CHECK(instance.silent_timeout() == 3600);
    CHECK(instance.offer_timeout() == 3600);
    CHECK(instance.final_timeout() == 0);
    CHECK(instance.delete_delay() == 30);
    CHECK(instance.max_sessions() == -1);
    CHECK(instance.learning() == link::HEURISTIC);
    CHECK(instance.ssrc_reporting() == "full");
    CHECK(instance.software_id() == "rtpengine-1-2-3");
    REQUIRE(instance.interfaces_size() == 1);
    CHECK(instance.interfaces(0).name() == "default");
    CHECK(instance.interfaces(0).addresses(0).port_min() == 30000);
    CHECK(instance.interfaces(0).addresses(0).port_max() == 39999);
    CHECK(instance.interfaces(0).addresses(0).advertised() == "");
    REQUIRE(instance.listeners_size() == 1);
    CHECK(local(instance.listeners(0)).str() == "127.0.0.1:2223");
    CHECK(settings.warnings.empty());
    CHECK(settings.user == "");
}

TEST_CASE("a port alone listens on both families, a name on its first address") {
    const auto settings = make({"-i192.0.2.1", "-n2223", "-nlocalhost:2224", "-n[2001:db8::1]:2225"});
    REQUIRE(settings);
    REQUIRE(settings->instances[0].config.listeners_size() == 4);
    CHECK(local(settings->instances[0].config.listeners(0)).str() == "0.0.0.0:2223");
    CHECK(local(settings->instances[0].config.listeners(1)).str() == "[::]:2223");
    CHECK(local(settings->instances[0].config.listeners(2)).str() == "[::1]:2224");
    CHECK(local(settings->instances[0].config.listeners(3)).str() == "[2001:db8::1]:2225");
}

TEST_CASE("an NG port that is open on every address is warned of, once, however it was said") {
    const auto warnings = [](const char* listener) { return make({"-i192.0.2.1", listener})->warnings; };
    for (const char* open : {"-n2223", "-n0.0.0.0:2223", "-n[::]:2223", "-nzero.example:2223"}) {
        CAPTURE(open);
        REQUIRE(warnings(open).size() == 1);
        CHECK(warnings(open)[0].starts_with("listen-ng: port 2223 is open on every address"));
    }
    for (const char* closed : {"-n127.0.0.1:2223", "-n[::1]:2223", "-nlocalhost:2223", "-n192.0.2.9:2223"})
        CHECK(warnings(closed).empty());
    CHECK(make({"-i192.0.2.1", "-n2223", "-n2224"})->warnings.size() == 2);
}

TEST_CASE("what must be there is asked for") {
    CHECK(error_of(make({"-n2223"})).find("--interface") != std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1"})).find("--listen-ng") != std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "-c9900"})).find("no control listener") != std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "--listen-udp=80"})).find("built") != std::string::npos);
    CHECK(error_of(make({"-ialias=x", "-n2223"})).find("no media interface") != std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "-nnowhere.example:1"})).find("nowhere.example") !=
          std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "-m40000"})).find("port-max is below port-min") !=
          std::string::npos);
}

TEST_CASE("a range of ports holds a pair for RTP and RTCP") {
    const char* pair = "hold no even port and the next one";
    CHECK(error_of(make({"-ia/192.0.2.1", "-n1", "-m30000", "-M30000"})).find("interface 'a/192.0.2.1': ports 30000-30000 hold no") !=
          std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "-m30001", "-M30002"})).find(pair) != std::string::npos);
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "-m65535", "-M65535"})).find(pair) != std::string::npos);
    CHECK(make({"-i192.0.2.1", "-n1", "-m30000", "-M30001"}));
    CHECK(make({"-i192.0.2.1", "-n1", "-m65534", "-M65535"}));
    const std::string section = "[rtpengine]\ninterfaces-config = if\n[if-a]\naddress = 192.0.2.9\nport-min = 20000\nport-max = 20003\n";
    CHECK(make({"-n1"}, (section + "exclude-ports = 20001\n").c_str()));
    CHECK(error_of(make({"-n1"}, (section + "exclude-ports = 20001;20002\n").c_str())).find(pair) != std::string::npos);
}

TEST_CASE("corrections of bad values are silent") {
    const auto settings = minimal({"--timeout=0", "--silent-timeout=-5", "--offer-timeout=0",
                                   "--final-timeout=-1", "--max-sessions=-7"});
    CHECK(settings.instances[0].config.timeout() == 60);
    CHECK(settings.instances[0].config.silent_timeout() == 3600);
    CHECK(settings.instances[0].config.offer_timeout() == 3600);
    CHECK(settings.instances[0].config.final_timeout() == 0);
    CHECK(settings.instances[0].config.max_sessions() == -1);
    CHECK(settings.warnings.empty());
    CHECK(minimal({"--software-id=A b\xc3\xa4"}).instances[0].config.software_id() == "A-b--");
}

TEST_CASE("interfaces: several addresses of one name, aliases, sections after the command line's") {
    const auto settings =
        make({"-ipub/192.0.2.1", "-ipriv/198.51.100.1", "-ipub/2001:db8::1", "-iext=pub", "-n30000"},
             "[rtpengine]\ninterfaces-config = if\n[if-pub]\naddress = 192.0.2.9\nadvertised = 203.0.113.1\n"
             "port-min = 20000\nport-max = 20999\nexclude-ports = 20002\n[if-m:1]\naddress=192.0.2.10\n"
             "[if-al]\nalias = m:1\n");
    REQUIRE(settings);
    const auto& instance = settings->instances[0].config;
    REQUIRE(instance.interfaces_size() == 3);
    const auto& pub = instance.interfaces(0);
    CHECK(pub.name() == "pub");
    REQUIRE(pub.addresses_size() == 3);
    CHECK(pub.addresses(2).port_min() == 20000);
    CHECK(pub.addresses(2).exclude_ports_size() == 1);
    CHECK(Address::from_bytes(pub.addresses(2).advertised()).str() == "203.0.113.1");
    CHECK(instance.interfaces(1).name() == "priv");
    CHECK(instance.interfaces(2).name() == "m:1");
    CHECK(instance.aliases().at("ext") == "pub");
    CHECK(instance.aliases().at("al") == "m:1");
    // The port of the control socket is no media port, but only where it is in the range.
    REQUIRE(pub.addresses(0).exclude_ports_size() == 1);
    CHECK(pub.addresses(0).exclude_ports(0) == 30000);
}

TEST_CASE("a section with a lower limit only takes the global upper one") {
    const char* file = "[rtpengine]\ninterfaces-config = if\n[if-a]\naddress = 192.0.2.9\nport-min = 35000\n";
    const auto settings = make({"-n1"}, file);
    REQUIRE(settings);
    CHECK(settings->instances[0].config.interfaces(0).addresses(0).port_min() == 35000);
    CHECK(settings->instances[0].config.interfaces(0).addresses(0).port_max() == 39999);
    CHECK_FALSE(make({"-n1", "--port-max=34000"}, file));
}

TEST_CASE("templates come from their section, which must be there when a file is") {
    const auto settings = make({"-i192.0.2.1", "-n1"},
                               "[rtpengine]\ntemplates = tpl\n[tpl]\noffer = a b\ntrunk = ICE=remove\n");
    REQUIRE(settings);
    CHECK(settings->instances[0].config.templates().at("offer") == "a b");
    CHECK(settings->instances[0].config.templates().at("trunk") == "ICE=remove");
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "--templates=x"}, "[rtpengine]\n")).find("[x]") !=
          std::string::npos);
    CHECK(make({"-i192.0.2.1", "-n1", "--templates=x"}));
}

namespace {

std::vector<std::string> listeners(const Settings& settings) {
    std::vector<std::string> all;
    for (const auto& each : settings.instances[0].config.listeners())
        all.push_back(std::string(option_of(each.transport())) + " " +
                      Endpoint{Address::from_bytes(each.local().address()), static_cast<std::uint16_t>(each.local().port())}.str());
    return all;
}

} // namespace

TEST_CASE("clients over TCP: any listener but the command line alone will do; UDP comes first") {
    const auto one = make({"-i192.0.2.1", "-N127.0.0.1:1"});
    REQUIRE(one);
    CHECK(listeners(*one) == std::vector<std::string>{"listen-tcp-ng 127.0.0.1:1"});
    const auto all = make({"-i192.0.2.1", "-c127.0.0.1:4", "--listen-http=127.0.0.1:3", "-N1", "-N[::1]:2", "-nproxy.example:5"});
    REQUIRE(all);
    CHECK(listeners(*all) == std::vector<std::string>{"listen-ng 192.0.2.7:5", "listen-tcp-ng 0.0.0.0:1", "listen-tcp-ng [::]:1",
                                                      "listen-tcp-ng [::1]:2", "listen-http 127.0.0.1:3", "listen-cli 127.0.0.1:4"});
    CHECK(all->warnings.size() == 1); // the open port
    CHECK(all->instances[0].config.edge().max_connections() == 16384);
    CHECK(all->instances[0].config.edge().http_idle_timeout() == 5);
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "-N127.0.0.1:1", "-c127.0.0.1:1"})).find("listen-cli both have 127.0.0.1:1") !=
          std::string::npos);
    CHECK(make({"-i192.0.2.1", "-n127.0.0.1:1", "-N127.0.0.1:1"})); // UDP and TCP
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "-Nnowhere.example:1"})).find("listen-tcp-ng: host 'nowhere.example'") != std::string::npos);
}

TEST_CASE("HTTPS has its certificate, and files are read when they are named") {
    FakeHost host;
    host.files = {{"c", "CERT"}, {"k", "KEY"}, {"ca", "CA"}, {"t", "# ours\none\n\ntwo \r\n"}, {"empty", "#\n"}, {"bad", "two words\n"}};
    const auto with = [&](Words words) {
        words.insert(words.begin(), {"-i192.0.2.1", "--listen-https=127.0.0.1:1"});
        return make(words, nullptr, host);
    };
    CHECK(error_of(with({})).find("--https-cert") != std::string::npos);
    CHECK(error_of(with({"--https-cert=c"})).find("--https-key") != std::string::npos);
    CHECK(error_of(with({"--https-cert=c", "--https-key=none"})).find("option https-key: cannot read none") != std::string::npos);
    CHECK(error_of(with({"--https-cert=c", "--https-key=k", "--client-tokens=empty"})).find("no token in empty") != std::string::npos);
    CHECK(error_of(with({"--https-cert=c", "--https-key=k", "--client-tokens=bad"})).find("is no token") != std::string::npos);
    const auto settings = with({"--https-cert=c", "--https-key=k", "--https-client-ca=ca", "--client-tokens=t", "--http-idle-timeout=7"});
    REQUIRE(settings);
    const auto& edge = settings->instances[0].config.edge();
    CHECK(edge.certificate() == "CERT");
    CHECK(edge.key() == "KEY");
    CHECK(edge.client_ca() == "CA");
    CHECK(std::vector<std::string>(edge.tokens().begin(), edge.tokens().end()) == std::vector<std::string>{"one", "two"});
    CHECK(edge.http_idle_timeout() == 7);
}

TEST_CASE("options that are not built are accepted with one warning each, only when given") {
    const auto settings =
        minimal({"--redis=127.0.0.1:6379/5", "--num-threads=8", "--listen-udp=9900", "--listen-udp=9901"});
    REQUIRE(settings.warnings.size() == 3);
    CHECK(settings.warnings[0] == "option listen-udp is not built yet: ignored");
    CHECK(settings.warnings[1] == "option redis is not built yet: ignored");
    CHECK(settings.warnings[2] == "option num-threads has no effect here: ignored");
}

TEST_CASE("the children's user") {
    FakeHost host;
    host.root = true;
    const Words words = {"-i192.0.2.1", "-n1"};
    CHECK(make(words, nullptr, host)->user == "nobody");
    host.users.push_back("rtpengine");
    CHECK(make(words, nullptr, host)->user == "rtpengine");
    host.users.push_back("proxy");
    CHECK(make({"-i192.0.2.1", "-n1", "--user=proxy"}, nullptr, host)->user == "proxy");
    CHECK(error_of(make({"-i192.0.2.1", "-n1", "--user=ghost"}, nullptr, host)).find("ghost") !=
          std::string::npos);
    const auto not_root = make({"-i192.0.2.1", "-n127.0.0.1:1", "--user=proxy"});
    CHECK(not_root->user == "");
    CHECK(not_root->warnings.size() == 1);
}

TEST_CASE("the log's settings") {
    auto log = minimal({"-E", "--no-log-timestamps", "-L4", "--log-level-srtp=7", "--log-facility=LOCAL3",
                        "--log-name=me", "--log-format=parsable", "--log-mark-prefix=<<"})
                   .log;
    CHECK(log.to_stderr());
    CHECK_FALSE(log.timestamps());
    CHECK(log.parsable());
    CHECK(log.levels().at("core") == 4);
    CHECK(log.levels().at("srtp") == 7);
    CHECK(log.levels().at("internals") == -1);
    CHECK(log.facility() == 19 << 3);
    CHECK(log.ident() == "me");
    CHECK(log.mark_prefix() == "<<");
    log = minimal().log;
    CHECK_FALSE(log.to_stderr());
    CHECK(log.timestamps());
    CHECK(log.facility() == 3 << 3);
    CHECK(log.levels().at("control") == 6);
}
