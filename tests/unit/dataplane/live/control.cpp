// SPDX-License-Identifier: Apache-2.0
#include "control.h"

#include <cstdlib>
#include <filesystem>

#include <csignal>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "supervisor/reexec/handover.h"

namespace rtpengine::live {

namespace {

// In the child: nothing but system calls until exec.
[[noreturn]] void become_worker(const char* program, const char* option, const std::vector<int>& inherited,
                                const Limits& limits) {
    for (const int fd : inherited)
        fcntl(fd, F_SETFD, 0);
    if (!limits.raw) prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0);
    if (limits.descriptors) {
        const rlimit limit{limits.descriptors, limits.descriptors};
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (limits.file_size) {
        const rlimit limit{limits.file_size, limits.file_size};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    execl(program, program, option, nullptr);
    _exit(127);
}

bool wants_steering() {
    const char* wanted = std::getenv("RTPENGINE_MEDIA_SOCKETS");
    return wanted && std::string_view(wanted) == "steered";
}

// Every local address that a test uses, for each worker: they share the map as workers of one address do.
std::vector<Address> steered_addresses() {
    std::vector<Address> all;
    for (const char* text : {"127.0.0.1", "127.0.0.2", "2001:db8::1", "2001:db8::2"})
        all.push_back(*Address::parse(text));
    return all;
}

} // namespace

Control::Control(std::vector<std::string> addresses, std::uint32_t slots)
    : addresses_(std::move(addresses)), slots_(slots) {
    char name[] = "/tmp/rtpengine-live-XXXXXX";
    REQUIRE(enter_namespace());
    REQUIRE(mkdtemp(name));
    directory_ = name;
    for (unsigned i = 0; i < addresses_.size(); ++i) {
        states_.push_back(*state::Map::create(slots));
        maps_.push_back(*state::Map::open_readonly(duplicate(states_.back().get())));
        transits_.emplace_back(memfd_create("transit", MFD_ALLOW_SEALING));
        announced_files_.push_back(*state::Announcements::create(slots));
        announced_.push_back(*state::Announcements::open(duplicate(announced_files_.back().get()), slots, true));
    }
    if (wants_steering()) steering_ = *supervisor::bpf::Steering::open(steered_addresses());
    router_ = *link::Router::bind(context_, loop_, directory_ + "/control.sock",
                                  [this](auto peer, auto bytes) { receive(peer, bytes); });
    supervisor_ = *link::Router::bind(context_, loop_, directory_ + "/supervisor.sock",
                                      [this](auto, auto bytes) { heard(bytes); });
}

int Control::collect(pid_t pid) {
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

Control::~Control() {
    for (const auto& [index, pid] : pids_) {
        ::kill(pid, SIGKILL);
        waitpid(pid, nullptr, 0);
    }
    std::filesystem::remove_all(directory_);
}

link::WorkerConfig Control::config(unsigned index, int predecessor, int state) {
    link::WorkerConfig config;
    config.set_name(name(index));
    config.set_index(index);
    config.set_runtime_dir(directory_);
    for (unsigned i = 0; i < addresses_.size(); ++i) {
        auto& worker = *config.add_workers();
        worker.set_name(name(i));
        worker.set_state_fd(states_[i].get());
        worker.set_announced_fd(announced_files_[i].get());
        worker.set_slots(slots_);
        worker.set_index(i);
    }
    config.set_state_fd(state >= 0 ? state : states_[index].get());
    config.set_transit_fd(transits_[index].get());
    if (predecessor >= 0) config.set_predecessor_fd(predecessor);
    config.add_addresses(std::string(Address::parse(addresses_[index])->raw()));
    if (steering_) *config.mutable_steering() = steered_.at(index);
    config.mutable_log()->set_to_stderr(true);
    (*config.mutable_log()->mutable_levels())[""] = 3;
    config.mutable_privileges()->set_supervisor_pid(getpid());
    return config;
}

void Control::spawn(unsigned index, Limits limits, int predecessor, int state) {
    const char* program = std::getenv("RTPENGINE_DATAPLANE");
    REQUIRE(program);
    if (steering_ && !steered_.count(index)) steered_[index] = *steering_->add_worker(index, steered_addresses());
    const auto config = this->config(index, predecessor, state);
    const auto bytes = config.SerializeAsString();
    const auto inherited = supervisor::descriptors_of(config);
    const Fd fd(memfd_create("config", 0));
    REQUIRE(write(fd.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    const auto option = "--config-fd=" + std::to_string(fd.get());
    const auto pid = fork();
    if (pid == 0) become_worker(program, option.c_str(), inherited, limits);
    REQUIRE(pid > 0);
    pids_[index] = pid;
}

void Control::start(unsigned index, Limits limits) {
    const auto before = hellos(index);
    spawn(index, limits);
    wait_hello(index, before + 1);
}

void Control::begin(unsigned index, Limits limits) {
    start(index, limits);
    sync(index, {});
}

pid_t Control::succeed(unsigned index, int state) {
    const auto first = pids_.at(index);
    const Fd watch(static_cast<int>(syscall(SYS_pidfd_open, first, 0)));
    REQUIRE(watch);
    spawn(index, {}, watch.get(), state);
    if (state < 0) run_until([&] { return beat(index).standby(); });
    return first;
}

void Control::heard(std::string_view bytes) {
    link::ToSupervisor message;
    REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    beats_[message.heartbeat().pid()] = message.heartbeat();
    if (awaited_ && awaited_()) loop_.stop();
}

void Control::kill(unsigned index) {
    ::kill(pids_.at(index), SIGKILL);
    CHECK(collect(pids_.at(index)) == 1000 + SIGKILL);
    pids_.erase(index);
}

int Control::terminate(unsigned index) {
    const auto pid = pids_.at(index);
    pids_.erase(index);
    ::kill(pid, SIGTERM);
    return collect(pid);
}

void Control::receive(std::string_view peer, std::string_view bytes) {
    link::ToControl message;
    REQUIRE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    if (message.worker().has_hello()) {
        CHECK(message.worker().hello().name() == peer);
        ++hellos_[std::string(peer)];
    }
    if (message.worker().has_reply()) {
        const auto& reply = message.worker().reply();
        CHECK(replies_.count(reply.id()) == 0);
        replies_[reply.id()] = reply;
    }
    if (message.worker().has_event()) events_[std::string(peer)].push_back(message.worker().event());
    if (awaited_ && awaited_()) loop_.stop();
}

void Control::run_until(const std::function<bool()>& condition) {
    if (condition()) return;
    awaited_ = condition;
    uv::Timer deadline(loop_, [this] { loop_.stop(); });
    deadline.start_ms(patience_ms);
    loop_.run();
    awaited_ = nullptr;
    REQUIRE(condition());
}

void Control::until(const std::function<bool()>& condition) {
    for (int i = 0; i < patience_ms && !condition(); ++i) {
        const timespec pause{0, 1'000'000}; // another process's memory: there is nothing to wait for
        nanosleep(&pause, nullptr);
    }
    REQUIRE(condition());
}

void Control::wait_hello(unsigned index, unsigned count) {
    run_until([&] { return hellos(index) >= count; });
}

void Control::welcome(unsigned index, std::uint64_t control_start, bool hello_wanted) {
    link::ToWorker message;
    message.mutable_welcome()->set_control_start(control_start);
    message.mutable_welcome()->set_hello_wanted(hello_wanted);
    send_raw(index, message.SerializeAsString());
}

void Control::send_raw(unsigned index, std::string_view bytes) {
    router_->send(name(index), std::string(bytes));
}

link::Reply Control::ask(unsigned index, link::Request request) {
    const auto id = next_request_++;
    request.set_id(id);
    link::ToWorker message;
    *message.mutable_request() = request;
    send_raw(index, message.SerializeAsString());
    run_until([&] { return replies_.count(id) > 0; });
    return replies_.at(id);
}

link::Reply Control::update(unsigned index, const std::vector<link::Stream>& set,
                            const std::vector<link::StreamKey>& close) {
    link::Request request;
    auto& update = *request.mutable_update();
    for (const auto& stream : set)
        *update.add_set() = stream;
    for (const auto& key : close)
        *update.add_close() = key;
    return ask(index, request);
}

link::Reply Control::sync(unsigned index, const std::vector<link::Stream>& set) {
    link::Request request;
    request.mutable_sync();
    for (const auto& stream : set)
        *request.mutable_sync()->add_set() = stream;
    return ask(index, request);
}

link::Reply Control::refresh(unsigned index, const std::vector<link::StreamKey>& streams) {
    link::Request request;
    request.mutable_refresh();
    for (const auto& key : streams)
        *request.mutable_refresh()->add_streams() = key;
    return ask(index, request);
}

link::Endpoint endpoint(const std::string& text) {
    link::Endpoint message;
    if (text.empty()) return message;
    const auto parsed = Endpoint::parse(text).value();
    message.set_address(std::string(parsed.address.raw()));
    message.set_port(parsed.port);
    return message;
}

link::Stream stream(std::uint64_t id, std::uint32_t slot, const std::string& local,
                    const std::string& signalled) {
    link::Stream stream;
    stream.set_id(id);
    stream.set_slot(slot);
    *stream.mutable_local() = endpoint(local);
    *stream.mutable_signalled() = endpoint(signalled);
    stream.set_component(link::RTP);
    stream.set_learning(link::IMMEDIATE);
    stream.set_signalled_epoch(1);
    stream.set_learn_epoch(1);
    stream.set_scope("call/tag/1");
    return stream;
}

void add_sink(link::Stream& from, const link::Stream& to, unsigned worker, link::Component takes) {
    auto& sink = *from.add_sinks();
    sink.set_worker(worker);
    sink.set_slot(to.slot());
    sink.set_stream(to.id());
    *sink.mutable_local() = to.local();
    sink.set_takes(takes);
    sink.set_tos(to.tos());
}

void join(link::Stream& a, link::Stream& b, unsigned worker_of_a, unsigned worker_of_b) {
    add_sink(a, b, worker_of_b);
    add_sink(b, a, worker_of_a);
}

} // namespace rtpengine::live
