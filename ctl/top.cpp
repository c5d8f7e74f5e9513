// SPDX-License-Identifier: Apache-2.0
#include "ctl/top.h"

#include <chrono>
#include <csignal>
#include <cstdlib>

#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "common/base/fd.h"
#include "ctl/ask.h"
#include "ctl/operate.h"
#include "ctl/output.h"
#include "ctl/top_view.h"

namespace rtpengine::ctl {

namespace {

constexpr int interval_ms = 1000;

Result<Sample> take(const std::string& directory) {
    auto supervisor = ask(directory, Peer::supervisor, {"status"});
    if (!supervisor) return supervisor.error();
    auto control = ask(directory, Peer::control, {"status"});
    const std::chrono::duration<double> now = std::chrono::steady_clock::now().time_since_epoch();
    return Sample{std::move(supervisor->data), control ? std::move(control->data) : ng::Dict{}, now.count()};
}

// Keys come at once and aren't shown, for as long as this lives; signals that would end us are read instead.
class Terminal {
  public:
    Terminal() : there_(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
        sigset_t ending;
        sigemptyset(&ending);
        for (const int number : {SIGINT, SIGTERM, SIGHUP})
            sigaddset(&ending, number);
        sigprocmask(SIG_BLOCK, &ending, nullptr);
        signals_.reset(signalfd(-1, &ending, SFD_CLOEXEC));
        if (!there_ || tcgetattr(STDIN_FILENO, &before_) < 0) return;
        auto raw = before_;
        raw.c_lflag &= static_cast<tcflag_t>(~(ICANON | ECHO));
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
        print("\033[?1049h\033[?25l"); // a screen of our own, without a cursor
    }
    ~Terminal() {
        if (!there_) return;
        print("\033[?25h\033[?1049l");
        std::fflush(stdout);
        tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    bool there() const { return there_; }
    void show(const std::string& text) const {
        print(there_ ? "\033[H\033[J" + text + "\nq: end\n" : text);
        std::fflush(stdout);
    }
    // False: somebody wants it to end.
    bool wait() const {
        pollfd sources[] = {{signals_.get(), POLLIN, 0}, {there_ ? STDIN_FILENO : -1, POLLIN, 0}};
        if (poll(sources, 2, interval_ms) <= 0) return true;
        char key = 0;
        if (sources[0].revents || read(STDIN_FILENO, &key, 1) <= 0) return false;
        return key != 'q' && key != 'Q';
    }

  private:
    bool there_;
    Fd signals_;
    termios before_{};
};

} // namespace

ExitCode top(const Options& options) {
    const auto directory = the_supervisor(options);
    if (!directory) return complain(directory.error().message), ExitCode::unreachable;
    auto before = take(*directory);
    if (!before) return complain(before.error().message), ExitCode::unreachable;
    Result<Sample> now = *before;
    {
        const Terminal terminal;
        const auto style = Style::of_stdout();
        if (terminal.there()) terminal.show(top_view(*before, *before, style));
        while (terminal.wait()) {
            now = take(*directory);
            if (!now) break;
            terminal.show(top_view(*before, *now, style));
            if (!terminal.there()) break;
            before = std::move(now);
        }
    }
    if (!now) return complain(now.error().message), ExitCode::unreachable;
    return ExitCode::ok;
}

} // namespace rtpengine::ctl
