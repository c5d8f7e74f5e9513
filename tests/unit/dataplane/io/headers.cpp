// SPDX-License-Identifier: Apache-2.0
#include "dataplane/io/headers.h"

#include <vector>

#include <doctest/doctest.h>

using namespace rtpengine;

namespace {

// Straight from RFC 1071, a byte pair at a time.
std::uint16_t reference(std::vector<std::uint8_t> bytes) {
    if (bytes.size() % 2) bytes.push_back(0);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); i += 2)
        sum += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
}

struct Written {
    std::uint8_t bytes[io::Headers::max_size] = {};
    std::size_t size = 0;
};

Written write(const char* from, const char* to, std::uint8_t tos, const std::vector<std::uint8_t>& payload) {
    Written written;
    written.size =
        io::write_headers(written.bytes, *Endpoint::parse(from), *Endpoint::parse(to), {tos, 64}, 0xabcd, payload);
    return written;
}

std::vector<std::uint8_t> datagram(const Written& headers, std::size_t ip,
                                   const std::vector<std::uint8_t>& payload) {
    std::vector<std::uint8_t> bytes(headers.bytes + ip, headers.bytes + headers.size);
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

} // namespace

TEST_CASE("the checksum is the Internet checksum for every length") {
    std::vector<std::uint8_t> bytes;
    for (unsigned i = 0; i < 200; ++i) {
        CHECK(io::checksum_fold(io::checksum_add(0, bytes)) == reference(bytes));
        bytes.push_back(static_cast<std::uint8_t>(0xff - i * 37));
    }
    CHECK(io::checksum_fold(io::checksum_add(0, std::vector<std::uint8_t>(64, 0xff))) == 0xffff);
}

TEST_CASE("an IPv4 datagram's headers") {
    const std::vector<std::uint8_t> payload{1, 2, 3, 4, 5};
    const auto headers = write("192.0.2.1:1000", "198.51.100.2:2000", 0xb8, payload);
    REQUIRE(headers.size == 28);
    CHECK(headers.bytes[0] == 0x45);
    CHECK(headers.bytes[1] == 0xb8);
    CHECK((headers.bytes[2] << 8 | headers.bytes[3]) == 33);
    CHECK((headers.bytes[4] << 8 | headers.bytes[5]) == 0xabcd);
    CHECK((headers.bytes[6] & 0x40) == 0); // DF
    CHECK(headers.bytes[8] == 64);
    std::vector<std::uint8_t> summed{192, 0, 2, 1, 198, 51, 100, 2, 0, 17, 0, 13};
    const auto udp = datagram(headers, 20, payload);
    CHECK((udp[0] << 8 | udp[1]) == 1000);
    CHECK((udp[2] << 8 | udp[3]) == 2000);
    summed.insert(summed.end(), udp.begin(), udp.end());
    CHECK(reference(summed) == 0xffff);
}

TEST_CASE("an IPv6 datagram's headers") {
    const std::vector<std::uint8_t> payload(172, 0xd5);
    const auto from = *Address::parse("2001:db8::1"), to = *Address::parse("2001:db8::2");
    const auto headers = write("[2001:db8::1]:1000", "[2001:db8::2]:2000", 0xb8, payload);
    REQUIRE(headers.size == 48);
    CHECK(headers.bytes[0] == 0x6b);
    CHECK(headers.bytes[1] == 0x80);
    CHECK((headers.bytes[4] << 8 | headers.bytes[5]) == 180);
    std::vector<std::uint8_t> summed(from.bytes.begin(), from.bytes.end());
    summed.insert(summed.end(), to.bytes.begin(), to.bytes.end());
    summed.insert(summed.end(), {0, 0, 0, 180, 0, 0, 0, 17});
    const auto udp = datagram(headers, 40, payload);
    summed.insert(summed.end(), udp.begin(), udp.end());
    CHECK(reference(summed) == 0xffff);
}

TEST_CASE("a checksum of zero is sent as all ones") {
    std::vector<std::uint8_t> payload{0, 0};
    auto headers = write("192.0.2.1:1000", "198.51.100.2:2000", 0, payload);
    payload = {headers.bytes[26], headers.bytes[27]}; // the sum becomes 0xffff, its complement 0
    headers = write("192.0.2.1:1000", "198.51.100.2:2000", 0, payload);
    CHECK((headers.bytes[26] << 8 | headers.bytes[27]) == 0xffff);
}
