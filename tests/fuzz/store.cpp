// SPDX-License-Identifier: Apache-2.0
// A record of the call store, whatever is in it, becomes a call or an error; and a call's record is the same again.
#include "common/base/log.h"
#include "control/store/reader.h"

using namespace rtpengine;

namespace {

link::InstanceConfig config() {
    link::InstanceConfig made;
    auto& interface = *made.add_interfaces();
    interface.set_name("default");
    auto& local = *interface.add_addresses();
    local.set_address(std::string(Address::parse("203.0.113.1")->raw()));
    local.set_port_min(30000);
    local.set_port_max(30039);
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    store::Call record;
    if (!record.ParseFromArray(data, static_cast<int>(size))) return 0;
    std::mt19937_64 random{1};
    static const auto instance = config();
    ports::Interfaces interfaces(instance, {}, random);
    const auto call = store::read(record, interfaces);
    if (!call) {
        if (interfaces.all()[0]->addresses[0]->pool.used()) __builtin_trap();
        return 0;
    }
    for (const auto& party : (*call)->parties)
        for (const auto& media : party->medias)
            if (media->pairs > call::most_pairs) __builtin_trap(); // reports go over them
    store::Call once, twice;
    store::write(**call, "x", once);
    std::mt19937_64 other{2};
    ports::Interfaces fresh(instance, {}, other);
    const auto again = store::read(once, fresh);
    if (!again) __builtin_trap();
    store::write(**again, "x", twice);
    if (once.SerializeAsString() != twice.SerializeAsString()) __builtin_trap();
    return 0;
}
