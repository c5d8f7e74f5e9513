// SPDX-License-Identifier: Apache-2.0
#include "control/store/store.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <doctest/doctest.h>
#include <lmdb.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/store/keeper.h"
#include "control/store/reader.h"

using namespace rtpengine;
using namespace rtpengine::store;

namespace {

class Folder {
  public:
    Folder() { REQUIRE(mkdtemp(name_)); }
    ~Folder() {
        unlink(file().c_str());
        rmdir(name_);
    }
    std::string file() const { return std::string(name_) + "/calls.mdb"; }

  private:
    char name_[32] = "/tmp/rtpengine-store-XXXXXX";
};

std::map<std::uint64_t, std::string> contents_of(const Store& store) {
    std::map<std::uint64_t, std::string> all;
    const auto read = store.walk(0, SIZE_MAX, [&](std::uint64_t number, std::string_view record) { all[number] = record; });
    REQUIRE(read);
    CHECK(*read == 0);
    return all;
}

std::map<std::uint64_t, std::string> contents(const std::string& file) {
    const auto store = Store::open(file);
    REQUIRE(store);
    return contents_of(**store);
}

} // namespace

TEST_CASE("what is committed is there for the next one, what is removed is not") {
    const Folder folder;
    {
        const auto store = Store::open(folder.file());
        REQUIRE(store);
        REQUIRE((*store)->commit({{1, "one"}, {2, std::string(100'000, 'x')}, {3, ""}}));
        REQUIRE((*store)->commit({{1, std::nullopt}, {2, "two"}, {9, std::nullopt}}));
    }
    CHECK(contents(folder.file()) == std::map<std::uint64_t, std::string>{{2, "two"}, {3, ""}});
}

TEST_CASE("records are read in pieces, and what is written or removed between two of them is where it belongs") {
    const Folder folder;
    const auto store = Store::open(folder.file());
    REQUIRE(store);
    REQUIRE((*store)->commit({{1, "one"}, {3, "three"}, {5, "five"}, {300, "many"}, {UINT64_MAX, "last"}}));
    std::vector<std::uint64_t> seen;
    const auto some = [&](std::uint64_t after, std::size_t most) {
        const auto next = (*store)->walk(after, most, [&](std::uint64_t number, std::string_view) { seen.push_back(number); });
        REQUIRE(next);
        return *next;
    };
    CHECK(some(0, 2) == 3);
    REQUIRE((*store)->commit({{1, "again"}, {3, std::nullopt}, {4, "four"}, {5, std::nullopt}}));
    CHECK(some(3, 2) == 300);
    CHECK(some(300, 2) == 0);
    CHECK(seen == std::vector<std::uint64_t>{1, 3, 4, 300, UINT64_MAX});
    CHECK(some(300, 1) == 0); // there is none behind it
    CHECK(some(UINT64_MAX, 1) == 0);
    CHECK(some(2, 0) == 2);
    REQUIRE((*store)->commit({{1, std::nullopt}, {4, std::nullopt}, {300, std::nullopt}, {UINT64_MAX, std::nullopt}}));
    CHECK(some(0, 2) == 0);
}

TEST_CASE("records of any length come back to the byte, whatever they were before") {
    const Folder folder;
    const auto store = Store::open(folder.file());
    REQUIRE(store);
    for (const std::size_t size : {0, 1, 2017, 2018, 2019, 2100, 5000, 300'000, 2018, 7}) {
        auto record = std::string(size, 'x') + std::string(size % 3, '\0');
        REQUIRE((*store)->commit({{5, record}, {4, record + "y"}}));
        CHECK(contents_of(**store) == std::map<std::uint64_t, std::string>{{4, record + "y"}, {5, record}});
    }
}

TEST_CASE("two records of the usual size share a page, although they grow, and room is used again") {
    const Folder folder;
    const auto store = Store::open(folder.file());
    REQUIRE(store);
    constexpr std::uint64_t calls = 2000;
    for (int generation = 0; generation < 3; ++generation) {
        for (auto number = generation * calls; number < (generation + 1) * calls; ++number) {
            REQUIRE((*store)->commit({{number, std::string(900, 'o')}}));
            if (number >= 10) REQUIRE((*store)->commit({{number - 10, std::string(1700, 'a')}})); // answers come later
        }
        Store::Changes removed;
        for (auto number = generation * calls; number < (generation + 1) * calls; ++number) removed[number] = std::nullopt;
        if (generation < 2) REQUIRE((*store)->commit(removed));
    }
    CHECK(std::filesystem::file_size(folder.file()) < calls * 2300);
}

TEST_CASE("parts come back in their order, and go with their record") {
    const Folder folder;
    const auto store = Store::open(folder.file());
    REQUIRE(store);
    const auto parts = [&](std::uint64_t number) { return *(*store)->parts(number); };
    using Parts = std::vector<std::string>;
    REQUIRE((*store)->commit({{255, "a"}, {256, "b"}, {UINT64_MAX, "c"}}, {}, {{{256, 300}, "third"}, {{256, 1}, "first"}, {{256, 2}, ""}, {{UINT64_MAX, 1}, "last"}}));
    CHECK(parts(256) == Parts{"first", "", "third"});
    CHECK(parts(255).empty());
    REQUIRE((*store)->commit({{256, "b"}}, {}, {{{256, 2}, std::string(100'000, 'x')}, {{255, 7}, "only"}}));
    CHECK(parts(256) == Parts{"first", std::string(100'000, 'x'), "third"});
    REQUIRE((*store)->commit({{256, std::nullopt}, {7, std::nullopt}}));
    CHECK(parts(256).empty());
    CHECK(parts(255) == Parts{"only"});
    CHECK(parts(UINT64_MAX) == Parts{"last"});
    CHECK(contents_of(**store) == std::map<std::uint64_t, std::string>{{255, "a"}, {UINT64_MAX, "c"}});
}

TEST_CASE("totals are an instance's, and removed with it") {
    const Folder folder;
    {
        const auto store = Store::open(folder.file());
        REQUIRE(store);
        REQUIRE((*store)->commit({{1, "call"}}, {{"core", "1"}, {"edge", "2"}, {"third", "3"}}));
        REQUIRE((*store)->commit({}, {{"core", "4"}, {"edge", std::nullopt}, {"nobody", std::nullopt}}));
    }
    const auto store = Store::open(folder.file());
    REQUIRE(store);
    const auto totals = (*store)->totals();
    REQUIRE(totals);
    CHECK(*totals == Store::Totals{{"core", "4"}, {"third", "3"}});
    CHECK(contents_of(**store).size() == 1);
}

TEST_CASE("totals come back as they were") {
    call::Totals totals{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5, 13.5};
    CHECK(read_totals(write_totals(totals)) == totals);
}

TEST_CASE("a process that is killed in the middle of its work leaves whole transactions") {
    const Folder folder;
    for (int round = 0; round < 20; ++round) {
        int ready[2];
        REQUIRE(pipe(ready) == 0);
        const pid_t pid = fork();
        if (pid == 0) {
            const auto store = Store::open(folder.file());
            for (std::uint64_t n = 0; store; ++n) { // two records that are always the same
                const auto text = std::to_string(n) + std::string(n % 9'000, 'x');
                (void)(*store)->commit({{1, text}, {2, text}, {3 + n % 50, text}, {3 + (n + 25) % 50, std::nullopt}});
                if (n == 10 && write(ready[1], "x", 1) < 0) break;
            }
            _exit(1);
        }
        char word = 0;
        CHECK(read(ready[0], &word, 1) == 1);
        usleep(static_cast<useconds_t>(round * 100)); // somewhere in the middle
        kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
        close(ready[0]);
        close(ready[1]);
        const auto found = contents(folder.file());
        REQUIRE(found.contains(1));
        CHECK(found.at(1) == found.at(2));
    }
}

TEST_CASE("a file that is none of ours is an error") {
    const Folder folder;
    std::ofstream(folder.file()) << std::string(10'000, 'n');
    CHECK_FALSE(Store::open(folder.file()));
    Store::remove(folder.file());
    CHECK(Store::open(folder.file()));
    CHECK_FALSE(Store::open("/nonexistent/x"));
}

TEST_CASE("what was kept before the machine was started again is no use: its times mean nothing now") {
    const Folder folder;
    REQUIRE(Store::open(folder.file(), "first"));
    CHECK(Store::open(folder.file(), "first"));
    const auto later = Store::open(folder.file(), "second");
    REQUIRE_FALSE(later);
    CHECK(later.error().code == EPROTO);
    Store::remove(folder.file());
    CHECK(Store::open(folder.file(), "second"));
}

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

TEST_CASE("of a call with very many parties only those that changed are written") {
    const Folder folder;
    uv::Loop loop;
    auto call = std::make_shared<call::Call>();
    call->number = 5;
    call->id = "a call";
    for (int i = 0; i < 50; ++i) call->add_party("tag" + std::to_string(i), "", {});
    const std::string instance = "edge";
    auto opened = Store::open(folder.file());
    REQUIRE(opened);
    store::Keeper keeper(loop, *std::move(opened));
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
    auto call = call_of(1);
    for (int i = 0; i < 50; ++i) call->add_party("tag" + std::to_string(i), "", {});
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
