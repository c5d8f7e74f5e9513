// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cerrno>
#include <cstring>
#include <map>

#include <fcntl.h>
#include <unistd.h>

#include "supervisor/kernel/module.h"

namespace rtpengine::supervisor::kernel {

// A module that keeps its tables in memory and does what the real one does, or fails where a test says so.
struct FakeModule : Module {
    struct TableState {
        int control = -1; // the reading end of the pipe whose other end controls it
        std::int64_t pid = 0;
        unsigned rules = 1;
    };
    std::map<int, TableState> tables;
    int max_tables = 64;
    std::map<std::string, int> faults; // by method: errno
    rtpengine_hello speaks = [] {
        rtpengine_hello hello{};
        hello.version = RTPENGINE_ABI_VERSION;
        hello.stream_size = sizeof(rtpengine_stream);
        hello.destination_size = sizeof(rtpengine_destination);
        hello.state_size = sizeof(rtpengine_state);
        hello.destination_state_size = sizeof(rtpengine_destination_state);
        return hello;
    }();
    int hello_table = -1, hellos = 0, open_lists = 0;

    ~FakeModule() override {
        for (const auto& [id, table] : tables)
            if (table.control >= 0) close(table.control);
    }

    Status add(int id) override {
        if (const int code = fault("add")) return error(code);
        if (id >= max_tables) return error(EINVAL);
        return tables.try_emplace(id).second ? Status{} : error(EEXIST);
    }
    Status remove(int id) override {
        if (const int code = fault("remove")) return error(code);
        const auto found = tables.find(id);
        if (found == tables.end()) return error(ENOENT);
        if (controlled(found->second)) return error(EBUSY);
        if (found->second.control >= 0) close(found->second.control);
        tables.erase(found);
        return {};
    }
    Result<Fd> open_control(int id) override {
        if (const int code = fault("open_control")) return error(code);
        std::array<int, 2> ends;
        if (pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0) return error(errno);
        tables[id].control = ends[0];
        hello_table = id;
        return Fd(ends[1]);
    }
    Result<Fd> open_list(int) override {
        if (const int code = fault("open_list")) return error(code);
        ++open_lists;
        return Fd(dup(0));
    }
    Result<std::string> status(int id) override {
        if (const int code = fault("status")) return error(code);
        return "Refcount: 1\nControl PID: " + std::to_string(tables[id].pid) +
               "\nStreams: 0\nRules: " + std::to_string(tables[id].rules) + "\n";
    }
    Status hello(const Fd&, rtpengine_hello& message) override {
        ++hellos;
        if (const int code = fault("hello")) return error(code);
        const bool same = message.version == speaks.version && message.stream_size == speaks.stream_size;
        const auto header = message.header;
        message = speaks;
        message.header = header;
        message.table = static_cast<__u32>(hello_table);
        return same ? Status{} : error(EPROTO);
    }

  private:
    int fault(const char* method) const {
        const auto found = faults.find(method);
        return found == faults.end() ? 0 : found->second;
    }
    static Error error(int code) { return {std::string("/proc/x: ") + std::strerror(code), code}; }
    // By somebody else, or while the other end of the pipe is open.
    static bool controlled(const TableState& table) {
        char none;
        return table.pid || (table.control >= 0 && read(table.control, &none, 1) != 0);
    }
};

} // namespace rtpengine::supervisor::kernel
