# SPDX-License-Identifier: Apache-2.0
"""Without a terminal: what the parent says and when it leaves."""
import json
import os
import signal
import subprocess

from .case import ASK, Case, PATIENCE, gone


class Background(Case):
    def daemonise(self, *more, log_stderr=False):
        arguments = [a for a in self.arguments(f"--pidfile={self.dir}/pid", *more) if a not in ("-f", "-E")]
        return subprocess.run([self.binary, *arguments], capture_output=True, text=True, timeout=PATIENCE, cwd=self.dir)

    def test_parent_leaves_when_ready(self):
        self.does("rtpengine-dataplane", "babble")
        started = self.daemonise()  # returns at all: nobody holds on to our stderr
        self.assertEqual((started.returncode, started.stdout, started.stderr), (0, "", ""))
        text = (self.dir / "pid").read_text()
        self.assertTrue(text.endswith("\n"))
        pid = int(text)
        self.addCleanup(lambda: gone(pid, 0) or os.kill(pid, signal.SIGKILL))
        status = self.status()
        self.assertEqual(status["pid"], pid)
        self.assertEqual({c["state"] for c in status["children"]}, {"up"})
        self.assertEqual(os.getsid(pid), pid)
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        os.kill(pid, signal.SIGTERM)
        self.assertTrue(gone(pid))
        self.assertFalse(self.runtime.exists())

    def test_relative_paths_are_those_of_the_start_after_a_reload_too(self):
        (self.dir / "own.conf").write_text("[rtpengine]\npidfile = own.pid\n")
        started = self.daemonise("--config-file=own.conf", "--pidfile=own.pid")
        self.assertEqual((started.returncode, started.stderr), (0, ""))
        pid = int((self.dir / "own.pid").read_text())
        self.addCleanup(lambda: gone(pid, 0) or os.kill(pid, signal.SIGKILL))
        asked = subprocess.run([ASK, self.runtime / "supervisor.sock", "reload"], capture_output=True, text=True)
        self.assertEqual(asked.returncode, 0, asked.stdout + asked.stderr)
        self.assertEqual(json.loads(asked.stdout)["process"], [])
        os.kill(pid, signal.SIGTERM)
        self.assertTrue(gone(pid))

    def test_parent_reports_failure(self):
        failed = self.daemonise("--interface=x/192.0.2.1")
        self.assertEqual(failed.returncode, 255)
        self.assertIn("Fatal error: cannot use media address 192.0.2.1", failed.stderr)
        self.assertFalse((self.dir / "pid").exists())

    def test_pidfile_that_can_not_be_written(self):
        failed = self.daemonise(f"--pidfile={self.dir}/no/such/pid")
        self.assertEqual(failed.returncode, 255)
        self.assertIn("cannot write the pidfile", failed.stderr)
        self.assertFalse(self.runtime.exists())
