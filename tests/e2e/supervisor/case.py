# SPDX-License-Identifier: Apache-2.0
"""What every test has: a copy of the real program with fake children beside it (fake_child.cpp), and what it is asked."""
import json
import os
import pathlib
import pwd
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from harness.net import die_with_parent

RTPENGINE, FAKE_CHILD, ASK = (pathlib.Path(p).resolve() for p in sys.argv[1:4])
SANITIZED = b"__asan_init" in RTPENGINE.read_bytes()  # the leak checker needs what is refused otherwise
ROOT = os.geteuid() == 0
PATIENCE = 30.0
CAP_SYS_RESOURCE = 24
NOBODY = pwd.getpwnam("nobody")
try:
    CHILD_USER = pwd.getpwnam("rtpengine")
except KeyError:
    CHILD_USER = NOBODY


def gone(pid, seconds=PATIENCE):
    """Whether the process ends in time."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], seconds)[0])
    finally:
        os.close(fd)


def process_field(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return line.split(":", 1)[1].split()
    raise KeyError(name)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    """A supervisor in the foreground, logging to stderr; its lines are read as they come."""

    def __init__(self, binary, arguments, **popen):
        self.process = subprocess.Popen([binary, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, preexec_fn=die_with_parent, **popen)
        self.text, self.read_to = "", 0

    def wait_for(self, text, seconds=PATIENCE):
        """Reads on until `text` comes; a later call looks behind it only."""
        deadline = time.monotonic() + seconds
        while (found := self.text.find(text, self.read_to)) < 0:
            left = deadline - time.monotonic()
            ready = select.select([self.process.stderr], [], [], max(left, 0))[0]
            data = os.read(self.process.stderr.fileno(), 65536) if ready else b""
            if not data:
                raise AssertionError(f"{text!r} did not come ({'end' if ready else 'timeout'}):\n{self.text}")
            self.text += data.decode(errors="replace")
        self.read_to = found + len(text)

    def end(self, seconds=PATIENCE):
        """Exit code; the rest of the log is in .text"""
        self.text += self.process.communicate(timeout=seconds)[1].decode(errors="replace")
        return self.process.returncode

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.end()


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="supervisor-"))
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.dir.chmod(0o755)
        self.binary = self.dir / "rtpengine"
        shutil.copy(RTPENGINE, self.binary)
        for name in ("rtpengine-control", "rtpengine-dataplane"):
            shutil.copy(FAKE_CHILD, self.dir / name)
        self.runtime = self.dir / "run"
        self.port = free_port()

    def arguments(self, *more, runtime=True, interface="127.0.0.1"):
        return ["--config-file=none", "-f", "-E", f"--listen-ng=127.0.0.1:{self.port}", f"--interface={interface}",
                *([f"--runtime-dir={self.runtime}"] if runtime else []), *more]

    def start(self, *more, **keywords):
        daemon = Daemon(self.binary, self.arguments(*more, **keywords))
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("startup complete")
        return daemon

    def end_quietly(self, daemon):
        if daemon.process.poll() is None:
            daemon.process.kill()
        daemon.process.communicate()

    def refused(self, *expected, arguments=None, seconds=PATIENCE, **popen):
        """The program ends with 255 and one clear error that holds every one of `expected`."""
        daemon = Daemon(self.binary, self.arguments() if arguments is None else arguments, **popen)
        code = daemon.end(seconds)
        self.assertEqual(code, 255, daemon.text)
        lines = [line for line in daemon.text.splitlines() if line.startswith("Fatal error: ")]
        for text in expected:
            self.assertTrue(any(text in line for line in lines), f"{text!r} not in\n{daemon.text}")
        return daemon.text

    def does(self, child, what):
        (self.dir / f"{child}.does").write_text(what + "\n")

    def status(self):
        asked = subprocess.run([ASK, self.runtime / "supervisor.sock", "status"], capture_output=True, text=True)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
        return json.loads(asked.stdout)

    def child(self, name):
        return next(c for c in self.status()["children"] if c["name"] == name)
