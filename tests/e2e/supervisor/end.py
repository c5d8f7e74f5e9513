# SPDX-License-Identifier: Apache-2.0
"""Signals, and what is left after the end."""
import os
import signal

from .case import Case, Daemon, gone


class End(Case):
    def test_sigterm_and_sigint_leave_nothing_behind(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number):
                daemon = self.start()
                children = [c["pid"] for c in self.status()["children"]]
                daemon.process.send_signal(number)
                self.assertEqual(daemon.end(), 0)
                self.assertIn("shutting down", daemon.text)
                self.assertTrue(all(gone(pid, 0) for pid in children))
                self.assertFalse(self.runtime.exists())
                self.assertLess(daemon.text.index("control (pid", daemon.text.index("shutting down")),
                                daemon.text.index("-1/default (pid", daemon.text.index("shutting down")))

    def test_sigterm_while_starting(self):
        self.does("rtpengine-dataplane", "not-ready")
        daemon = Daemon(self.binary, self.arguments())
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("control is ready")
        self.assertEqual(daemon.stop(), 0)
        self.assertFalse(self.runtime.exists())

    def test_child_that_does_not_end_is_killed(self):
        self.does("rtpengine-dataplane", "stubborn")
        daemon = self.start()
        pid = self.child("-1/default")["pid"]
        self.assertEqual(daemon.stop(), 0)
        self.assertIn(f"-1/default (pid {pid}) does not end: killing it", daemon.text)
        self.assertTrue(gone(pid, 0))

    def test_stopped_child_ends(self):
        daemon = self.start()
        os.kill(self.child("-1/default")["pid"], signal.SIGSTOP)
        self.assertEqual(daemon.stop(), 0)

    def test_sighup_with_an_unchanged_configuration_changes_nothing(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("the configuration has not changed")
        self.assertEqual([c["restarts"] for c in self.status()["children"]], [0, 0])
        self.assertEqual(daemon.stop(), 0)

    def test_log_levels_move_everywhere(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGUSR2)
        for _ in range(3):  # supervisor, control, worker
            daemon.wait_for("log level of core is now 7")
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        daemon.wait_for("control is ready")
        daemon.process.send_signal(signal.SIGUSR1)
        for _ in range(3):  # the new control process started with the raised level
            daemon.wait_for("log level of core is now 6")
