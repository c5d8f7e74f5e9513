// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "edge/http/request.h"
#include "edge/http/response.h"
#include "edge/net/connection.h"
#include "edge/replies.h"
#include "edge/shared.h"

namespace rtpengine::edge::http {

// HTTP/1.1 (specification section 1.4): NG, the command line, metrics; and the way to WebSocket.
class HttpSession final : public Session {
  public:
    static constexpr std::size_t most_open = 16;           // requests without an answer
    static constexpr std::size_t longest_body = 256 * 1024; // bytes
    // Both outlive it.
    HttpSession(Connection& connection, const Shared& shared);

    Result<std::size_t> take(std::string_view input) override;
    bool is_full() const override { return last_ || replies_.open_places() >= most_open || shared_.control.is_full(); }
    bool is_idle() const override { return replies_.open_places() == 0; }
    std::uint64_t patience_ms(bool begun) const override { return begun ? 10'000 : shared_.http_idle_ms; }

  private:
    struct Row;
    static const Row rows[];

    std::size_t refuse(const Error& error, std::size_t all);
    void hurry(std::size_t come);
    void serve(std::string_view body);
    bool is_admitted() const;
    bool upgrade();
    void answer(Replies::Place place, const Response& response);

    void options(std::string_view body);
    void ping(std::string_view body);
    void ng(std::string_view body);
    void ng_plain(std::string_view body);
    void cli_path(std::string_view body);
    void cli_body(std::string_view body);
    void run(const std::string& command);
    void metrics(std::string_view body);
    void ask(const std::string& message, bool plain);

    Connection& connection_;
    const Shared& shared_;
    Replies replies_;
    std::optional<Request> request_; // whose body is waited for
    std::size_t head_ = 0, looked_ = 0; // its bytes; of the head that isn't whole
    bool continued_ = false;  // the client was told to go on
    bool last_ = false;       // nothing is taken after it
};

} // namespace rtpengine::edge::http
