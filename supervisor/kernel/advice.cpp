// SPDX-License-Identifier: Apache-2.0
#include "supervisor/kernel/advice.h"

#include <array>
#include <cerrno>

#include <fmt/format.h>

namespace rtpengine::supervisor::kernel {

namespace {

constexpr std::array<std::string_view, 5> tried = {
    "create kernel table {}", "delete kernel table {}", "take control of kernel table {}",
    "agree with the kernel module on table {}", "read the list of kernel table {}"};

constexpr std::string_view no_permission =
    "start as root, or let this user in with the parameters proc_uid, proc_gid and proc_mode of xt_RTPENGINE";
constexpr std::string_view not_loaded =
    "the kernel module is not loaded: modprobe xt_RTPENGINE (in a container: on its host)";
constexpr std::string_view another_module =
    "this is the module of another rtpengine: rmmod it, install ours, and modprobe xt_RTPENGINE";
constexpr std::string_view out_of_range =
    "the module has fewer tables: choose a lower --table, or raise its parameter max_tables";
constexpr std::string_view vanished = "the table was deleted meanwhile: start again";

struct Advice {
    Step step;
    int code;
    std::string_view text;
};

constexpr std::array<Advice, 15> advice = {{
    {Step::add, ENOENT, not_loaded},
    {Step::add, EACCES, no_permission},
    {Step::add, EPERM, no_permission},
    {Step::add, EINVAL, out_of_range},
    {Step::add, ERANGE, out_of_range},
    {Step::add, ENOMEM, "the kernel is out of memory"},
    {Step::remove, EACCES, no_permission},
    {Step::remove, EPERM, no_permission},
    {Step::open_control, EACCES, no_permission},
    {Step::open_control, ENOENT, vanished},
    {Step::hello, ENOTTY, another_module},
    {Step::hello, EINVAL, another_module},
    {Step::open_list, EACCES, no_permission},
    {Step::open_list, ENOENT, vanished},
    {Step::open_list, EMFILE, "raise the limit of open files (ulimit -n, LimitNOFILE=)"},
}};

} // namespace

Error explain(Step step, int table, const Error& cause) {
    auto text = "cannot " + fmt::format(fmt::runtime(tried[static_cast<std::size_t>(step)]), table) + ": " +
                cause.message;
    for (const auto& row : advice)
        if (row.step == step && row.code == cause.code) text += fmt::format("; {}", row.text);
    return {text, cause.code};
}

Error table_in_use(int table, Controller controller) {
    const auto start = fmt::format("kernel table {} is controlled by ", table);
    if (!controller.pid) return {start + "another process: stop that one, or choose another --table", EBUSY};
    if (controller.alive)
        return {start + fmt::format("process {}: stop that one, or choose another --table", controller.pid),
                EBUSY};
    return {start +
                fmt::format("children of process {}, which has gone: start again when they have ended too",
                            controller.pid),
            EBUSY};
}

rtpengine_hello our_hello() {
    rtpengine_hello hello{};
    hello.header.command = RTPENGINE_HELLO;
    hello.header.size = hello.header.capacity = sizeof hello;
    hello.version = RTPENGINE_ABI_VERSION;
    hello.stream_size = sizeof(rtpengine_stream);
    hello.destination_size = sizeof(rtpengine_destination);
    hello.state_size = sizeof(rtpengine_state);
    hello.destination_state_size = sizeof(rtpengine_destination_state);
    return hello;
}

Status check_hello(const rtpengine_hello& answer, int table) {
    constexpr std::string_view remedy =
        "install the matching module and reload it (rmmod xt_RTPENGINE; modprobe xt_RTPENGINE)";
    const auto ours = our_hello();
    if (answer.version != ours.version)
        return Error{fmt::format("the loaded module speaks ABI {}, this program {}: {}", answer.version,
                                 ours.version, remedy),
                     EPROTO};
    const auto sizes = [](const rtpengine_hello& hello) {
        return fmt::format("{}, {}, {}, {}", hello.stream_size, hello.destination_size, hello.state_size,
                           hello.destination_state_size);
    };
    if (sizes(answer) != sizes(ours))
        return Error{
            fmt::format("the loaded module speaks ABI {} with other sizes ({}) than this program ({}): {}",
                        answer.version, sizes(answer), sizes(ours), remedy),
            EPROTO};
    if (answer.table != static_cast<__u32>(table))
        return Error{
            fmt::format("the file of kernel table {} belongs to table {}: {}", table, answer.table, remedy),
            EPROTO};
    return {};
}

} // namespace rtpengine::supervisor::kernel
