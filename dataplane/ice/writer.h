// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/base/endpoint.h"
#include "dataplane/ice/stun.h"

namespace rtpengine::ice {

// A STUN message of ours, in place. What doesn't fit isn't written: `max_size` is enough for all that ICE sends.
class Writer {
  public:
    static constexpr std::size_t max_size = 1024;

    Writer(Class cls, const Transaction& transaction);

    Writer& username(std::string_view name);
    Writer& priority(std::uint32_t value);
    Writer& controlling(std::uint64_t tie_breaker);
    Writer& controlled(std::uint64_t tie_breaker);
    Writer& use_candidate();
    Writer& mapped(const Endpoint& source);
    Writer& error(std::uint16_t code, std::string_view reason);
    Writer& unknown(std::span<const std::uint16_t> attributes);
    Writer& seal(std::string_view key); // MESSAGE-INTEGRITY

    // With FINGERPRINT; nothing may follow. Lives as long as the writer.
    Bytes finish();

  private:
    std::uint8_t* attribute(std::uint16_t type, std::size_t size);
    void set_length(std::size_t size);

    std::array<std::uint8_t, max_size> bytes_{};
    std::size_t size_ = header_size;
};

} // namespace rtpengine::ice
