// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/common/netns.h"

namespace rtpengine::bench {

enum class Transport { udp, tcp, websocket };
constexpr int transports = 3;
const char* name(Transport transport);

// One client's way to the proxy; messages go and come whole.
class Lane {
  public:
    static Result<std::unique_ptr<Lane>> open(const Netns& proxy, Transport transport);
    virtual ~Lane() = default;
    virtual Status send(const std::vector<std::string>& messages) = 0;
    // Waits for some; `take(message)` is called for each. False: none came in two seconds.
    bool receive(const std::function<void(std::string_view)>& take);

  protected:
    explicit Lane(Fd socket) : socket_(std::move(socket)) {}
    // Bytes that a message has in front of what came, 0: it isn't whole. `message`: without what is around it.
    virtual std::size_t first(std::string_view come, std::string_view& message) const = 0;
    Status write(std::string_view bytes);
    int fd() const { return socket_.get(); }

  private:
    Fd socket_;
    std::string come_;
};

} // namespace rtpengine::bench
