// SPDX-License-Identifier: Apache-2.0
// The edge process put together: listeners, their clients, and the link to control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/link/socket.h"
#include "edge/link/control_link.h"
#include "edge/net/clients.h"
#include "edge/net/listener.h"
#include "edge/shared.h"
#include "edge/tls/context.h"

namespace rtpengine::edge {

class Service {
  public:
    // Listens at once. Takes the listeners' descriptors out of `config`. `loop` and `context` outlive the service.
    static Result<std::unique_ptr<Service>> create(uv::Loop& loop, link::Context& context, const link::EdgeConfig& config);
    // Accepts nobody any more; `done` when who has asked is answered, at the latest after half a second.
    void finish(std::function<void()> done);
    // One line for `status`.
    std::string detail() const;

  private:
    Service(uv::Loop& loop, const link::EdgeConfig& config);
    Status listen(const link::NgListener& listener, const link::Edge& edge);
    std::unique_ptr<Channel> channel(link::Transport transport, Fd socket);
    void accepted(link::Transport transport, Fd socket, const Endpoint& peer);
    std::unique_ptr<Session> session(link::Transport transport, Connection& connection);

    uv::Loop& loop_;
    std::unique_ptr<ControlLink> control_;
    PlainCookies cookies_;
    const Admission admission_;
    const link::InstanceConfig config_;
    std::optional<Shared> shared_;
    std::shared_ptr<TlsContext> tls_; // null: nobody comes over it
    Clients clients_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::string places_; // what is listened on
    std::function<void()> finished_;
    std::optional<uv::Prepare> on_round_; // while finishing
    std::optional<uv::Timer> patience_;
};

} // namespace rtpengine::edge
