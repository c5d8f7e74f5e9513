// SPDX-License-Identifier: Apache-2.0
// Datagrams for a passive session that nobody has spoken to: what isn't a ClientHello in whole records is met with silence, and nothing
// that one datagram says ends in keys.
#include <cstdlib>

#include "dataplane/dtls/session.h"

using namespace rtpengine::dtls;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

const std::shared_ptr<const Context>& context() {
    static const auto made = *Context::make(*make_identity({"fuzz"}), "DEFAULT", 1200);
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes datagram(data, size);
    unsigned sent = 0;
    std::size_t largest = 0;
    const auto session = Session::make(context(), {false, "sha-256", std::string(32, 'x')}, [&](Bytes bytes) {
        ++sent;
        largest = std::max(largest, bytes.size());
    });
    require(bool(session));
    (*session)->receive(datagram);
    (*session)->receive(datagram);
    const bool heard = is_whole(datagram) && client_hello(datagram);
    require(heard || !sent);
    require(largest <= 1200 - Context::headers);
    require((*session)->state() != Session::State::finished);
    auto rest = datagram;
    while (const auto record = take_record(rest)) require(record->fragment.size() <= size);
    return 0;
}
