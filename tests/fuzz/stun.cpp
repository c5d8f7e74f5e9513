// SPDX-License-Identifier: Apache-2.0
// STUN messages: whatever comes is refused or read without a step beyond it; what is read and written again says the same, under a
// seal that holds, and no forged one does.
#include <cstdlib>

#include "dataplane/ice/message.h"
#include "dataplane/ice/writer.h"

using namespace rtpengine::ice;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void write(Writer& writer, const Message& message) {
    if (message.username) writer.username(*message.username);
    if (message.priority) writer.priority(*message.priority);
    if (message.controlling) writer.controlling(*message.controlling);
    if (message.controlled) writer.controlled(*message.controlled);
    if (message.use_candidate) writer.use_candidate();
    if (message.mapped) writer.mapped(*message.mapped);
    if (message.error) writer.error(message.error, "reason");
    if (message.unknown_count) writer.unknown(std::span(message.unknown).first(message.unknown_count));
}

void same(const Message& a, const Message& b) {
    require(a.cls == b.cls && a.transaction == b.transaction && a.username == b.username && a.priority == b.priority);
    require(a.controlling == b.controlling && a.controlled == b.controlled && a.mapped == b.mapped);
    require(a.use_candidate == b.use_candidate && a.error == b.error);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto message = Message::read({data, size});
    if (!message) return 0;
    require(!message->integrity || message->integrity + integrity_size <= size);
    require(!message->authentic("a key that no corpus knows, and no fuzzer guesses"));
    Writer writer(message->cls, message->transaction);
    write(writer, *message);
    const auto again = Message::read(writer.seal("key").finish());
    require(again && again->fingerprint && again->authentic("key") && !again->authentic("kez"));
    same(*message, *again);
    return 0;
}
