// SPDX-License-Identifier: Apache-2.0
#include "supervisor/output.h"

#include <array>

#include <fcntl.h>
#include <unistd.h>

#include "common/base/log.h"

namespace rtpengine::supervisor {

namespace {

constexpr std::size_t longest_line = 2000;

} // namespace

Output::Output(uv::Loop& loop) {
    std::array<int, 2> ends;
    if (pipe2(ends.data(), O_CLOEXEC) < 0) return;
    read_.reset(ends[0]);
    write_.reset(ends[1]);
    fcntl(read_.get(), F_SETFL, O_NONBLOCK); // our end only: the children's stays as programs expect
    watch(loop);
}

Output::Output(uv::Loop& loop, const handover::Output& from) : read_(from.read_fd()), write_(from.write_fd()) {
    watch(loop);
}

handover::Output Output::hand_over() const {
    handover::Output to;
    to.set_read_fd(read_.get());
    to.set_write_fd(write_.get());
    return to;
}

void Output::watch(uv::Loop& loop) {
    poll_ = std::make_unique<uv::Poll>(loop, read_.get(), [this] { drain(); });
}

void Output::drain() {
    std::array<char, 4096> buffer;
    const auto length = read(read_.get(), buffer.data(), buffer.size());
    if (length <= 0) return;
    text_.append(buffer.data(), static_cast<std::size_t>(length));
    lines();
}

void Output::lines() {
    for (;;) {
        auto end = text_.find('\n');
        if (end == std::string::npos && text_.size() > longest_line) end = longest_line;
        if (end == std::string::npos) return;
        log::err("a child process says: {}", text_.substr(0, end));
        text_.erase(0, end + (end < text_.size() && text_[end] == '\n' ? 1 : 0));
    }
}

} // namespace rtpengine::supervisor
