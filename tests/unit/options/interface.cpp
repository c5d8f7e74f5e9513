// SPDX-License-Identifier: Apache-2.0
#include "common/options/interface.h"

#include <doctest/doctest.h>

#include "fake_host.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

Result<std::vector<LocalEntry>> resolved(const char* text) {
    const auto spec = parse_interface(text);
    REQUIRE(spec);
    return resolve(*spec, FakeHost{});
}

std::string list(const Result<std::vector<LocalEntry>>& entries) {
    std::string text;
    if (!entries) return "error: " + entries.error().message;
    for (const auto& e : *entries)
        text += (text.empty() ? "" : " ") + e.address.str() +
                (e.advertised == e.address ? "" : "!" + e.advertised.str());
    return text;
}

Result<InterfaceSpec> section(const std::string& keys) {
    const auto file = parse_key_file("[if-pub]\n" + keys);
    REQUIRE(file);
    return parse_interface(file->sections[0], "if");
}

} // namespace

TEST_CASE("the grammar of --interface") {
    struct Row {
        const char *text, *name, *alias_of, *local, *advertised;
    };
    for (const auto& r : {Row{"192.0.2.1", "default", "", "192.0.2.1", ""},
                          Row{"192.0.2.1!203.0.113.1", "default", "", "192.0.2.1", "203.0.113.1"},
                          Row{" pub/2001:db8::1!203.0.113.1 ", "pub", "", "2001:db8::1", "203.0.113.1"},
                          Row{"pub:1/eth0", "pub:1", "", "eth0", ""}, Row{"any", "default", "", "any", ""},
                          Row{"ext=pub", "ext", "pub", "", ""}, Row{"ext = pub:2", "ext", "pub:2", "", ""},
                          Row{"a/b=c", "a", "", "b=c", ""}, Row{"a=b/c", "a", "b/c", "", ""}}) {
        CAPTURE(r.text);
        const auto spec = parse_interface(r.text);
        REQUIRE(spec);
        CHECK(spec->name == r.name);
        CHECK(spec->alias_of == r.alias_of);
        CHECK(spec->local == r.local);
        CHECK(spec->advertised == r.advertised);
    }
    for (const char* text : {"", " ", "/192.0.2.1", "pub/", "pub/!192.0.2.1", "=pub",
                             "ext=", "pub/192.0.2.1!", "a\xff/192.0.2.1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_interface(text));
    }
    CHECK_FALSE(parse_interface(std::string(201, 'n') + "/192.0.2.1"));
}

TEST_CASE("groups are nobody's address") {
    for (const char* text : {"a/224.0.0.1", "239.255.0.1", "255.255.255.255", "ff02::1", "192.0.2.1!233.1.2.3", "192.0.2.1!ff0e::1"}) {
        CAPTURE(text);
        CHECK(list(resolved(text)).find("is multicast or broadcast") != std::string::npos);
    }
    CHECK(list(resolved("223.255.255.1")) == "223.255.255.1");
}

TEST_CASE("what an address means on this host") {
    CHECK(list(resolved("192.0.2.1")) == "192.0.2.1");
    CHECK(list(resolved("eth0")) == "198.51.100.1 2001:db8::1");
    CHECK(list(resolved("eth0!203.0.113.9")) == "198.51.100.1!203.0.113.9 2001:db8::1!203.0.113.9");
    CHECK(list(resolved("any")) == "198.51.100.1 2001:db8::1");
    CHECK(list(resolved("lo")) == "127.0.0.1");
    CHECK(list(resolved("proxy.example")) == "192.0.2.7 2001:db8::7");
    CHECK(list(resolved("192.0.2.1!proxy.example")) == "192.0.2.1!192.0.2.7");
}

TEST_CASE("addresses that mean nothing quote what was written") {
    for (const char* text : {"0.0.0.0", "pub/::", "eth1", "nowhere.example", "192.0.2.1!0.0.0.0",
                             "192.0.2.1!nowhere.example", "zero.example", "192.0.2.1!eth0"}) {
        CAPTURE(text);
        const auto entries = resolved(text);
        REQUIRE_FALSE(entries);
        CHECK(entries.error().message.find(text) != std::string::npos);
    }
}

TEST_CASE("sections: name, ports, excluded ports, advertised synonyms") {
    auto spec = section("address = eth0\nport-min = 20000\nport-max=20999\nexclude-ports = 20002 ; 20004;\n");
    REQUIRE(spec);
    CHECK(spec->name == "pub");
    CHECK(spec->local == "eth0");
    CHECK(spec->port_min == 20000);
    CHECK(spec->port_max == 20999);
    CHECK(spec->exclude_ports == std::vector<std::uint16_t>{20002, 20004});
    for (const char* key : {"advertised", "advertised-address", "advertised_address", "advertised address"})
        CHECK(section("address = eth0\n" + std::string(key) + " = 203.0.113.1")->advertised == "203.0.113.1");
    CHECK(section("address = eth0\nname = other")->name == "other");
    CHECK(section("address = eth0\nport-min = 0\nport-max =")->port_min == 0);
    spec = section("alias = other\naddress = nonsense\nport-min = x");
    REQUIRE(spec);
    CHECK(spec->alias_of == "other");
    CHECK(spec->name == "pub");
}

TEST_CASE("sections: every bad value is refused") {
    for (const char* keys : {"", "address =", "alias =", "address=eth0\nport-min=65536",
                             "address=eth0\nport-min=-1", "address=eth0\nport-max=20x",
                             "address=eth0\nport-min=20001\nport-max=20000", "address=eth0\nexclude-ports=0",
                             "address=eth0\nexclude-ports=a", "address=eth0\nexclude-ports=1;70000"}) {
        CAPTURE(keys);
        CHECK_FALSE(section(keys));
    }
}
