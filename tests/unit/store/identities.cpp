// SPDX-License-Identifier: Apache-2.0
// Who we are in DTLS, over the lives of several processes.
#include "control/identities.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "store.pb.h"

using namespace rtpengine;

namespace {

std::string whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Runtime {
    std::string directory = "/tmp/identities-XXXXXX";
    std::string path;
    link::ControlConfig config;

    Runtime() {
        REQUIRE(mkdtemp(directory.data()));
        path = directory + "/calls.identities";
        add("one");
        add("two");
    }
    ~Runtime() { std::filesystem::remove_all(directory); }

    void add(const char* name, unsigned mtu = 1200) {
        auto& instance = *config.add_instances();
        instance.set_name(name);
        instance.set_software_id("rtpengine-test");
        instance.set_dtls_mtu(mtu);
    }
    Identities start() { return {path, config}; }
    // As a process of so long ago left it.
    void age(std::time_t seconds) {
        store::Identities kept;
        REQUIRE(kept.ParseFromString(whole_file(path)));
        for (auto& each : *kept.mutable_identities()) each.set_certificate(dtls::make_identity({"old"}, std::time(nullptr) - seconds)->certificate);
        std::ofstream(path, std::ios::binary) << kept.SerializeAsString();
    }
};

} // namespace

TEST_CASE_FIXTURE(Runtime, "a successor shows what its predecessor has shown; each instance is somebody else") {
    const auto first = start();
    CHECK_FALSE(first.certificate("one").empty());
    CHECK(first.certificate("one") != first.certificate("two"));
    CHECK(first.certificate("nobody").empty());
    const auto second = start();
    CHECK(second.certificate("one") == first.certificate("one"));
    CHECK(second.certificate("two") == first.certificate("two"));
    CHECK(second.all().size() == 2);
}

TEST_CASE_FIXTURE(Runtime, "the file is for nobody else's eyes") {
    start();
    struct stat found{};
    REQUIRE(stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE_FIXTURE(Runtime, "an instance whose configuration knows nothing of DTLS is nobody") {
    config.clear_instances();
    add("none", 0);
    CHECK(start().certificate("none").empty());
}

TEST_CASE_FIXTURE(Runtime, "a file that isn't understood is no reason not to start: there are new ones, and they stay") {
    const std::string good = (start(), whole_file(path));
    for (const auto& bad : {std::string("no such format"), std::string(100, '\xff'), good.substr(0, good.size() - 1)}) {
        std::ofstream(path, std::ios::binary) << bad;
        const auto made = start();
        CHECK_FALSE(made.certificate("one").empty());
        CHECK(start().certificate("one") == made.certificate("one"));
    }
}

TEST_CASE_FIXTURE(Runtime, "what a newer version has written beside ours is passed over") {
    const auto first = start();
    store::Identities kept;
    REQUIRE(kept.ParseFromString(whole_file(path)));
    kept.GetReflection()->MutableUnknownFields(&kept)->AddLengthDelimited(99, "of a time to come");
    std::ofstream(path, std::ios::binary) << kept.SerializeAsString();
    CHECK(start().certificate("one") == first.certificate("one"));
}

TEST_CASE_FIXTURE(Runtime, "an entry that is no certificate is left out, the others are good") {
    const auto first = start();
    store::Identities kept;
    REQUIRE(kept.ParseFromString(whole_file(path)));
    kept.mutable_identities(0)->set_certificate("nothing of the kind");
    std::ofstream(path, std::ios::binary) << kept.SerializeAsString();
    const auto second = start();
    CHECK(second.all().size() == 2);
    CHECK_FALSE(second.certificate("one").empty());
    CHECK(second.certificate("one") != "nothing of the kind");
    CHECK(second.certificate("two") == first.certificate("two"));
}

TEST_CASE_FIXTURE(Runtime, "after a month there is a new one, and the old one goes on to be good for a month") {
    start();
    constexpr std::time_t day = 24 * 60 * 60;
    struct Row {
        std::time_t days;
        bool renewed;
        std::size_t left; // of both instances
    };
    for (const auto& row : {Row{20, false, 2}, Row{35, true, 4}, Row{65, true, 2}, Row{-40, true, 4}}) {
        CAPTURE(row.days);
        std::filesystem::remove(path);
        start();
        age(row.days * day);
        store::Identities kept;
        REQUIRE(kept.ParseFromString(whole_file(path)));
        const auto identities = start();
        CHECK((identities.certificate("one") != kept.identities(0).certificate()) == row.renewed);
        CHECK(identities.all().size() == row.left);
    }
}

TEST_CASE_FIXTURE(Runtime, "the file is written again when somebody has removed it, without another certificate") {
    auto identities = start();
    std::filesystem::remove(path);
    CHECK_FALSE(identities.look());
    CHECK(start().certificate("one") == identities.certificate("one"));
}

TEST_CASE_FIXTURE(Runtime, "what can't be written is written when it can") {
    std::filesystem::remove_all(directory);
    auto identities = start();
    CHECK_FALSE(identities.certificate("one").empty());
    std::filesystem::create_directory(directory);
    CHECK_FALSE(identities.look());
    CHECK(start().certificate("one") == identities.certificate("one"));
}
