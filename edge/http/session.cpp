// SPDX-License-Identifier: Apache-2.0
#include "edge/http/session.h"

#include "common/base/log.h"
#include "edge/cli/job.h"
#include "edge/metrics/render.h"
#include "edge/ng/answer.h"
#include "edge/ws/session.h"
#include "edge/ws/upgrade.h"

namespace rtpengine::edge::http {

namespace {

constexpr std::string_view ng_type = "application/x-rtpengine-ng", json_type = "application/json";
const Response not_found{404, "text/plain", "not found\n"}, no_cookie{600, "text/plain", "error\n"},
    unauthorized{401, "text/plain", "unauthorized\n", "WWW-Authenticate: Bearer\r\n"};

bool begins(std::string_view path, std::string_view prefix) { return path == prefix || (path.starts_with(prefix) && path[prefix.size()] == '/'); }

} // namespace

// What is served: method, path, type of what comes (empty: any, none).
struct HttpSession::Row {
    std::string_view method, path;
    std::string_view type, other_type;
    bool open; // to everybody
    void (HttpSession::*serve)(std::string_view body);
};

const HttpSession::Row HttpSession::rows[] = {
    {"GET", "/ping", {}, {}, true, &HttpSession::ping},
    {"POST", "/ng", ng_type, {}, false, &HttpSession::ng},
    {"GET", "/cli", {}, {}, false, &HttpSession::cli_path},
    {"GET", "/metrics", {}, {}, false, &HttpSession::metrics},
    {"POST", "/cli", "text/plain", {}, false, &HttpSession::cli_body},
    {"POST", "/ng-plain", ng_type, json_type, false, &HttpSession::ng_plain},
};

HttpSession::HttpSession(Connection& connection, const Shared& shared)
    : connection_(connection), shared_(shared), replies_([this](std::string_view reply) { connection_.send(reply); }) {}

Result<std::size_t> HttpSession::take(std::string_view input) {
    if (!request_) {
        head_ = head_length(input, looked_);
        looked_ = input.size();
        if (!head_ && input.size() <= longest_head) return std::size_t{0};
        if (!head_ || head_ > longest_head) return refuse({"Request Header Fields Too Large", 431}, input.size());
        auto parsed = parse_head(input.substr(0, head_));
        if (!parsed) return refuse(parsed.error(), input.size());
        request_ = *std::move(parsed);
    }
    if (ws::wanted(*request_) && !is_idle()) return std::size_t{0}; // what it asked before is answered in HTTP
    const bool post = request_->method == "POST";
    if (post && (!request_->body || !request_->header("content-type"))) return Error{"a POST without Content-Length or Content-Type"};
    const auto body = request_->body.value_or(0);
    if (body > longest_body) return refuse({"Content Too Large", 413}, input.size());
    hurry(input.size());
    if (input.size() < head_ + body) return std::size_t{0};
    serve(input.substr(head_, body));
    request_.reset();
    looked_ = 0;
    continued_ = false;
    return head_ + body;
}

// Nobody knows where the next request would begin.
std::size_t HttpSession::refuse(const Error& error, std::size_t all) {
    log::record(log::Level::warning, log::Subsystem::http, {}, "a request from {} is refused: {}", log::marked(connection_.peer().str()),
                error.message);
    last_ = true;
    answer(replies_.open(), {error.code, "text/plain", "error\n"});
    return all;
}

// A client may wait for this before it sends a body.
void HttpSession::hurry(std::size_t come) {
    const auto* expect = request_->header("expect");
    if (!expect || !lists(*expect, "100-continue") || come > head_ || continued_ || !is_idle()) return;
    continued_ = true;
    connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
}

// As a bearer's token, or, where a page can't say that, in the address.
bool HttpSession::is_admitted() const {
    if (shared_.admission.is_open()) return true;
    constexpr std::string_view scheme = "Bearer ";
    if (const auto* given = request_->header("authorization"); given && given->starts_with(scheme))
        return shared_.admission.knows(std::string_view(*given).substr(scheme.size()));
    const auto token = request_->query("token");
    return token && shared_.admission.knows(*token);
}

void HttpSession::serve(std::string_view body) {
    last_ = !request_->keep_alive;
    if (request_->method == "OPTIONS") return answer(replies_.open(), {200, {}, {}});
    if (ws::wanted(*request_) && upgrade()) return;
    const auto path = request_->path();
    const auto* given = request_->header("content-type");
    const auto type = given ? media_type(*given) : std::string();
    for (const auto& row : rows) {
        if (row.method != request_->method || !begins(path, row.path)) continue;
        if (!row.type.empty() && type != row.type && (row.other_type.empty() || type != row.other_type)) continue;
        if (!row.open && !is_admitted()) return answer(replies_.open(), unauthorized);
        return (this->*row.serve)(body);
    }
    log::record(log::Level::warning, log::Subsystem::http, {}, "{} asks for what is not there: {} {} ({})", log::marked(connection_.peer().str()),
                request_->method, request_->target, type);
    answer(replies_.open(), not_found);
}

bool HttpSession::upgrade() {
    const auto kind = ws::subprotocol_of(*request_);
    const auto accept = ws::accept_of(*request_);
    if (!kind || !accept) {
        last_ = true;
        answer(replies_.open(), {400, "text/plain", "unknown subprotocol\n"});
        return true;
    }
    if (!is_admitted()) {
        answer(replies_.open(), unauthorized);
        return true;
    }
    connection_.send(ws::switching(*kind, *accept));
    connection_.change(std::make_unique<ws::WsSession>(connection_, shared_, *kind));
    return true;
}

void HttpSession::answer(Replies::Place place, const Response& response) {
    replies_.fill(place, text_of(response, last_));
    if (last_ && is_idle()) connection_.end();
}

void HttpSession::ping(std::string_view) { answer(replies_.open(), {200, "text/plain", "pong\n"}); }

void HttpSession::ng(std::string_view body) {
    const auto space = body.find(' ');
    if (space == 0 || space == std::string_view::npos) return answer(replies_.open(), no_cookie);
    ask(std::string(body), false);
}

void HttpSession::ng_plain(std::string_view body) { ask(shared_.cookies.add(body), true); }

// /cli/list+numsessions
void HttpSession::cli_path(std::string_view) {
    const auto path = request_->path();
    constexpr std::size_t prefix = 5; // "/cli/"
    run(path.size() > prefix ? decoded(std::string_view(path).substr(prefix)) : "usage");
}

void HttpSession::cli_body(std::string_view body) {
    while (body.ends_with('\n') || body.ends_with('\r')) body.remove_suffix(1);
    run(std::string(body));
}

void HttpSession::run(const std::string& command) {
    const auto place = replies_.open();
    auto job = std::make_shared<cli::Job>(shared_, connection_.peer(), [this, place](std::string text) {
        answer(place, {200, "text/plain", std::move(text)});
        connection_.again();
    });
    replies_.wait(place, job);
    job->start(command);
}

// Two snapshots of control's; a collector that doesn't read them takes nobody's time.
void HttpSession::metrics(std::string_view) {
    const auto place = replies_.open();
    auto job = std::make_shared<cli::Job>(shared_, connection_.peer(), [this, place](std::string text) {
        answer(place, {200, "text/plain", std::move(text)});
        connection_.again();
    });
    replies_.wait(place, job);
    job->ask({"statistics"}, [this, raw = job.get()](const ng::Dict& statistics) {
        raw->ask({"status"}, [this, raw, statistics](const ng::Dict& status) {
            raw->finish(edge::metrics::render(statistics, status, shared_.connections()));
        });
    });
}

void HttpSession::ask(const std::string& message, bool plain) {
    const bool json = media_type(*request_->header("content-type")) == json_type;
    const auto place = replies_.open();
    auto done = [this, place, plain, json, asked = asked_of(message)](const auto& reply) {
        const auto text = answer_of(asked, reply);
        answer(place, {200, json ? json_type : ng_type, std::string(plain ? PlainCookies::strip(text) : std::string_view(text))});
        connection_.again();
    };
    replies_.wait(place, shared_.control.ask_ng(connection_.peer(), message, std::move(done)));
}

} // namespace rtpengine::edge::http
