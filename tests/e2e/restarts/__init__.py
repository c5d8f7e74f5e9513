# SPDX-License-Identifier: Apache-2.0
"""Cases of restarts.py: a daemon with instances from a file, and rtpengine-ctl beside it."""
import collections
import contextlib
import json
import os
import pathlib
import re
import shlex
import subprocess

from harness.check import wait_until
from harness.daemon import Daemon

PORTS = {"core": 2223, "edge": 2224}
INTERFACES = "outer/10.1.0.1;inner/10.2.0.1"


def section(name, first_port, **keys):
    """An instance on both addresses with 1000 ports of its own. Underscores in keys stand for hyphens."""
    options = {"interface": INTERFACES, "listen_ng": f"127.0.0.1:{PORTS.get(name, first_port)}", "port_min": first_port,
               "port_max": first_port + 999, **keys}
    return f"[instance-{name}]\n" + "".join(f"{k.replace('_', '-')} = {v}\n" for k, v in options.items())


MAIN = "[rtpengine]\nlog-level = 6\n"
TWO = MAIN + section("core", 30000) + section("edge", 31000)


class Instances(Daemon):
    """The daemon under test with a configuration file of its own."""

    def __init__(self, command, host, text, programs=None):
        self.text, self.programs = text, programs
        self.words = shlex.split(command)
        super().__init__(command, host)

    def start(self):
        self.config = pathlib.Path(self.folder, "rtpengine.conf")
        self.config.write_text(self.text)
        self.runtime = os.path.join(self.folder, "run")
        words = [str(self.programs / "rtpengine")] if self.programs else self.words
        self.command = [*words, f"--config-file={self.config}", f"--runtime-dir={self.runtime}", "--foreground", "--log-stderr"]
        super().start()

    def wait_ready(self, seconds=20):
        """NG is served before each worker is connected; the start is complete when all are."""
        ng = super().wait_ready(seconds)
        wait_until(self.all_up, seconds)
        return ng

    def ctl_program(self):
        """Beside the daemon; what stands before that on its command line prepares its environment."""
        return pathlib.Path(self.programs / "rtpengine" if self.programs else self.words[-1]).parent / "rtpengine-ctl"

    def ctl(self, *words, timeout=60):
        """(exit code, what it printed, what it complained of)"""
        with self.host.entered():
            done = subprocess.run([self.ctl_program(), "--runtime-dir=" + self.runtime, *words], capture_output=True, text=True,
                                  timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def status(self):
        code, out, err = self.ctl("--json", "status")
        if code:
            raise RuntimeError(f"status: {err}")
        return json.loads(out)[0]

    def child(self, name):
        return next((c for c in self.status()["supervisor"]["children"] if c["name"] == name), None)

    def all_up(self):
        return all(child["state"] == "up" for child in self.status()["supervisor"]["children"])

    def kill_child(self, name, seconds=30):
        """Whether another process took its place, and all are up."""
        before = self.child(name)["pid"]
        self.kill(before)
        return wait_until(lambda: (self.child(name) or {"pid": before})["pid"] != before and self.all_up(), seconds)

    def calls(self):
        return {i["name"]: i["calls"] for i in self.status()["control"]["instances"]}

    def open_ports(self):
        return sum(i["streams"] for i in self.status()["control"]["instances"])


def descriptors(daemon):
    """What the supervisor has open, and how often: [pipe], /path, ..."""
    folder, kinds = f"/proc/{daemon.pid}/fd", collections.Counter()
    for number in os.listdir(folder):
        with contextlib.suppress(FileNotFoundError):
            kinds[re.sub(r":?\[?\d+\]?$", "", os.readlink(f"{folder}/{number}"))] += 1
    return kinds


@contextlib.contextmanager
def instances(options, network, text=TWO, programs=None):
    daemon = Instances(options.daemon, network.proxy, text, programs)
    try:
        daemon.wait_ready()
        yield daemon
    except BaseException:
        print("--- the daemon's log ends with:\n" + daemon.log_tail(40))
        daemon.abandon()
        raise
    daemon.stop()
