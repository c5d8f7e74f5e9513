// SPDX-License-Identifier: Apache-2.0
#include "edge/http/request.h"

#include <doctest/doctest.h>

using namespace rtpengine::edge::http;

namespace {

int status_of(const std::string& head) {
    const auto request = parse_head(head);
    return request ? 200 : request.error().code;
}

} // namespace

TEST_CASE("a head ends with an empty line") {
    const std::string whole = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK(head_length(whole + "body", 0) == whole.size());
    CHECK(head_length("GET / HTTP/1.1\nHost: x\n\nbody", 0) == 24);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK(head_length(whole.substr(0, length), 0) == 0);
        CHECK(head_length(whole, length) == whole.size()); // whatever was looked at before
    }
}

TEST_CASE("what a request says") {
    const auto request = parse_head("POST /ng?a=b%20c&token=x+y&empty HTTP/1.1\r\nHost: x\r\nContent-Type: \t text/Plain; charset=x \r\n"
                                    "X: \r\nContent-Length: 17\r\nContent-Length: 17\r\n\r\n");
    REQUIRE(request);
    CHECK(request->method == "POST");
    CHECK(request->path() == "/ng");
    CHECK(request->body == 17);
    CHECK(request->keep_alive);
    CHECK(*request->header("content-type") == "text/Plain; charset=x");
    CHECK(media_type(*request->header("content-type")) == "text/plain");
    CHECK(*request->header("x") == "");
    CHECK(!request->header("y"));
    CHECK(request->query("a") == "b c");
    CHECK(request->query("token") == "x y");
    CHECK(request->query("empty") == "");
    CHECK(!request->query("b"));
    CHECK(!parse_head("GET / HTTP/1.1\r\n\r\n")->query("a"));
    CHECK(!parse_head("GET / HTTP/1.1\r\n\r\n")->body);
}

TEST_CASE("whether the connection stays") {
    CHECK(parse_head("GET / HTTP/1.1\r\n\r\n")->keep_alive);
    CHECK(!parse_head("GET / HTTP/1.0\r\n\r\n")->keep_alive);
    CHECK(parse_head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
    CHECK(!parse_head("GET / HTTP/1.1\r\nConnection: x, CLOSE\r\n\r\n")->keep_alive);
}

TEST_CASE("what is no request, or not one for us") {
    CHECK(status_of("OPTIONS * HTTP/1.1\r\n\r\n") == 200);
    for (const char* line : {"GET /", "GET  / HTTP/1.1", "GET x HTTP/1.1", "GET * HTTP/1.1", "G(T / HTTP/1.1", " / HTTP/1.1", "GET / HTTP", "",
                             "GET /\x7f HTTP/1.1", "GET /a\tb HTTP/1.1"})
        CHECK(status_of(std::string(line) + "\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/3.0\r\n\r\n") == 505);
    for (const char* header : {"nocolon", ": x", "a b: x", " folded: x", "a: x\ry", "a : x", "a: \x01", "Content-Length: 1\r\nContent-Length: 2",
                               "Content-Length: -1", "Content-Length: +1", "Content-Length: 0x1", "Content-Length: 1,1", "Content-Length:"})
        CHECK(status_of("GET / HTTP/1.1\r\n" + std::string(header) + "\r\n\r\n") == 400);
    CHECK(status_of("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n") == 413);
    CHECK(status_of("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") == 501);
    std::string many = "GET / HTTP/1.1\r\n";
    for (std::size_t i = 0; i <= most_headers; ++i) many += "a: b\r\n";
    CHECK(status_of(many + "\r\n") == 400);
}

TEST_CASE("escapes of an address") {
    CHECK(decoded("a%41+b%2fc") == "aA b/c");
    CHECK(decoded("%") == "%");
    CHECK(decoded("%4") == "%4");
    CHECK(decoded("%zz%41") == "%zzA");
    CHECK(decoded("%00x") == std::string("\0x", 2));
}
