// SPDX-License-Identifier: Apache-2.0
#include "control/store/keeper.h"

#include <csignal>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>
#include <sys/resource.h>

#include "control/store/reader.h"
#include "folder.h"

using namespace rtpengine;
using namespace rtpengine::store;

namespace {

// Files don't grow while this lives, as if the file system was full.
class Full {
  public:
    explicit Full(const std::string& file) {
        std::signal(SIGXFSZ, SIG_IGN);
        REQUIRE(getrlimit(RLIMIT_FSIZE, &before_) == 0);
        const rlimit now{std::filesystem::exists(file) ? std::filesystem::file_size(file) : 0, before_.rlim_max};
        REQUIRE(setrlimit(RLIMIT_FSIZE, &now) == 0);
    }
    ~Full() { setrlimit(RLIMIT_FSIZE, &before_); }

  private:
    rlimit before_{};
};

std::shared_ptr<call::Call> call_of(std::uint64_t number) {
    auto call = std::make_shared<call::Call>();
    call->number = number;
    call->id = std::string(3000, 'x') + std::to_string(number);
    return call;
}

std::shared_ptr<call::Call> call_with_parties(std::uint64_t number) {
    auto call = call_of(number);
    for (int i = 0; i < 50; ++i) call->add_party("tag" + std::to_string(i), "", {});
    return call;
}

// Answers that wait come in this round.
void round(uv::Loop& loop, store::Keeper& keeper) {
    bool done = false;
    keeper.then([&] { done = true; });
    uv::Timer end(loop, [&] { loop.stop(); });
    end.start_ms(0);
    loop.run();
    CHECK(done);
}

void wait_for_retry(uv::Loop& loop, store::Keeper& keeper) {
    uv::Timer patience(loop, [&] { loop.stop(); });
    uv::Prepare look(loop, [&] {
        if (keeper.trouble().empty()) loop.stop();
    });
    patience.start_ms(20'000);
    loop.run();
    CHECK(keeper.trouble() == "");
}

// A store in a folder of its own, and who keeps it.
struct Kept {
    static std::unique_ptr<Store> open(const Folder& folder) {
        auto store = Store::open(folder.file());
        REQUIRE(store);
        return *std::move(store);
    }
    const Folder folder;
    uv::Loop loop;
    const std::string instance = "edge";
    store::Keeper keeper{loop, open(folder)};
};

} // namespace

TEST_CASE("the keeper writes at the end of the round, and answers leave after that") {
    const Folder folder;
    uv::Loop loop;
    auto call = std::make_shared<call::Call>();
    call->number = 5;
    call->id = "a call";
    std::vector<std::string> order;
    {
        auto store = Store::open(folder.file());
        REQUIRE(store);
        store::Keeper keeper(loop, *std::move(store));
        keeper.then([&] { order.push_back("nothing to wait for"); });
        CHECK(order.size() == 1);
        const std::string instance = "edge";
        keeper.changed(call, instance);
        keeper.then([&] { order.push_back("kept"); });
        CHECK(order.size() == 1);
        uv::Timer end(loop, [&] { loop.stop(); });
        end.start_ms(0);
        loop.run();
        CHECK(order.size() == 2);
    }
    const auto found = contents(folder.file());
    REQUIRE(found.size() == 1);
    store::Call record;
    REQUIRE(record.ParseFromString(found.at(5)));
    CHECK(record.id() == "a call");
    CHECK(record.instance() == "edge");
}

TEST_CASE_FIXTURE(Kept, "of a call with very many parties only those that changed are written") {
    const auto call = call_with_parties(5);
    const auto read = [&] {
        keeper.write();
        store::Call record;
        REQUIRE(keeper.walk(0, 1, [&](std::uint64_t, std::string_view bytes) { REQUIRE(record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))); }));
        REQUIRE(add_parts(*keeper.parts(5), record));
        return record;
    };
    keeper.changed(call, instance);
    for (int i = 0; i < 50; ++i) CHECK(read().parties(i).tag() == "tag" + std::to_string(i));
    for (auto& party : call->parties) party->tag += "!"; // nobody says so ...
    call->parties[30]->unkept = true;                    // ... but of this one
    keeper.changed(call, instance);
    const auto after = read();
    for (int i = 0; i < 50; ++i) {
        const bool written = i < int(parties_a_part) || i / int(parties_a_part) == 30 / int(parties_a_part);
        CHECK(after.parties(i).tag() == "tag" + std::to_string(i) + (written ? "!" : ""));
    }
    keeper.ended(call);
    keeper.write();
    CHECK(keeper.parts(5)->empty());
    auto torn = after;
    torn.mutable_parties()->RemoveLast();
    CHECK_FALSE(add_parts({}, torn));
    CHECK_FALSE(add_parts({"\xff"}, torn));
}

