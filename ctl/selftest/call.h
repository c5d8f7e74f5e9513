// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "ctl/selftest/leg.h"
#include "ctl/selftest/ng_client.h"

namespace rtpengine::ctl {

// A call through the daemon between two legs on this host; deleted in the daemon when it is destroyed.
class TestCall {
  public:
    // The address to send media to, given the one the daemon shows: it may advertise another than its own.
    using Reach = std::function<Address(const Address& shown)>;

    // Offers and answers. The legs take the address this host has towards the daemon's media address.
    static Result<TestCall> set_up(NgClient& client, const Reach& reach);

    TestCall(TestCall&& other) noexcept;
    TestCall& operator=(TestCall&&) = delete;
    ~TestCall();

    Leg& caller() { return caller_; }
    Leg& callee() { return callee_; }
    const Endpoint& caller_sends_to() const { return caller_target_; }
    const Endpoint& callee_sends_to() const { return callee_target_; }

  private:
    TestCall(NgClient& client, std::string id, Leg caller, Leg callee);
    static Result<TestCall> first_offer(NgClient& client, const Reach& reach);
    static Result<TestCall> finish(Result<TestCall> call, const Reach& reach);
    static Result<TestCall> offer(NgClient& client, const Address& local, const Reach& reach);
    Result<Endpoint> exchange(const char* command, const Leg& from, const Reach& reach);
    Status answer(const Reach& reach);
    ng::Dict request(const char* command) const;

    NgClient* client_; // null: moved from
    std::string id_;
    Leg caller_, callee_;
    Endpoint caller_target_, callee_target_;
};

constexpr std::uint32_t caller_ssrc = 0x5e1f7e01, callee_ssrc = 0x5e1f7e02;

} // namespace rtpengine::ctl
