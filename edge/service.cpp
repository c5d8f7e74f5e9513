// SPDX-License-Identifier: Apache-2.0
#include "edge/service.h"

#include <algorithm>

#include <sys/resource.h>

#include "common/base/log.h"
#include "edge/cli/session.h"
#include "edge/http/session.h"
#include "edge/ng/session.h"
#include "edge/tls/channel.h"

namespace rtpengine::edge {

namespace {

constexpr std::uint64_t last_ms = 500; // for control's answers, at the end
constexpr std::size_t own_descriptors = 64; // beside those of clients

// As many as may be, and as there are descriptors.
std::size_t most_clients(std::uint32_t wanted) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return wanted;
    const auto descriptors = static_cast<std::size_t>(limit.rlim_cur);
    return std::min<std::size_t>(wanted, descriptors > 2 * own_descriptors ? descriptors - own_descriptors : own_descriptors);
}

std::string_view word(link::Transport transport) {
    switch (transport) {
    case link::TCP_NG: return "NG";
    case link::CLI: return "CLI";
    case link::HTTP: return "HTTP";
    default: return "HTTPS";
    }
}

} // namespace

Service::Service(uv::Loop& loop, const link::EdgeConfig& config)
    : loop_(loop), admission_({config.edge().tokens().begin(), config.edge().tokens().end()}), config_(config.config()), clients_(loop, most_clients(config.edge().max_connections())) {}

Result<std::unique_ptr<Service>> Service::create(uv::Loop& loop, link::Context& context, const link::EdgeConfig& config) {
    std::unique_ptr<Service> service(new Service(loop, config));
    auto control = ControlLink::connect(context, loop, config.runtime_dir(), config.name(), config.instance(),
                                        [raw = service.get()] { raw->clients_.again(); });
    if (!control) return control.error();
    service->control_ = *std::move(control);
    service->shared_.emplace(Shared{*service->control_, service->cookies_, service->admission_, config.edge().http_idle_timeout() * 1000ULL, [raw = service.get()] { return raw->clients_.size(); }, service->config_});
    for (const auto& listener : config.listeners())
        if (auto listening = service->listen(listener, config.edge()); !listening) return listening.error();
    return service;
}

Status Service::listen(const link::NgListener& listener, const link::Edge& edge) {
    const auto transport = listener.transport();
    if (transport == link::HTTPS && !tls_) {
        auto context = TlsContext::create(edge.certificate(), edge.key(), edge.client_ca());
        if (!context) return context.error();
        tls_ = *std::move(context);
    }
    const Endpoint local{Address::from_bytes(listener.local().address()), static_cast<std::uint16_t>(listener.local().port())};
    listeners_.push_back(std::make_unique<Listener>(
        loop_, Fd(listener.fd()), [this, transport](Fd socket, const Endpoint& peer) { accepted(transport, std::move(socket), peer); },
        [this] { return clients_.drop_oldest(); }));
    places_ += fmt::format("{}{} on {}", places_.empty() ? "" : ", ", word(transport), local.str());
    return {};
}

void Service::accepted(link::Transport transport, Fd socket, const Endpoint& peer) {
    log::record(log::Level::info, log::Subsystem::control, {}, "new {} connection from {}", word(transport), log::marked(peer.str()));
    auto through = channel(transport, std::move(socket));
    auto* connection = through ? clients_.add(std::move(through), peer) : nullptr;
    if (!connection)
        return log::record(log::Level::warning, log::Subsystem::control, {}, "{} from {} is turned away: all connections are at work",
                           word(transport), log::marked(peer.str()));
    connection->begin(session(transport, *connection));
}

std::unique_ptr<Channel> Service::channel(link::Transport transport, Fd socket) {
    if (transport == link::HTTPS) return TlsChannel::create(tls_, std::move(socket));
    return std::make_unique<PlainChannel>(std::move(socket));
}

std::unique_ptr<Session> Service::session(link::Transport transport, Connection& connection) {
    if (transport == link::TCP_NG) return std::make_unique<NgSession>(connection, *control_, admission_);
    if (transport == link::CLI) return std::make_unique<cli::CliSession>(connection, *shared_);
    return std::make_unique<http::HttpSession>(connection, *shared_);
}

void Service::finish(std::function<void()> done) {
    finished_ = std::move(done);
    for (auto& listener : listeners_) listener->stop();
    const auto end = [this] {
        if (finished_) std::exchange(finished_, nullptr)();
    };
    patience_.emplace(loop_, end);
    patience_->start_ms(last_ms);
    on_round_.emplace(loop_, [this, end] {
        if (control_->is_idle() && clients_.is_idle()) end();
    });
}

std::string Service::detail() const { return fmt::format("{}; {} connections", places_, clients_.size()); }

} // namespace rtpengine::edge
