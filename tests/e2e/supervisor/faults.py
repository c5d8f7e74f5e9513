# SPDX-License-Identifier: Apache-2.0
"""Children and supervisors that die, hang, or cannot work."""
import os
import select
import signal
import socket

from .case import Case, Daemon, gone


class Faults(Case):
    def test_killed_child_is_restarted_at_once_then_more_slowly(self):
        daemon = self.start()
        for name in ("-1/default", "control"):
            old = self.child(name)["pid"]
            os.kill(old, signal.SIGKILL)
            daemon.wait_for(f"{name} (pid {old}) was killed by signal 9")
            daemon.wait_for(f"restarting {name} at once")
            daemon.wait_for(f"{name} is ready")
            child = self.child(name)
            self.assertNotEqual(child["pid"], old)
            self.assertEqual((child["state"], child["restarts"]), ("up", 1))
        os.kill(self.child("-1/default")["pid"], signal.SIGKILL)
        daemon.wait_for("restarting -1/default in 100 ms")
        daemon.wait_for("-1/default is ready")
        os.kill(self.child("-1/default")["pid"], signal.SIGSEGV)
        daemon.wait_for("restarting -1/default in 400 ms")
        daemon.wait_for("-1/default is ready")
        self.assertEqual(self.child("control")["restarts"], 1)

    def test_requests_survive_the_restart_of_control(self):
        daemon = self.start()
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect(("127.0.0.1", self.port))
            for _ in range(3):
                s.send(b"x")  # ECONNREFUSED of the one before would be raised here
            daemon.wait_for("control is ready")

    def test_hung_child_is_killed_and_restarted(self):
        daemon = self.start()
        pid = self.child("-1/default")["pid"]
        os.kill(pid, signal.SIGSTOP)
        daemon.wait_for(f"-1/default (pid {pid}) does not answer: killing it")
        daemon.wait_for("-1/default is ready")
        self.assertTrue(gone(pid))

    def test_standstill_of_the_supervisor_is_not_the_childrens_fault(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGSTOP)
        timer = select.select([], [], [], 7)  # longer than a child may be silent
        self.assertEqual(timer, ([], [], []))
        daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual([c["restarts"] for c in self.status()["children"]], [0, 0])
        self.assertNotIn("killing", daemon.text) # what happens at the end is another matter
        self.assertEqual(daemon.stop(), 0)

    def test_configuration_error_at_start_is_fatal(self):
        for child, name in (("rtpengine-control", "control"), ("rtpengine-dataplane", "-1/default")):
            with self.subTest(child):
                self.does(child, "config-error")
                text = self.refused(f"{name} can't work with its configuration")
                self.assertIn("the fake was told so", text)
                self.assertFalse(self.runtime.exists())
                self.does(child, "")

    def test_configuration_error_of_a_worker_later_is_final_for_it_alone(self):
        daemon = self.start("--interface=other/127.0.0.2")
        self.does("rtpengine-dataplane", "config-error")
        os.kill(self.child("-1/default")["pid"], signal.SIGKILL)
        daemon.wait_for("-1/default can't work with its configuration: not started again")
        states = {c["name"]: c["state"] for c in self.status()["children"]}
        self.assertEqual(states, {"control": "up", "-1/default": "failed", "-1/other": "up"})
        self.assertEqual(daemon.stop(), 0)

    def test_configuration_error_of_control_later_ends_everything(self):
        daemon = self.start()
        worker = self.child("-1/default")["pid"]
        self.does("rtpengine-control", "config-error")
        os.kill(self.child("control")["pid"], signal.SIGKILL)
        self.assertEqual(daemon.end(), 255)
        self.assertIn("Fatal error: control can't work", daemon.text)
        self.assertTrue(gone(worker, 0))

    def test_not_ready_in_time(self):
        self.does("rtpengine-dataplane", "not-ready")
        self.refused("not ready after 20 seconds: -1/default (starting)", seconds=60)
        self.assertFalse(self.runtime.exists())

    def test_other_errors_at_start_are_tried_again(self):
        self.does("rtpengine-control", "fatal")
        daemon = Daemon(self.binary, self.arguments())
        self.addCleanup(self.end_quietly, daemon)
        daemon.wait_for("restarting control at once")
        self.does("rtpengine-control", "")
        daemon.wait_for("startup complete")

    def test_children_of_a_killed_supervisor_leave(self):
        daemon = self.start()
        children = [c["pid"] for c in self.status()["children"]]
        daemon.process.kill()
        for pid in children:
            self.assertTrue(gone(pid), f"process {pid} is still there")
        self.assertTrue((self.runtime / "lock").exists())
        again = self.start()  # cleans up what was left
        self.assertEqual(len(self.status()["children"]), 2)
        self.assertEqual(again.stop(), 0)
