// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

struct nlmsghdr;

namespace rtpengine::supervisor::netfilter {

// One message of nfnetlink while it is written. Numbers are big-endian, as netfilter wants them. It has room
// for all that we write: a few names of at most 255 bytes.
class Message {
  public:
    // `type`: subsystem << 8 | message; `flags`: NLM_F_*, NLM_F_REQUEST is added; `resource`: of a batch.
    Message(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource = 0);
    Message(const Message&) = delete; // it points into itself
    Message& operator=(const Message&) = delete;

    Message& bytes(std::uint16_t attribute, std::string_view value);
    Message& text(std::uint16_t attribute, const std::string& value); // with its NUL
    Message& number(std::uint16_t attribute, std::uint32_t value);
    Message& number64(std::uint16_t attribute, std::uint64_t value);
    template <class Fill> Message& nest(std::uint16_t attribute, Fill fill) {
        const auto start = begin(attribute);
        fill(*this);
        end(start);
        return *this;
    }

    std::string str() const;

  private:
    std::uint32_t begin(std::uint16_t attribute);
    void end(std::uint32_t start);

    alignas(4) std::array<char, 4096> buffer_{};
    nlmsghdr* header_;
};

} // namespace rtpengine::supervisor::netfilter
