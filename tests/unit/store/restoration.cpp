// SPDX-License-Identifier: Apache-2.0
// What comes back in pieces is what was kept; what can't come back leaves its record behind, and nothing taken.
#include "control/restoration.h"

#include <doctest/doctest.h>

#include "control/call/each_port.h"
#include "tests/unit/call/worker_fixture.h"

using namespace rtpengine;

namespace {

using Records = std::map<std::uint64_t, std::string>;

struct Restored : call::WorkerFixture {
    static constexpr std::uint64_t calls = call::PlayedWorker::slots / 2; // as many as there are pairs of ports

    Restored() : first(record_of_a_call()) {}

    store::Call record_of_a_call() {
        set_up_call();
        store::Call record;
        store::write(*instance.calls().find("call"), "", record);
        return record;
    }
    // The same call with another id and other ports.
    store::Call another(std::uint64_t number) const {
        auto record = first;
        record.set_number(number);
        record.set_id("call-" + std::to_string(number));
        std::uint64_t id = number * 100;
        for (auto& party : *record.mutable_parties())
            for (auto& media : *party.mutable_medias())
                for (auto& set : *media.mutable_sets())
                    for (auto& address : *set.mutable_addresses())
                        for (auto& port : *address.mutable_ports()) {
                            port.set_id(++id);
                            port.mutable_local()->set_port(static_cast<unsigned>(30000 + 2 * (number - 1)) + port.local().port() % 2);
                        }
        return record;
    }
    void keep(const store::Call& record) { kept[record.number()] = record.SerializeAsString(); }

    std::string file = directory + "/calls.mdb";
    store::Call first;
    Records kept;
};

// One that has forgotten everything.
struct Successor {
    Successor(Restored& before, std::unique_ptr<store::Store> store) : keeper(before.loop, std::move(store)) {
        owned = std::make_unique<call::Instance>(
            before.config,
            call::Instance::Shared{*before.workers, before.loop, before.ids, before.random, "0123456789ab", nullptr, {}});
        instances.push_back(owned.get());
    }
    call::Instance& instance() { return *owned; }
    Records records() {
        Records all;
        instance().calls().walk(0, SIZE_MAX, [&](const auto& call) {
            store::Call record;
            store::write(*call, "", record);
            all[call->number] = record.SerializeAsString();
        });
        return all;
    }
    unsigned ports_used() {
        unsigned used = 0;
        for (const auto& interface : instance().interfaces().all()) used += interface->addresses.front()->pool.used();
        return used;
    }

    store::Keeper keeper;
    std::unique_ptr<call::Instance> owned;
    call::Instances instances;
};

} // namespace

TEST_CASE_FIXTURE(Restored, "calls come back in pieces as they would in one go") {
    for (std::uint64_t number = 1; number <= calls; ++number) keep(another(number));
    auto store = store::Store::open(file);
    REQUIRE(store);
    store::Store::Changes changes;
    for (const auto& [number, bytes] : kept) changes[number] = bytes;
    REQUIRE((*store)->commit(changes));

    Successor successor(*this, *std::move(store));
    Restoration restoration(successor.keeper, successor.instances);
    std::size_t steps = 1, before = 0, most = 0;
    for (bool through = false; !through; ++steps) {
        through = restoration.step();
        const auto now = successor.instance().calls().size();
        most = std::max(most, now - std::exchange(before, now));
    }
    CHECK(most < calls / 2);
    CHECK(successor.records() == kept);
    CHECK(successor.ports_used() == 4 * calls);
    CHECK(successor.instance().calls().total().ports == 4 * calls);
    CHECK(successor.instance().has_call("call-7"));
    for (const auto& interface : successor.instance().interfaces().all()) // nothing is left to be given to a new call
        CHECK_FALSE(interface->addresses.front()->pool.take(1));
}

TEST_CASE_FIXTURE(Restored, "what can't come back is dropped with its record, wherever it stands among the others") {
    keep(another(2));
    keep(another(12));
    auto spoilt = kept;
    auto other = another(1);
    other.set_instance("gone");
    spoilt[1] = other.SerializeAsString();
    spoilt[3] = "not a record";
    auto same_ports = another(2);
    same_ports.set_number(4);
    spoilt[4] = same_ports.SerializeAsString();
    spoilt[5] = another(6).SerializeAsString(); // under another one's number
    for (std::uint64_t number = 20; number < 60; ++number) spoilt[number] = "";
    auto store = store::Store::open(file);
    REQUIRE(store);
    for (const auto& [number, bytes] : spoilt) REQUIRE((*store)->commit({{number, bytes}}));

    Successor successor(*this, *std::move(store));
    Restoration restoration(successor.keeper, successor.instances);
    while (!restoration.step()) {}
    successor.keeper.write();
    CHECK(successor.records() == kept);
    CHECK(successor.ports_used() == 8);
    Records left;
    REQUIRE(successor.keeper.walk(0, SIZE_MAX, [&](auto number, auto bytes) { left[number] = bytes; }));
    CHECK(left == kept);
}

TEST_CASE_FIXTURE(Restored, "without a store, or with an empty one, there is nothing to do") {
    Successor none(*this, nullptr);
    CHECK(Restoration(none.keeper, none.instances).step());
    auto store = store::Store::open(file);
    REQUIRE(store);
    Successor empty(*this, *std::move(store));
    CHECK(Restoration(empty.keeper, empty.instances).step());
    CHECK(empty.instance().calls().empty());
}
