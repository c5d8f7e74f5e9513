// SPDX-License-Identifier: Apache-2.0
#include "edge/http/request.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace rtpengine::edge::http {

namespace {

const Error bad{"Bad Request", 400}, too_large{"Content Too Large", 413}, unfit{"Not Implemented", 501}, old{"HTTP Version Not Supported", 505};
constexpr std::size_t largest_length = 1 << 30;

bool is_token(char c) { return std::isalnum(static_cast<unsigned char>(c)) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos; }
bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_token(c); }); }

std::string lower(std::string_view text) {
    std::string copy(text);
    for (auto& c : copy) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return copy;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// A line, without its end; `text` goes on behind it.
std::string_view line(std::string_view& text) {
    const auto end = text.find('\n');
    auto found = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
}

// Nobody may read another end of a line out of what we take for a part of it.
bool is_value(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; });
}

Result<Request> request_line(std::string_view text) {
    Request request;
    const auto first = text.find(' '), last = text.rfind(' ');
    if (first == std::string_view::npos || first == last) return bad;
    request.method = text.substr(0, first);
    request.target = text.substr(first + 1, last - first - 1);
    const auto version = text.substr(last + 1);
    if (!is_token(request.method) || !is_visible(request.target) || !request.target.starts_with('/')) {
        if (!(request.method == "OPTIONS" && request.target == "*")) return bad;
    }
    if (!version.starts_with("HTTP/")) return bad;
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return old;
    request.keep_alive = version == "HTTP/1.1";
    return request;
}

Status header_line(std::string_view text, Request& request) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || !is_token(text.substr(0, colon)) || request.headers.size() >= most_headers) return bad;
    const auto value = trimmed(text.substr(colon + 1));
    if (!is_value(value)) return bad;
    request.headers.emplace_back(lower(text.substr(0, colon)), value);
    return {};
}

// Two lengths, or a length and chunks, are how one server is made to see another request than the next.
Status body_length(Request& request) {
    if (request.header("transfer-encoding")) return unfit;
    for (const auto& [name, value] : request.headers) {
        if (name != "content-length") continue;
        std::size_t length = 0;
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (code == std::errc::result_out_of_range) return too_large;
        if (code != std::errc{} || end != value.data() + value.size() || (request.body && *request.body != length)) return bad;
        if (length > largest_length) return too_large;
        request.body = length;
    }
    return {};
}

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const auto letter = std::tolower(static_cast<unsigned char>(c));
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

} // namespace

std::size_t head_length(std::string_view input, std::size_t from) {
    for (auto at = input.find('\n', from); at != std::string_view::npos; at = input.find('\n', at + 1)) {
        const auto before = input.substr(0, at);
        if (before.ends_with('\n') || before.ends_with("\n\r")) return at + 1;
    }
    return 0;
}

Result<Request> parse_head(std::string_view head) {
    auto request = request_line(line(head));
    if (!request) return request;
    for (auto next = line(head); !next.empty(); next = line(head))
        if (auto read = header_line(next, *request); !read) return read.error();
    if (auto read = body_length(*request); !read) return read.error();
    if (const auto* connection = request->header("connection")) {
        if (lists(*connection, "close")) request->keep_alive = false;
        else if (lists(*connection, "keep-alive")) request->keep_alive = true;
    }
    return request;
}

const std::string* Request::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return &value;
    return nullptr;
}

std::optional<std::string> Request::query(std::string_view name) const {
    const auto mark = target.find('?');
    auto rest = mark == std::string::npos ? std::string_view() : std::string_view(target).substr(mark + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        const auto equals = pair.find('=');
        if (decoded(pair.substr(0, equals)) == name) return equals == std::string_view::npos ? std::string() : decoded(pair.substr(equals + 1));
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return std::nullopt;
}

bool lists(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const auto end = list.find(',');
        const auto each = list.substr(0, end);
        if (lower(trimmed(each.substr(0, each.find(';')))) == lower(token)) return true;
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    }
    return false;
}

std::string media_type(std::string_view value) { return lower(trimmed(value.substr(0, value.find(';')))); }

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool coded = text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0;
        if (coded) out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
        else out += text[i] == '+' ? ' ' : text[i];
        if (coded) i += 2;
    }
    return out;
}

} // namespace rtpengine::edge::http
