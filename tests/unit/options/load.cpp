// SPDX-License-Identifier: Apache-2.0
#include "common/options/load.h"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_host.h"

using namespace rtpengine;
using namespace rtpengine::options;

namespace {

using Words = std::vector<std::string>;

class TemporaryFile {
  public:
    explicit TemporaryFile(const std::string& text) {
        const int fd = mkstemp(path_);
        REQUIRE(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        close(fd);
    }
    ~TemporaryFile() { unlink(path_); }
    std::string path() const { return path_; }
    std::string option() const { return "--config-file=" + path(); }
    void write_again(const std::string& text) const { std::ofstream(path_, std::ios::trunc) << text; }

  private:
    char path_[32] = "/tmp/rtpengine-conf-XXXXXX";
};

std::string load_error(const Words& words) {
    const auto result = load(words, FakeHost{}, "1.2.3");
    REQUIRE(std::holds_alternative<LoadError>(result));
    return std::get<LoadError>(result).error.message;
}

Loaded loaded(const Words& words, const FakeHost& host = {}) {
    auto result = load(words, host, "1.2.3");
    REQUIRE(std::holds_alternative<Loaded>(result));
    return std::get<Loaded>(std::move(result));
}

} // namespace

TEST_CASE("version wins over all that is free of errors, errors win over version") {
    CHECK(loaded({"-v"}).print == "Version: 1.2.3\n");
    CHECK(loaded({"--help", "--config-file=/nonexistent", "--version"}).print == "Version: 1.2.3\n");
    CHECK(load_error({"--version", "--tabel=1"}) ==
          "Bad command line: unknown option --tabel; did you mean --table?");
    CHECK(loaded({"-h"}).print == help());
}

TEST_CASE("a file that is named must be readable, and its section must be there") {
    CHECK(load_error({"--config-file=/nonexistent"}).find("/nonexistent: No such file") != std::string::npos);
    CHECK(load_error({"--config-file=/tmp"}).find("Is a directory") != std::string::npos);
    CHECK(load_error({"--config-file=/dev/zero"}).find("it is no regular file") != std::string::npos);
    const TemporaryFile file("[other]\n");
    CHECK(load_error({file.option()}).find("has no section [rtpengine]") != std::string::npos);
    CHECK(load_error({file.option(), "--config-section=x"}).find("has no section [x]") != std::string::npos);
}

// As a reload reads it, while calls are up.
TEST_CASE("nobody waits for who writes to a FIFO, and what is too long is not read") {
    const TemporaryFile file("");
    REQUIRE(truncate(file.path().c_str(), 17 << 20) == 0);
    CHECK(load_error({file.option()}).find("File too large") != std::string::npos);
    const auto fifo = file.path() + "-fifo";
    REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(load_error({"--config-file=" + fifo}).find("it is no regular file") != std::string::npos);
    unlink(fifo.c_str());
}

TEST_CASE("options from the section that is asked for") {
    const TemporaryFile file(
        "[rtpengine]\ntos = 1\n[b]\ntos = 2\ninterface = 192.0.2.1\nlisten-ng = 127.0.0.1:9\n");
    const auto result = loaded({file.option(), "--config-section=b"});
    REQUIRE(result.settings);
    CHECK(result.settings->instances[0].config.tos() == 2);
    CHECK(result.settings->instances[0].config.name() == "b");
}

TEST_CASE("none reads no file") {
    const auto result = loaded({"--config-file=none", "-i192.0.2.1", "-n127.0.0.1:9"});
    REQUIRE(result.settings);
    CHECK(result.settings->instances[0].config.interfaces_size() == 1);
    CHECK(result.settings->config_file.empty());
}

TEST_CASE("the same words read again what is in the file by then, after an error too") {
    const std::string main = "[rtpengine]\ninterface = 192.0.2.1\nlisten-ng = 127.0.0.1:9\n";
    const TemporaryFile file(main + "timeout = 40\n");
    const Words words = {file.option(), "--tos=8"};
    CHECK(loaded(words).settings->instances[0].config.timeout() == 40);
    file.write_again(main + "timeout = 40s\n");
    CHECK(load_error(words).find("timeout") != std::string::npos);
    file.write_again(main);
    const auto again = loaded(words).settings;
    REQUIRE(again);
    CHECK(again->instances[0].config.timeout() == 60);
    CHECK(again->instances[0].config.tos() == 8);
    CHECK(again->config_file == file.path());
}

TEST_CASE("parse errors of the file have the same prefix as those of the command line") {
    const TemporaryFile broken("[rtpengine]\n; no comment\n");
    CHECK(load_error({broken.option()}).starts_with("Bad command line: /tmp/rtpengine-conf-"));
    CHECK(load_error({broken.option()}).find("line 2") != std::string::npos);
    const TemporaryFile wrong("[rtpengine]\nforeground = yes\n");
    CHECK(load_error({wrong.option()}).starts_with("Bad command line: "));
    CHECK(load_error({wrong.option()}).find("key 'foreground' in section [rtpengine]") != std::string::npos);
}

TEST_CASE("actions that are not built don't look done") {
    CHECK(load_error({"--codecs"}).find("not built yet") != std::string::npos);
}

TEST_CASE("netfilter actions need no interface, and take their settings from the file") {
    const TemporaryFile file("[rtpengine]\ntable = 7\nnftables-chain = voip\n");
    const auto result = loaded({file.option(), "--nftables-status"});
    CHECK_FALSE(result.settings);
    REQUIRE(result.netfilter);
    CHECK(result.netfilter->verb == NetfilterVerb::status);
    CHECK(result.netfilter->rules.table == 7);
    CHECK(result.netfilter->rules.chain == "voip");
    CHECK(load_error({"--nftables-start", "--config-file=none"}).find("--table") != std::string::npos);
}

TEST_CASE("several interfaces in one word are as many, on the command line as in the file") {
    const auto names = [](const std::vector<std::string>& arguments) {
        const auto result = loaded(arguments);
        REQUIRE(result.settings);
        std::string text;
        for (const auto& interface : result.settings->instances[0].config.interfaces())
            text += interface.name() + "*" + std::to_string(interface.addresses_size()) + " ";
        return text;
    };
    const std::string none = "--config-file=none", ng = "--listen-ng=2223";
    const TemporaryFile file("[rtpengine]\ninterface = pub1/192.0.2.1;pub2/192.0.2.2!198.51.100.9\n");
    const std::string wanted = "pub1*1 pub2*1 ";
    CHECK(names({file.option(), ng}) == wanted);
    CHECK(names({none, ng, "-i", "pub1/192.0.2.1;pub2/192.0.2.2!198.51.100.9"}) == wanted);
    CHECK(names({none, ng, "--interface=pub1/192.0.2.1; pub2/192.0.2.2;"}) == wanted);
    CHECK(names({none, ng, "-i", "pub1/192.0.2.1;pub1/192.0.2.3", "-i", "pub2/192.0.2.2"}) == "pub1*2 pub2*1 ");
    for (const auto* empty : {"", ";", " ; ;"}) CHECK(load_error({none, ng, "-i", empty}).find("interface") != std::string::npos);
    CHECK(load_error({none, ng, "-i", "pub1/192.0.2.1;pub2/"}).find("pub2/") != std::string::npos);
}

TEST_CASE("the example file is a configuration, and so are the lines that are commented out") {
    const auto result = loaded({"--config-file=" EXAMPLE_FILE});
    REQUIRE(result.settings);
    CHECK(result.settings->warnings.empty());
    CHECK(result.settings->instances[0].config.interfaces(0).addresses_size() == 2);
    std::ifstream file(EXAMPLE_FILE);
    std::string text;
    for (std::string line; std::getline(file, line);) {
        const bool example = line.starts_with("# ") && line.find_first_of("=[") != std::string::npos &&
                             (line.find(" = ") != std::string::npos || line.starts_with("# ["));
        text += (example ? line.substr(2) : line) + "\n";
    }
    const TemporaryFile everything(text);
    FakeHost host;
    host.files = {{"/etc/rtpengine/https.pem", "C"}, {"/etc/rtpengine/https.key", "K"}, {"/etc/rtpengine/tokens", "T\n"}};
    const auto all = loaded({everything.option()}, host);
    REQUIRE(all.settings);
    CHECK(all.settings->instances[0].config.interfaces_size() == 2);
    CHECK(all.settings->instances[0].config.templates().contains("offer"));
}
