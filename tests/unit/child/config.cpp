// SPDX-License-Identifier: Apache-2.0
#include "common/child/config.h"

#include <array>

#include <doctest/doctest.h>
#include <sys/mman.h>

#include "common/base/fd.h"
#include "link.pb.h"

using namespace rtpengine;

namespace {

int memory_file(const std::string& bytes) {
    const int fd = memfd_create("test", 0);
    REQUIRE(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
    return fd; // read_config() closes it
}

Result<std::string> read_with(const std::string& option) {
    const std::array<const char*, 3> argv = {"rtpengine-control", "--name=control", option.c_str()};
    return child::read_config(3, argv.data());
}

} // namespace

TEST_CASE("a child reads its whole configuration, also a second time from the same file") {
    const std::string bytes(200'000, 'x');
    Fd keep(memory_file(bytes));
    for (int round = 0; round < 2; ++round) {
        const auto read = read_with("--config-fd=" + std::to_string(dup(keep.get())));
        REQUIRE(read);
        CHECK(*read == bytes);
    }
}

TEST_CASE("a child started by hand says so") {
    const std::array<const char*, 2> argv = {"rtpengine-control", "--help"};
    const auto read = child::read_config(2, argv.data());
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("not by hand") != std::string::npos);
}

TEST_CASE("a descriptor that is none is an error") {
    for (const char* option :
         {"--config-fd=", "--config-fd=x", "--config-fd=-1", "--config-fd=3x", "--config-fd=987654"})
        CHECK_FALSE(read_with(option));
}

TEST_CASE("a configuration is parsed or refused") {
    link::WorkerConfig config;
    config.set_name("0/pub");
    auto option = "--config-fd=" + std::to_string(memory_file(config.SerializeAsString()));
    std::array<const char*, 2> argv = {"x", option.c_str()};
    const auto good = child::read<link::WorkerConfig>(2, argv.data());
    REQUIRE(good);
    CHECK(good->name() == "0/pub");
    option = "--config-fd=" + std::to_string(memory_file("\xff\xff\xff"));
    argv[1] = option.c_str();
    CHECK_FALSE(child::read<link::WorkerConfig>(2, argv.data()));
}

TEST_CASE("log settings: a subsystem's own level beats the default, internals stay off") {
    link::LogConfig config;
    (*config.mutable_levels())[""] = 4;
    (*config.mutable_levels())["srtp"] = 7;
    config.set_to_stderr(true);
    config.set_ident("me");
    auto settings = child::log_settings(config);
    using log::Subsystem;
    const auto level = [&](Subsystem s) { return settings.thresholds[static_cast<std::size_t>(s)]; };
    CHECK(level(Subsystem::core) == 4);
    CHECK(level(Subsystem::srtp) == 7);
    CHECK(level(Subsystem::internals) == -1);
    CHECK(settings.ident == "me");
    CHECK(settings.to_stderr);
    (*config.mutable_levels())["internals"] = 6;
    settings = child::log_settings(config);
    CHECK(level(Subsystem::internals) == 6);
}
