// SPDX-License-Identifier: Apache-2.0
#include "edge/net/clients.h"

#include <utility>

#include "common/base/log.h"

namespace rtpengine::edge {

namespace {

constexpr std::uint64_t most_waiting = 128 << 20; // bytes, of all connections
constexpr std::uint64_t look_every_ms = 1000, say_every_ms = 10'000;

} // namespace

Clients::Clients(uv::Loop& loop, std::size_t most)
    : loop_(loop), most_(most), on_due_(loop, [this] { flush(); }), tick_(loop, [this] { each([](Connection& connection) { connection.tick(); }); }),
      on_round_(loop, [this] { bury(); }) {
    tick_.start_ms(look_every_ms, look_every_ms);
}

Clients::~Clients() = default;

Connection* Clients::add(std::unique_ptr<Channel> channel, const Endpoint& peer) {
    while (alive_ >= most_)
        if (!drop_oldest()) return nullptr;
    auto& connection = *all_.emplace_back(std::make_unique<Connection>(loop_, std::move(channel), peer, *this));
    places_[&connection] = std::prev(all_.end());
    connection.set_id(next_id_++);
    ++alive_;
    return &connection;
}

bool Clients::drop_oldest() {
    for (auto& connection : all_) {
        if (connection->is_over() || !connection->is_idle()) continue;
        ++dropped_;
        if (loop_.now_ms() - dropped_said_ms_ >= say_every_ms) {
            dropped_said_ms_ = loop_.now_ms();
            log::warning("there are {} connections, which is most there may be (max-connections, or open files): those that were silent "
                         "longest are closed, {} so far",
                         alive_, dropped_);
        }
        connection->close(nullptr);
        return true;
    }
    return false;
}

void Clients::again() {
    each([](Connection& connection) { connection.again(); });
}

// Who is visited may end, and others with it: none is destroyed before the round is over.
void Clients::each(const std::function<void(Connection&)>& visit) {
    for (auto& connection : all_)
        if (!connection->is_over()) visit(*connection);
}

bool Clients::is_idle() const {
    for (const auto& connection : all_)
        if (!connection->is_over() && !connection->is_idle()) return false;
    return true;
}

void Clients::active(Connection& connection) { all_.splice(all_.end(), all_, places_.at(&connection)); }

void Clients::over(Connection& connection) {
    --alive_;
    dead_.push_back(places_.at(&connection));
}

void Clients::due(Connection& connection) {
    due_.push_back(&connection);
    on_due_.start();
}

// Who is due because of this has its turn in the next round.
void Clients::flush() {
    on_due_.stop();
    for (auto* connection : std::exchange(due_, {})) connection->flush();
}

bool Clients::count(std::int64_t bytes) {
    waiting_bytes_ += static_cast<std::uint64_t>(bytes);
    return waiting_bytes_ <= most_waiting;
}

void Clients::bury() {
    for (const auto place : std::exchange(dead_, {})) {
        std::erase(due_, place->get());
        places_.erase(place->get());
        all_.erase(place);
    }
}

} // namespace rtpengine::edge
