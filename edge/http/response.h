// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace rtpengine::edge::http {

struct Response {
    int status = 200;
    std::string_view type = "text/plain"; // empty: there is no body
    std::string body;
    std::string_view more = {}; // whole lines of the head
};

// As it leaves; any page of any site may read it (specification section 1.4). `last`: the connection ends behind it.
std::string text_of(const Response& response, bool last);

} // namespace rtpengine::edge::http
