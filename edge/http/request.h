// SPDX-License-Identifier: Apache-2.0
// The head of an HTTP/1.1 request (RFC 9112), as far as a server needs it that reads bodies of a known length only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.h"

namespace rtpengine::edge::http {

constexpr std::size_t longest_head = 16 * 1024; // bytes
constexpr std::size_t most_headers = 100;

struct Request {
    std::string method, target;
    std::vector<std::pair<std::string, std::string>> headers; // names in lower case
    bool keep_alive = true;
    std::optional<std::size_t> body; // bytes; none was said

    const std::string* header(std::string_view name) const; // the first; null: there is none
    std::string path() const { return target.substr(0, target.find('?')); }
    // What the query has by that name, decoded.
    std::optional<std::string> query(std::string_view name) const;
};

// Bytes of the head, with the empty line that ends it; 0: it isn't whole. `from`: what was looked at before.
std::size_t head_length(std::string_view input, std::size_t from);

// Of a whole head. Errors: it is none, with the status code that says so.
Result<Request> parse_head(std::string_view head);

// Whether a list ("a, b;q=1") has this token, whatever its case.
bool lists(std::string_view list, std::string_view token);
// Without parameters, in lower case: "text/plain".
std::string media_type(std::string_view value);
// "%41+b": "A b".
std::string decoded(std::string_view text);

} // namespace rtpengine::edge::http