TEST_CASE_FIXTURE(Kept, "what can't be written is kept in mind and written when there is room; nobody waits for it") {
    auto first = call_of(1);
    keeper.changed(first, instance);
    round(loop, keeper);
    CHECK(keeper.trouble() == "");
    {
        const Full full(folder.file());
        for (std::uint64_t number = 2; number < 100; ++number) keeper.changed(call_of(number), instance);
        round(loop, keeper);
        CHECK(keeper.trouble().find("98 calls not kept") != std::string::npos);
        keeper.ended(first); // the store has it
        for (std::uint64_t number = 2; number < 90; ++number) keeper.ended(call_of(number)); // it has never had these
        keeper.changed(call_of(100), instance);
        round(loop, keeper);
        CHECK(keeper.trouble().find("12 calls not kept") != std::string::npos);
    }
    wait_for_retry(loop, keeper);
    std::set<std::uint64_t> wanted;
    for (std::uint64_t number = 90; number <= 100; ++number) wanted.insert(number);
    std::set<std::uint64_t> found;
    for (const auto& [number, record] : contents(folder.file())) found.insert(number);
    CHECK(found == wanted);
}

TEST_CASE_FIXTURE(Kept, "very many calls that could not be written are written some in each turn, and who asks meanwhile doesn't wait") {
    constexpr std::uint64_t calls = 3000;
    {
        const Full full(folder.file());
        for (std::uint64_t number = 1; number <= calls; ++number) keeper.changed(call_of(number), instance);
        round(loop, keeper);
        CHECK(keeper.trouble().find("3000 calls not kept") != std::string::npos);
    }
    std::size_t largest = 0, kept = 0;
    bool late_is_said = false;
    uv::Prepare look(loop, [&] { // at the end of each turn
        std::size_t now = 0;
        (void)keeper.walk(0, SIZE_MAX, [&](std::uint64_t, std::string_view) { ++now; });
        largest = std::max(largest, now - std::exchange(kept, now));
        if (!now || std::exchange(late_is_said, true)) return;
        keeper.changed(call_of(calls + 1), instance);
        bool waits = true;
        keeper.then([&] { waits = false; });
        CHECK_FALSE(waits);
    });
    wait_for_retry(loop, keeper);
    CHECK(late_is_said);
    CHECK(kept == calls + 1);
    CHECK(largest < calls / 20);
}

TEST_CASE("a store that can't be opened for want of room is opened later, with all calls") {
    const Folder folder;
    uv::Loop loop;
    const std::string instance = "edge";
    store::Keeper keeper(loop, nullptr);
    {
        const Full full(folder.file());
        const auto store = Store::open(folder.file());
        REQUIRE_FALSE(store);
        CHECK_FALSE(Store::is_no_use(store.error()));
    }
    Store::remove(folder.file());
    auto call = call_of(7);
    keeper.open_by([&] { return Store::open(folder.file()); }, [&] { keeper.changed(call, instance); });
    CHECK(keeper.trouble().find("no call store") != std::string::npos);
    wait_for_retry(loop, keeper);
    CHECK(contents(folder.file()).contains(7));
}

TEST_CASE_FIXTURE(Kept, "a store whose file was removed is another one with all calls") {
    std::vector<std::shared_ptr<call::Call>> calls = {call_of(1), call_of(2)};
    keeper.open_by([&] { return Store::open(folder.file()); },
                   [&] {
                       for (const auto& call : calls) keeper.changed(call, instance);
                   });
    for (const auto& call : calls) keeper.changed(call, instance);
    round(loop, keeper);
    keeper.look(); // is there
    CHECK(contents(folder.file()).size() == 2);
    Store::remove(folder.file());
    keeper.look();
    CHECK(contents(folder.file()).size() == 2);
    keeper.ended(calls[0]);
    round(loop, keeper);
    CHECK(contents(folder.file()).size() == 1);
    CHECK(keeper.trouble() == "");
}

TEST_CASE_FIXTURE(Kept, "another store gets all of a call, whatever of it has changed") {
    const auto call = call_with_parties(1);
    keeper.open_by([&] { return Store::open(folder.file()); }, [] {}); // it would be told of all calls, one after the other
    keeper.changed(call, instance);
    round(loop, keeper);
    Store::remove(folder.file());
    keeper.look();
    keeper.changed(call, instance);
    round(loop, keeper);
    store::Call record;
    REQUIRE(record.ParseFromString(contents(folder.file()).at(1)));
    REQUIRE(add_parts(*keeper.parts(1), record));
    CHECK(record.parties_size() == 50);
}

TEST_CASE("without a store nothing waits") {
    uv::Loop loop;
    store::Keeper keeper(loop, nullptr);
    keeper.changed(std::make_shared<call::Call>(), "x");
    bool done = false;
    keeper.then([&] { done = true; });
    CHECK(done);
}
