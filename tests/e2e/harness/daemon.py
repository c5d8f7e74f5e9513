# SPDX-License-Identifier: Apache-2.0
"""The daemon under test, started from its ordinary command line."""
import atexit
import contextlib
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import subprocess
import tempfile
import time

from . import net
from .ng import Ng, NoAnswer

SANITIZER = re.compile(rb"ERROR: \w+Sanitizer|runtime error:|Sanitizer: CHECK failed|\bAssertion .* failed")
# UBSan looks at an object's type through a pipe; without a descriptor for one it calls every object wrong.
NO_PIPE = re.compile(rb"[^\n]*runtime error: [^\n]* which does not point to an object of type [^\n]*\n"
                     rb"[^\n]*object has invalid vptr\n<memory cannot be printed>\n")
STOP_SECONDS = 15


class Failed(Exception):
    pass


def children_of(pid):
    """[(pid, command name)] of the direct children."""
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            head, _, tail = pathlib.Path("/proc", entry, "stat").read_text().rpartition(")")
        except OSError:  # any of them may end between the listing and the reading
            continue
        if int(tail.split()[1]) == pid:
            found.append((int(entry), head.split("(", 1)[1]))
    return found


class Daemon:
    """Runs inside a host; `arguments` follow the command and the defaults that every test wants. `output`: what its stdout
    and stderr are, instead of a file that log() reads."""

    def __init__(self, command, host, arguments=(), ng_port=2223, log_level=6, nofile=None, name="daemon", output=None,
                 environment=()):
        self.host, self.ng_port = host, ng_port
        self.folder = tempfile.mkdtemp(prefix="rtpe2e-")
        os.chmod(self.folder, 0o755)
        self.log_path = os.path.join(self.folder, name + ".log")
        self.program = pathlib.Path(shlex.split(command)[-1])  # what stands before it prepares its environment
        self.command = shlex.split(command) + [
            "--config-file=none", "--table=-1", f"--listen-ng=127.0.0.1:{ng_port}", "--foreground", "--log-stderr",
            f"--log-level={log_level}", *arguments]
        self.nofile, self.output = nofile, output
        self.environment = {**os.environ, **dict(environment)}
        self.process = None
        atexit.register(self._last_resort)
        self.start()

    def _prepare(self):
        net.die_with_parent()
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if self.nofile:
            resource.setrlimit(resource.RLIMIT_NOFILE, (self.nofile, self.nofile))

    def start(self):
        log = open(self.log_path, "ab")
        with self.host.entered():
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self.output or log,
                                            stderr=self.output or log, preexec_fn=self._prepare, env=self.environment)
        log.close()

    @property
    def pid(self):
        return self.process.pid

    def family(self):
        """[(pid, name)] of its child processes, sorted."""
        return sorted(children_of(self.pid))

    def kill(self, pid):
        """SIGKILL; returns when the process is gone."""
        os.kill(pid, signal.SIGKILL)
        while pid in dict(self.family()):
            time.sleep(0.005)

    def ng(self):
        return Ng(self.host, port=self.ng_port)

    def workers(self):
        return [pid for pid, name in self.family() if "datap" in name]

    def ctl(self, *words):
        """What rtpengine-ctl, which lies beside the daemon, prints."""
        with self.host.entered():
            return subprocess.run([self.program.with_name("rtpengine-ctl"), *words], capture_output=True, text=True, timeout=30,
                                  preexec_fn=net.die_with_parent).stdout

    def status(self):
        """What rtpengine-ctl shows of this daemon, which need not be alone on this machine."""
        return next(each for each in json.loads(self.ctl("--json", "status")) if each["supervisor"]["pid"] == self.pid)

    def wait_ready(self, seconds=20):
        ng, deadline = self.ng(), time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failed(f"the daemon left with status {self.process.returncode}\n{self.log_tail()}")
            try:
                if ng.request("ping", timeout=0.1, tries=1).get("result") == "pong":
                    return ng
            except NoAnswer:
                time.sleep(0.02)  # a refused datagram is reported at once
        raise Failed(f"no pong within {seconds} s\n{self.log_tail()}")

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def log_tail(self, lines=40):
        return "\n".join(self.log().splitlines()[-lines:])

    def stop(self):
        """SIGTERM; the exit status must be 0, nothing may stay behind, no sanitizer may have spoken."""
        if self.process is None:
            return
        group = self.process.pid
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(f"still running {STOP_SECONDS} s after SIGTERM\n{self.log_tail()}")
        self.process = None
        left = self._group_members(group)
        self._kill_group(group)
        self.check_sanitizers()
        if status != 0:
            raise Failed(f"exit status {status}\n{self.log_tail()}")
        if left:
            raise Failed(f"left running: {left}")

    def check_sanitizers(self):
        log = pathlib.Path(self.log_path).read_bytes()
        if self.nofile:
            log = NO_PIPE.sub(b"", log)
        found = SANITIZER.search(log)
        if found:
            report = log[max(0, found.start() - 200):][:6000]
            raise Failed("sanitizer report:\n" + report.decode(errors="replace"))

    @staticmethod
    def _group_members(group):
        return [int(p.name) for p in pathlib.Path("/proc").glob("[0-9]*") if _group_of(p) == group]

    @staticmethod
    def _kill_group(group):
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def abandon(self):
        """Kills it without asking how it is."""
        if self.process is not None:
            self._kill_group(self.process.pid)
            self.process.wait()
            self.process = None

    def _last_resort(self):
        self.abandon()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def instance(options, network, arguments=(), **more):
    """The daemon under test for the length of a block; leaving it normally checks that it stops well."""
    daemon = Daemon(options.daemon, network.proxy, arguments, **more)
    try:
        yield daemon
    except BaseException:
        print("--- the daemon's log ends with:\n" + daemon.log_tail(25))
        daemon.abandon()
        raise
    daemon.stop()


def running(options, network, arguments=(), **more):
    """The same with one address."""
    return instance(options, network, ["--interface=10.1.0.1", *arguments], **more)


def _group_of(proc):
    try:
        fields = (proc / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[2]) if fields[0] != "Z" else None
