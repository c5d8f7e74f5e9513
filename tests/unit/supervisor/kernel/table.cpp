// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/table.h"

#include <doctest/doctest.h>

#include "fake_module.h"

using namespace rtpengine;
using namespace rtpengine::supervisor::kernel;

namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::string error_of(FakeModule& module, int table = 3) {
    const auto opened = Table::open(module, table, 1);
    REQUIRE_FALSE(opened);
    return opened.error().message;
}

} // namespace

TEST_CASE("a table is made, controlled, read by every worker, and deleted at the end") {
    FakeModule module;
    {
        const auto table = Table::open(module, 3, 2);
        REQUIRE(table);
        CHECK(table->id() == 3);
        CHECK(module.tables.contains(3));
        CHECK(module.remove(3).error().code == EBUSY); // controlled
        CHECK(module.hellos == 1);
        CHECK(table->control() >= 0);
        CHECK(table->list(0) != table->list(1));
        CHECK(module.open_lists == 2);
    }
    CHECK(module.tables.empty());
}

TEST_CASE("moved, it is deleted once") {
    FakeModule module;
    {
        auto table = Table::open(module, 0, 0);
        REQUIRE(table);
        const Table other = *std::move(table);
        CHECK(module.tables.contains(0));
    }
    CHECK(module.tables.empty());
}

TEST_CASE("a table that nobody controls any more is deleted and made again") {
    FakeModule module;
    module.tables[3].rules = 9; // to tell it from its successor
    const auto table = Table::open(module, 3, 1);
    REQUIRE(table);
    CHECK(module.tables.at(3).rules == 1);
}

TEST_CASE("a table that somebody controls is left to him, and he is named") {
    FakeModule module;
    const auto who = getpid();
    module.tables[3].pid = who;
    CHECK(error_of(module) == "kernel table 3 is controlled by process " + std::to_string(who) +
                                  ": stop that one, or choose another --table");
    CHECK(module.tables.at(3).pid == who);
    module.faults["status"] = EACCES;
    CHECK(contains(error_of(module), "controlled by another process"));
}

TEST_CASE("a table whose owner has gone, but not yet his children") {
    FakeModule module;
    module.tables[3].pid = (1 << 22) + 1; // there are no numbers so high
    CHECK(contains(error_of(module), "children of process 4194305, which has gone"));
}

TEST_CASE("what fails is undone, and the error says what to do") {
    struct Row {
        const char* method;
        int code;
        std::string_view what, advice;
    };
    for (const auto& row :
         {Row{"add", ENOENT, "create kernel table 3", "modprobe xt_RTPENGINE"},
          Row{"add", EACCES, "create kernel table 3", "proc_uid"},
          Row{"add", EINVAL, "create kernel table 3", "max_tables"},
          Row{"open_control", EACCES, "take control of kernel table 3", "proc_uid"},
          Row{"open_control", EBUSY, "kernel table 3 is controlled", "choose another --table"},
          Row{"hello", ENOTTY, "agree with the kernel module", "module of another rtpengine"},
          Row{"open_list", EMFILE, "read the list of kernel table 3", "LimitNOFILE"}}) {
        CAPTURE(row.method);
        CAPTURE(row.code);
        FakeModule module;
        module.faults[row.method] = row.code;
        const auto error = error_of(module);
        CHECK(contains(error, row.what));
        CHECK(contains(error, row.advice));
        CHECK(module.tables.empty());
    }
}

TEST_CASE("a leftover that can't be deleted") {
    FakeModule module;
    module.tables[3];
    module.faults["remove"] = EPERM;
    CHECK(contains(error_of(module), "cannot delete kernel table 3"));
    CHECK(contains(error_of(module), "start as root"));
}

TEST_CASE("the number of tables is the module's") {
    FakeModule module;
    module.max_tables = 2;
    CHECK(contains(error_of(module, 2), "max_tables"));
    CHECK(Table::open(module, 1, 0));
}

TEST_CASE("a module of another version is refused, and its table deleted") {
    FakeModule module;
    module.speaks.version = RTPENGINE_ABI_VERSION + 1;
    const auto error = error_of(module);
    CHECK(contains(error, "the loaded module speaks ABI " + std::to_string(RTPENGINE_ABI_VERSION + 1) +
                              ", this program " + std::to_string(RTPENGINE_ABI_VERSION) +
                              ": install the matching module and reload it"));
    CHECK(module.tables.empty());
}

TEST_CASE("the same version with other sizes is refused too") {
    FakeModule module;
    module.speaks.stream_size = 8;
    CHECK(contains(error_of(module), "with other sizes (8, "));
    CHECK(module.tables.empty());
}
