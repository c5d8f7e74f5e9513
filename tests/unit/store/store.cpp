// SPDX-License-Identifier: Apache-2.0
#include "control/store/store.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>

#include <doctest/doctest.h>
#include <lmdb.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control/store/reader.h"
#include "folder.h"

using namespace rtpengine;
using namespace rtpengine::store;

namespace {

// Calls use(transaction, table, key) with where a store says which version of a program wrote it.
void with_version(const std::string& file, const std::function<void(MDB_txn*, MDB_dbi, MDB_val*)>& use) {
    MDB_env* env = nullptr;
    REQUIRE(mdb_env_create(&env) == 0);
    mdb_env_set_maxdbs(env, 4);
    REQUIRE(mdb_env_open(env, file.c_str(), MDB_NOSUBDIR | MDB_NOLOCK, 0600) == 0);
    MDB_txn* txn = nullptr;
    REQUIRE(mdb_txn_begin(env, nullptr, 0, &txn) == 0);
    MDB_dbi about = 0;
    REQUIRE(mdb_dbi_open(txn, "about", 0, &about) == 0);
    char name[] = "version";
    MDB_val key{sizeof name - 1, name};
    use(txn, about, &key);
    REQUIRE(mdb_txn_commit(txn) == 0);
    mdb_env_close(env);
}

void set_version(const std::string& file, std::uint32_t version) {
    with_version(file, [&](MDB_txn* txn, MDB_dbi about, MDB_val* key) {
        MDB_val data{sizeof version, &version};
        REQUIRE(mdb_put(txn, about, key, &data, 0) == 0);
    });
}

std::uint32_t version_of(const std::string& file) {
    std::uint32_t version = 0;
    with_version(file, [&](MDB_txn* txn, MDB_dbi about, MDB_val* key) {
        MDB_val data{};
        REQUIRE(mdb_get(txn, about, key, &data) == 0);
        REQUIRE(data.mv_size == sizeof version);
        std::memcpy(&version, data.mv_data, sizeof version);
    });
    return version;
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

TEST_CASE("a store of the version before is read, and is of ours from then on") {
    const Folder folder;
    const auto written_by = [&](std::uint32_t version) { set_version(folder.file(), version); };
    REQUIRE((*Store::open(folder.file()))->commit({{1, "one"}}, {{"edge", "totals"}}));
    written_by(3);
    {
        const auto store = Store::open(folder.file());
        REQUIRE_MESSAGE(store, (store ? "" : store.error().message));
        CHECK(contents_of(**store) == std::map<std::uint64_t, std::string>{{1, "one"}});
        CHECK(*(*store)->totals() == Store::Totals{{"edge", "totals"}});
        CHECK((*store)->parts(1)->empty());
    }
    CHECK(version_of(folder.file()) == 4); // so an earlier program doesn't take parts for calls that aren't whole
    CHECK(contents(folder.file()).size() == 1);
    for (const std::uint32_t version : {0U, 2U, 5U}) {
        written_by(version);
        const auto refused = Store::open(folder.file());
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == EPROTO);
        CHECK(version_of(folder.file()) == version);
    }
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
