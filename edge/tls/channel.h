// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "edge/net/channel.h"
#include "edge/tls/context.h"

struct ssl_st;

namespace rtpengine::edge {

// Bytes through TLS; hands are shaken with the first of them.
class TlsChannel final : public Channel {
  public:
    // Null: there is no memory for it.
    static std::unique_ptr<TlsChannel> create(std::shared_ptr<TlsContext> context, Fd fd);
    ~TlsChannel() override;

    int fd() const override { return fd_.get(); }
    Moved read(char* to, std::size_t size) override;
    Moved write(std::string_view bytes) override;
    bool needs_write() const override { return needs_write_; }
    bool pending() const override;
    void finish() override;

  private:
    TlsChannel(std::shared_ptr<TlsContext> context, Fd fd, ssl_st* tls);
    Moved moved(int result, std::size_t bytes);

    std::shared_ptr<TlsContext> context_;
    Fd fd_;
    ssl_st* tls_;
    bool needs_write_ = false, broken_ = false;
};

} // namespace rtpengine::edge
