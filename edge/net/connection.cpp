// SPDX-License-Identifier: Apache-2.0
#include "edge/net/connection.h"

#include <array>

#include "common/base/log.h"

namespace rtpengine::edge {

namespace {

constexpr std::size_t piece = 16 * 1024;         // that is read at a time
constexpr unsigned pieces_a_turn = 8;            // of one client
constexpr std::size_t much_output = 256 * 1024;  // bytes that a client hasn't read: it gets no more answers before it does
constexpr std::uint64_t unread_ms = 30'000;      // with something to read, and nothing read
constexpr std::uint64_t farewell_ms = 5'000;     // for the client's own end, after ours

} // namespace

Connection::Connection(uv::Loop& loop, std::unique_ptr<Channel> channel, const Endpoint& peer, Owner& owner)
    : loop_(loop), channel_(std::move(channel)), peer_(peer), owner_(owner), since_ms_(loop.now_ms()), written_ms_(loop.now_ms()),
      watch_(loop, channel_->fd(), [this] { ready(); }) {}

Connection::~Connection() { owner_.count(-static_cast<std::int64_t>(counted_)); }

void Connection::begin(std::unique_ptr<Session> session) {
    session_ = std::move(session);
    settle();
}

void Connection::ready() {
    write();
    if (!over_) read();
    settle();
}

// At the end only that there is no more.
bool Connection::wants_input() const {
    if (over_ || input_ended_) return false;
    if (refused_ && !finished_) return false;
    return finished_ || (!session_->is_full() && output_.size() - sent_ < much_output);
}

void Connection::read() {
    std::array<char, piece> buffer;
    for (unsigned i = 0; (i < pieces_a_turn || channel_->pending()) && wants_input(); ++i) {
        const auto [outcome, bytes] = channel_->read(buffer.data(), buffer.size());
        if (outcome == Channel::Outcome::failed) return close(nullptr);
        if (outcome == Channel::Outcome::blocked) return;
        if (outcome == Channel::Outcome::ended) {
            input_ended_ = true;
            return;
        }
        if (finished_) continue; // nobody listens any more
        owner_.active(*this);
        input_.append(buffer.data(), bytes);
        process();
    }
}

// What the session has no use for yet stays, at the front.
void Connection::process() {
    std::size_t used = 0;
    busy_ = true;
    while (!over_ && !ending_ && !refused_ && used < input_.size() && !session_->is_full()) {
        const auto taken = session_->take(std::string_view(input_).substr(used));
        if (!taken) refuse(taken.error().message);
        if (next_) session_ = std::move(next_);
        if (!taken || !*taken) break;
        used += *taken;
        since_ms_ = loop_.now_ms();
    }
    busy_ = false;
    input_.erase(0, refused_ ? input_.size() : used);
    if (!begun_ && !input_.empty()) since_ms_ = loop_.now_ms();
    begun_ = !input_.empty();
    account();
}

void Connection::again() {
    if (over_ || busy_) return;
    since_ms_ = loop_.now_ms();
    process();
    if (channel_->pending()) read();
    be_due();
}

void Connection::be_due() {
    if (!over_ && !std::exchange(due_, true)) owner_.due(*this);
}

void Connection::send(std::string_view bytes) {
    if (over_ || finished_) return;
    if (output_.empty()) written_ms_ = loop_.now_ms();
    output_.append(bytes);
    be_due();
}

void Connection::write() {
    while (!over_ && sent_ < output_.size()) {
        const auto [outcome, bytes] = channel_->write(std::string_view(output_).substr(sent_));
        if (outcome == Channel::Outcome::blocked) break;
        if (outcome != Channel::Outcome::some) return close(nullptr);
        sent_ += bytes;
        written_ms_ = loop_.now_ms();
    }
    if (sent_ < output_.size()) return;
    output_.clear();
    if (output_.capacity() > much_output) output_.shrink_to_fit();
    sent_ = 0;
}

void Connection::end() {
    ending_ = true;
    if (!busy_) settle();
}

// What it is waited for next. A client that ended its own side still gets its answers.
void Connection::settle() {
    due_ = false;
    if (over_) return;
    write();
    if (over_) return;
    account();
    const bool done = ending_ || ((input_ended_ || refused_) && session_->is_idle());
    if (done && output_.empty()) {
        if (input_ended_) return close(nullptr);
        if (!std::exchange(finished_, true)) {
            channel_->finish();
            input_.clear();
            since_ms_ = loop_.now_ms();
        }
    }
    watch_.want(wants_input(), !output_.empty() || channel_->needs_write());
}

void Connection::account() {
    const auto now = input_.size() + output_.size();
    const bool fits = owner_.count(static_cast<std::int64_t>(now) - static_cast<std::int64_t>(counted_));
    const bool grew = now > counted_;
    counted_ = now;
    if (!fits && grew && !over_) close("too much waits in all connections");
}

void Connection::refuse(const std::string& why) {
    refused_ = true;
    say(why);
}

void Connection::say(std::string_view why) const {
    log::record(log::Level::warning, log::Subsystem::control, {}, "connection from {} closed: {}", log::marked(peer_.str()), why);
}

void Connection::close(const char* why) {
    if (std::exchange(over_, true)) return;
    if (why && !refused_) say(why);
    watch_.want(false, false);
    owner_.over(*this);
}

void Connection::tick() {
    if (over_) return;
    const auto now = loop_.now_ms();
    if (finished_) {
        if (now - since_ms_ >= farewell_ms) close(nullptr);
        return;
    }
    if (!output_.empty()) {
        if (now - written_ms_ >= unread_ms) close("its client doesn't read");
        return;
    }
    if (!session_->is_idle() || session_->is_full()) return;
    const auto patience = session_->patience_ms(begun_);
    if (patience && now - since_ms_ >= patience) close(begun_ ? "a message was begun and not ended in time" : nullptr);
}

} // namespace rtpengine::edge
