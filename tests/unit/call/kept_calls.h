// SPDX-License-Identifier: Apache-2.0
// Calls in the store, and as control holds them: in words, without what workers were told of ports, which their next Sync says anew.
#pragma once

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "control/call/instance.h"
#include "control/store/keeper.h"
#include "control/store/reader.h"
#include "control/store/writer.h"

namespace rtpengine::call {

using CallsInWords = std::map<std::uint64_t, std::string>; // by number

inline std::string in_words(store::Call record) {
    for (auto& party : *record.mutable_parties())
        for (auto& media : *party.mutable_medias())
            for (auto& set : *media.mutable_sets())
                for (auto& address : *set.mutable_addresses())
                    for (auto& port : *address.mutable_ports()) port.clear_opened();
    return record.DebugString();
}

inline CallsInWords kept_calls(const store::Keeper& keeper) {
    std::map<std::uint64_t, store::Call> records;
    REQUIRE(keeper.walk(0, SIZE_MAX, [&](std::uint64_t number, std::string_view bytes) {
        REQUIRE(records[number].ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    }));
    CallsInWords all;
    for (auto& [number, record] : records) {
        const auto parts = keeper.parts(number);
        REQUIRE(parts);
        REQUIRE(store::add_parts(*parts, record));
        all[number] = in_words(std::move(record));
    }
    return all;
}

inline CallsInWords held_calls(const Instance& instance, const std::string& name) {
    CallsInWords all;
    instance.calls().walk(0, SIZE_MAX, [&](const auto& call) {
        store::Call record;
        store::write(*call, name, record);
        all[call->number] = in_words(std::move(record));
    });
    return all;
}

} // namespace rtpengine::call
