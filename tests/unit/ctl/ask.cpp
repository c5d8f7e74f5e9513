// SPDX-License-Identifier: Apache-2.0
#include "ctl/ask.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <thread>

#include <sys/eventfd.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "common/link/socket.h"
#include "link.pb.h"

using namespace rtpengine;

namespace {

std::string temporary() {
    char name[] = "/tmp/ctl-test-XXXXXX";
    return mkdtemp(name);
}

// A control process that knows one answer, in a thread of its own.
class Control {
  public:
    Control() : stop_(eventfd(0, 0)), ready_(eventfd(0, 0)), thread_([this] { serve(); }) {
        eventfd_t value;
        eventfd_read(ready_.get(), &value);
    }
    ~Control() {
        eventfd_write(stop_.get(), 1);
        thread_.join();
        std::filesystem::remove_all(directory);
    }

    const std::string directory = temporary();

  private:
    void serve() {
        uv::Loop loop;
        link::Context context;
        std::unique_ptr<link::Router> router;
        auto bound = link::Router::bind(
            context, loop, directory + "/control.sock",
            [&](std::string_view peer, std::string_view message) { router->send(peer, answer(message)); });
        if (bound) router = std::move(*bound);
        uv::Poll stop(loop, stop_.get(), [&] { loop.stop(); });
        eventfd_write(ready_.get(), 1);
        loop.run();
    }

    static std::string answer(std::string_view message) {
        link::ToControl request;
        link::CtlReply reply;
        const bool known = request.ParseFromArray(message.data(), static_cast<int>(message.size())) &&
                           request.ctl().words_size() == 1 && request.ctl().words(0) == "status";
        known ? reply.set_json("{\"x\":1}") : reply.set_error("unknown");
        return reply.SerializeAsString();
    }

    Fd stop_, ready_;
    std::thread thread_;
};

} // namespace

TEST_CASE("a request and its answer") {
    const Control control;
    const auto answer = ctl::ask(control.directory, ctl::Peer::control, {"status"});
    REQUIRE(answer);
    CHECK(answer->json == "{\"x\":1}");
    CHECK(*answer->data.find("x")->number() == 1);
    CHECK(ctl::ask(control.directory, ctl::Peer::control, {"call", "x"})->error == "unknown");
}

TEST_CASE("nobody answers within the deadline") {
    const auto directory = temporary();
    const auto answer = ctl::ask(directory, ctl::Peer::supervisor, {"status"});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().message.find("supervisor.sock") != std::string::npos);
    std::filesystem::remove_all(directory);
}
