// SPDX-License-Identifier: Apache-2.0
#include "edge/http/response.h"

#include <fmt/format.h>

namespace rtpengine::edge::http {

namespace {

std::string_view reason(int status) {
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 431: return "Request Header Fields Too Large";
    case 413: return "Content Too Large";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Error";
    }
}

} // namespace

std::string text_of(const Response& response, bool last) {
    return fmt::format("HTTP/1.1 {} {}\r\n{}{}{}Content-Length: {}\r\n"
                       "Access-Control-Allow-Origin: *\r\nAccess-Control-Max-Age: 86400\r\n"
                       "Access-Control-Allow-Methods: GET, POST\r\nAccess-Control-Allow-Headers: Content-Type\r\n{}{}\r\n{}",
                       response.status, reason(response.status), response.type.empty() ? "" : "Content-Type: ", response.type,
                       response.type.empty() ? "" : "\r\n", response.body.size(), response.more, last ? "Connection: close\r\n" : "",
                       response.body);
}

} // namespace rtpengine::edge::http
