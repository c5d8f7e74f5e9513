// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ice/message.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "dataplane/ice/writer.h"

using namespace rtpengine;
using namespace rtpengine::ice;

namespace {

using Datagram = std::vector<std::uint8_t>;

Datagram hex(std::string_view text) {
    Datagram bytes;
    std::string digits;
    for (const char c : text)
        if (c != ' ' && c != '\n') digits += c;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        bytes.push_back(static_cast<std::uint8_t>(std::stoi(digits.substr(i, 2), nullptr, 16)));
    return bytes;
}

// RFC 5769 section 2.
constexpr std::string_view password = "VOkJxbRl1RmTxUk/WvJxBt";
const auto request = hex("00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e207465737420636c69656e74"
                         "00240004 6e0001ff 80290008 932ff9b151263b36 00060009 6576746a3a68367659 202020"
                         "00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004 e57a3bcf");
const auto response4 = hex("0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220"
                           "00200008 0001a147e112a643 00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96");
const auto response6 = hex("01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220"
                           "00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
                           "00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c");

const Transaction some{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

Datagram copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

} // namespace

TEST_CASE("the samples of RFC 5769 are read, and are authentic under their password alone") {
    const auto message = Message::read(request);
    REQUIRE(message);
    CHECK(message->cls == Class::request);
    CHECK(message->method == binding);
    CHECK(*message->username == "evtj:h6vY");
    CHECK(*message->priority == 0x6e0001ff);
    CHECK(*message->controlled == 0x932ff9b151263b36);
    CHECK_FALSE(message->controlling);
    CHECK(message->fingerprint);
    CHECK(message->authentic(password));
    CHECK_FALSE(message->authentic("VOkJxbRl1RmTxUk/WvJxBu"));

    for (const auto& [sample, address] : {std::pair{&response4, "192.0.2.1"}, {&response6, "2001:db8:1234:5678:11:2233:4455:6677"}}) {
        const auto answer = Message::read(*sample);
        REQUIRE(answer);
        CHECK(answer->cls == Class::success);
        CHECK(*answer->mapped == Endpoint{*Address::parse(address), 32853});
        CHECK(answer->authentic(password));
    }
}

TEST_CASE("a damaged message is none: each bit of it is covered by the fingerprint, or is what makes it STUN") {
    for (const auto& sample : {request, response4, response6})
        for (std::size_t bit = 0; bit < sample.size() * 8; ++bit) {
            auto damaged = sample;
            damaged[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
            const auto message = Message::read(damaged);
            // The type of the last attribute, or a length: then there is no fingerprint at least.
            if (message) CHECK_FALSE(message->fingerprint);
        }
}

TEST_CASE("a message that was cut off, or has something behind it, is none") {
    for (std::size_t size = 0; size < request.size(); ++size) CHECK_FALSE(Message::read(Bytes(request).first(size)));
    for (std::size_t more : {1u, 4u}) {
        auto longer = request;
        longer.resize(request.size() + more);
        CHECK_FALSE(Message::read(longer));
    }
}

TEST_CASE("what is written is read as it was meant") {
    Writer writer(Class::request, some);
    const auto message = Message::read(writer.username("peer:us").priority(7).controlling(0x0102030405060708).use_candidate().seal("pwd").finish());
    REQUIRE(message);
    CHECK(message->transaction == some);
    CHECK(*message->username == "peer:us");
    CHECK(*message->priority == 7);
    CHECK(*message->controlling == 0x0102030405060708);
    CHECK(message->use_candidate);
    CHECK(message->fingerprint);
    CHECK(message->authentic("pwd"));
    CHECK_FALSE(message->authentic("pwe"));

    for (const auto* source : {"203.0.113.7:1", "[2001:db8::7]:65535"}) {
        Writer answer(Class::success, some);
        const auto read = Message::read(answer.mapped(*Endpoint::parse(source)).seal("pwd").finish());
        REQUIRE(read);
        CHECK(read->mapped->str() == source);
        CHECK(read->cls == Class::success);
    }
    Writer refusal(Class::error, some);
    const std::uint16_t attributes[] = {0x7777, 0x1111, 0x2222};
    const auto read = Message::read(refusal.error(487, "Role Conflict").unknown(attributes).finish());
    REQUIRE(read);
    CHECK(read->error == 487);
    CHECK_FALSE(read->authentic(""));
}

TEST_CASE("attributes that must be understood and are not are told, others are passed over") {
    // 0x7777 with 3 bytes, 0xc001 with none
    auto bytes = hex("00010000 2112a442 000000000000000000000000 77770003 01020300 c0010000");
    bytes[3] = static_cast<std::uint8_t>(bytes.size() - header_size);
    const auto message = Message::read(bytes);
    REQUIRE(message);
    CHECK(message->unknown_count == 1);
    CHECK(message->unknown[0] == 0x7777);
    CHECK_FALSE(message->fingerprint);
}

TEST_CASE("what stands behind MESSAGE-INTEGRITY isn't sealed, and doesn't count") {
    Writer writer(Class::request, some);
    const auto message = Message::read(writer.seal("pwd").use_candidate().username("x").finish());
    REQUIRE(message);
    CHECK(message->authentic("pwd"));
    CHECK_FALSE(message->use_candidate);
    CHECK_FALSE(message->username);
}

TEST_CASE("an attribute of a wrong size makes the whole message none; of one that stands twice the first counts") {
    for (const auto* attribute : {"00240003 01020300", "80290004 01020304", "802a0009 010203040506070809000000", "00200008 0003a147e112a643",
                                  "00200007 0001a147e112a600", "00090003 00000400", "00090004 00000763", "00240008 6e0001ff00000000"}) {
        auto bytes = copy(hex(std::string("00010000 2112a442 000000000000000000000000") + attribute));
        bytes[3] = static_cast<std::uint8_t>(bytes.size() - header_size);
        CHECK_FALSE(Message::read(bytes));
    }
    Writer writer(Class::request, some);
    const auto message = Message::read(writer.username("first").username("second").priority(1).priority(2).finish());
    REQUIRE(message);
    CHECK(*message->username == "first");
    CHECK(*message->priority == 1);
}

TEST_CASE("what doesn't fit is not written, and what fits still is") {
    Writer writer(Class::request, some);
    const auto message = Message::read(writer.username(std::string(2000, 'x')).priority(1).seal(std::string(300, 'k')).finish());
    REQUIRE(message);
    CHECK_FALSE(message->username);
    CHECK(*message->priority == 1);
    CHECK(message->authentic(std::string(300, 'k')));
}
