// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "common/base/endpoint.h"
#include "common/base/fd.h"
#include "common/base/result.h"
#include "dataplane/io/marking.h"
#include "dataplane/io/port_table.h"

namespace rtpengine::io {

// A non-blocking UDP socket bound to exactly `local`, whether the host has that address now or not: reports the TOS of what it receives, never sets DF.
// The error carries the errno.
Result<Fd> open_udp(const Endpoint& local, PortTable* table = nullptr);
// Whether a socket could be bound there; it is closed again. `table`: whose ports others may not bind to.
Status try_udp(const Endpoint& local, PortTable* table = nullptr);

// Datagrams that found its receive buffer full, since it was made.
std::uint64_t socket_overruns(int fd);

// `tos` goes along as ancillary data. 0, or an errno.
int send_udp(int fd, const Endpoint& to, Marking marking, std::span<const std::uint8_t> payload);

} // namespace rtpengine::io
