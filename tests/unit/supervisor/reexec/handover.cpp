// SPDX-License-Identifier: Apache-2.0
#include "supervisor/reexec/handover.h"

#include <cerrno>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/child/programs.h"
#include "supervisor/process.h"

using namespace rtpengine;
using namespace rtpengine::supervisor;

namespace {

options::Settings settings() {
    options::Settings settings;
    options::InstanceSettings instance;
    instance.config.set_name("core");
    instance.config.set_table(3);
    instance.no_fallback = true;
    instance.netfilter = {3, "rtp", options::Entry::hooked, "INPUT", true, true, false};
    instance.max_recv_iters = 7;
    instance.media_sockets = options::MediaSockets::bound;
    instance.workers_per_interface = 2;
    instance.offload = options::Offload::bpf;
    settings.instances = {instance};
    settings.log.set_ident("rtp");
    settings.foreground = true;
    settings.pidfile = "/run/pid";
    settings.runtime_dir = "/run/x";
    settings.user = "nobody";
    settings.config_file = "/etc/x";
    return settings;
}

Result<handover::Handover> read_back(const std::string& bytes) {
    const auto file = memory_file(bytes);
    REQUIRE(file);
    return read_handover(file->get());
}

} // namespace

TEST_CASE("settings come back as they were handed over") {
    const auto before = settings();
    const auto after = resumed(handed_over(before));
    REQUIRE(after.instances.size() == 1);
    const auto &was = before.instances[0], &is = after.instances[0];
    CHECK(is.config.SerializeAsString() == was.config.SerializeAsString());
    CHECK(is.no_fallback);
    CHECK(is.netfilter == was.netfilter);
    CHECK(is.max_recv_iters == 7);
    CHECK(is.media_sockets == was.media_sockets);
    CHECK(is.workers_per_interface == 2);
    CHECK(is.offload == was.offload);
    CHECK(after.log.ident() == "rtp");
    CHECK(after.foreground);
    CHECK(after.pidfile == before.pidfile);
    CHECK(after.runtime_dir == before.runtime_dir);
    CHECK(after.user == before.user);
    CHECK(after.config_file == before.config_file);
}

TEST_CASE("every descriptor of a message is found, once, and nothing else is taken for one") {
    handover::Handover all;
    all.set_executions(99);
    all.mutable_directory()->set_lock_fd(5);
    auto& instance = *all.add_instances();
    instance.add_listener_fds(8);
    instance.add_listener_fds(9);
    instance.mutable_settings()->mutable_config()->add_listeners()->set_fd(9);
    instance.mutable_settings()->mutable_config()->set_table(98);
    auto& group = *instance.add_groups();
    group.mutable_media()->add_steering_fds(12);
    group.mutable_bpf()->mutable_maps()->set_seal_fd(11);
    auto& place = *group.mutable_bpf()->add_places();
    place.set_device(97);
    place.set_link_fd(20);
    auto& worker = *group.add_workers();
    worker.mutable_config()->set_table_control_fd(30);
    worker.mutable_config()->mutable_steering()->add_socket_fds(31);
    worker.mutable_config()->set_transit_fd(32);
    worker.mutable_child()->set_pid(96);
    CHECK(descriptors_of(all) == std::vector<int>{5, 8, 9, 11, 12, 20, 30, 31, 32});
    CHECK(descriptors_of(worker.config()) == std::vector<int>{30, 31, 32});
}

TEST_CASE("a handover is read as often as one likes, and only if it can be used") {
    handover::Handover handover;
    handover.set_format(handover_format);
    handover.set_version("1.2");
    const auto file = memory_file(handover.SerializeAsString());
    REQUIRE(file);
    for (int i = 0; i < 2; ++i) {
        const auto read = read_handover(file->get());
        REQUIRE(read);
        CHECK(read->version() == "1.2");
    }
    CHECK(read_back("\xff\xff garbage").error().code == EBADMSG);
    CHECK(read_handover(-1).error().code == EBADF);
    handover.mutable_directory()->set_lock_fd(9999);
    CHECK(read_back(handover.SerializeAsString()).error().message == "descriptor 9999 of the handover is not open");
    handover.clear_directory();
    auto& steering = *handover.add_instances()->add_groups()->add_workers()->mutable_config()->mutable_steering();
    steering.set_layout(STEER_LAYOUT);
    CHECK(read_back(handover.SerializeAsString()));
    steering.set_layout(STEER_LAYOUT + 1);
    CHECK(read_back(handover.SerializeAsString()).error().message ==
          "the BPF program that steers is that of another version: stop rtpengine and start it again");
    handover.set_format(handover_format + 1);
    const auto other = read_back(handover.SerializeAsString());
    CHECK(other.error().message == "the handover has format " + std::to_string(handover_format + 1) + ", this program knows " + std::to_string(handover_format));
}
