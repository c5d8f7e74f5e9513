# SPDX-License-Identifier: Apache-2.0
"""What changes what runs: its steps, what is late, its way back, and what is asked for meanwhile."""
import json
import os
import shutil
import signal
import subprocess
import time

from .case import ASK, PATIENCE, Case, gone

WORKER = "-1/default"


class Operations(Case):
    def ask(self, *words):
        """Asked; .communicate() has the answer."""
        asking = subprocess.Popen([ASK, self.runtime / "supervisor.sock", *words], stdout=subprocess.PIPE, text=True)
        self.addCleanup(asking.stdout.close)
        self.addCleanup(asking.wait)
        self.addCleanup(asking.kill)
        return asking

    def answer(self, asking):
        out, _ = asking.communicate(timeout=2 * PATIENCE)
        self.assertEqual(asking.returncode, 0, out)
        return json.loads(out)

    def refusal(self, asking):
        out, _ = asking.communicate(timeout=2 * PATIENCE)
        self.assertEqual(asking.returncode, 1, out)
        return out

    def operations(self):
        return [(o["name"], o["step"], o["of"]) for o in self.status()["operations"]]

    def wait_for_operations(self, *wanted):
        deadline = time.monotonic() + PATIENCE
        while (found := self.operations()) != list(wanted):
            self.assertLess(time.monotonic(), deadline, found)
        return self.status()["operations"]

    def start_configured(self, text):
        self.config = self.dir / "own.conf"
        self.config.write_text(text)
        return self.start(f"--config-file={self.config}")

    def test_children_are_replaced_in_the_order_of_the_steps(self):
        daemon = self.start()
        self.assertEqual(self.status()["operations"], [])
        for name, words in ((WORKER, ("restart", "worker", WORKER)), ("control", ("restart", "control"))):
            old = self.child(name)["pid"]
            self.assertEqual(self.answer(self.ask(*words)), {"done": [name], "failed": []})
            self.assertNotEqual(self.child(name)["pid"], old)
            self.assertTrue(gone(old, 0))
        self.assertEqual(self.status()["operations"], [])
        self.assertEqual(daemon.stop(), 0)

    def test_a_successor_that_never_stands_by_is_late(self):
        daemon = self.start()
        old = self.child(WORKER)["pid"]
        before = int(time.time())
        self.does("rtpengine-dataplane", "shy")
        restart = self.ask("restart", "worker", WORKER)
        shown = self.wait_for_operations(("restart", "standing by", WORKER))[0]
        self.assertTrue(before <= shown["since"] <= shown["step_since"] <= time.time(), shown)
        self.assertIn("a restart is going on (step 'standing by' of -1/default): try again", self.refusal(self.ask("reload")))
        daemon.process.send_signal(signal.SIGHUP)  # who can't be told so waits
        self.wait_for_operations(("restart", "standing by", WORKER), ("reload", "waiting", ""))
        answer = self.answer(restart)
        self.assertEqual(answer, {"done": [], "failed": [{"name": WORKER, "error": "not standing by after 10 seconds"}]})
        daemon.wait_for("the configuration has not changed")
        self.assertEqual((self.child(WORKER)["pid"], self.operations()), (old, []))
        self.does("rtpengine-dataplane", "")
        self.assertEqual(self.answer(self.ask("restart", "worker", WORKER))["done"], [WORKER])

    def test_a_predecessor_that_does_not_end_is_killed_and_succeeded(self):
        self.does("rtpengine-dataplane", "stubborn")
        daemon = self.start()
        self.does("rtpengine-dataplane", "")  # all are ready, so they have read it
        old = self.child(WORKER)["pid"]
        restart = self.ask("restart", "worker", WORKER)
        self.wait_for_operations(("restart", "taken over", WORKER))
        self.assertEqual(self.answer(restart)["done"], [WORKER])
        daemon.wait_for(f"{WORKER} (pid {old}) does not end: killing it")

    def test_a_successor_that_has_taken_over_and_is_never_ready_is_late(self):
        daemon = self.start()
        old = self.child(WORKER)["pid"]
        self.does("rtpengine-dataplane", "not-ready")
        restart = self.ask("restart", "worker", WORKER)
        self.wait_for_operations(("restart", "ready", WORKER))
        self.assertTrue(gone(old))
        self.does("rtpengine-dataplane", "")
        failed = self.answer(restart)["failed"]
        self.assertEqual([f["name"] for f in failed], [WORKER])
        self.assertTrue(failed[0]["error"].startswith("not ready"), failed)
        daemon.wait_for(f"{WORKER} is ready")  # its machine has started another one

    def test_a_predecessor_that_dies_meanwhile_is_succeeded_all_the_same(self):
        daemon = self.start()
        old = self.child("control")["pid"]
        self.does("rtpengine-control", "shy")
        restart = self.ask("restart", "control")
        self.wait_for_operations(("restart", "standing by", "control"))
        os.kill(old, signal.SIGKILL)
        self.wait_for_operations(("restart", "ready", "control"))
        self.assertEqual([f["name"] for f in self.answer(restart)["failed"]], ["control"])  # it doesn't even know how
        daemon.wait_for("control is ready")  # one that succeeds nobody

    def test_the_end_comes_in_the_middle_of_another_operation(self):
        daemon = self.start()
        self.does("rtpengine-dataplane", "shy")
        restart = self.ask("restart", "worker", WORKER)
        self.wait_for_operations(("restart", "standing by", WORKER))
        daemon.process.send_signal(signal.SIGHUP)
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("the successor (pid", daemon.text)
        self.assertIn("the configuration stays as it is: rtpengine is stopping", daemon.text)
        self.assertFalse(self.runtime.exists())
        self.assertIn("rtpengine is stopping", restart.communicate(timeout=PATIENCE)[0])

    def test_a_reload_that_stopped_half_way_is_completed_by_the_next_one(self):
        daemon = self.start_configured("[rtpengine]\ntimeout = 60\n")
        old = self.child("control")["pid"]
        self.does("rtpengine-control", "fatal")
        self.config.write_text("[rtpengine]\ntimeout = 33\n")
        self.assertIn("control: not standing by: the new process ended with exit code 255", self.refusal(self.ask("reload")))
        daemon.wait_for("not everything follows it")
        self.assertEqual(self.child("control")["pid"], old)
        self.does("rtpengine-control", "")
        self.answer(self.ask("reload"))
        new = self.child("control")["pid"]
        self.assertNotEqual(new, old)  # it has the configuration now
        self.answer(self.ask("reload"))
        self.assertEqual(self.child("control")["pid"], new)

    def test_a_drain_that_control_can_not_be_told_of_is_taken_back(self):
        self.start()
        name = self.status()["instances"][0]["name"]
        self.does("rtpengine-control", "fatal")
        self.assertIn("control was not renewed: not standing by: ", self.refusal(self.ask("drain", name, "0")))
        self.assertFalse(self.status()["instances"][0]["draining"])
        self.does("rtpengine-control", "")
        self.assertFalse(self.answer(self.ask("drain", name, "0"))["drained"])  # nobody says that it is empty
        self.assertTrue(self.status()["instances"][0]["draining"])

    def test_a_drain_keeps_nobody_waiting(self):
        daemon = self.start()
        name = self.status()["instances"][0]["name"]
        drain = self.ask("drain", name)
        self.wait_for_operations(("drain", "empty", ""))
        self.assertEqual(self.answer(self.ask("restart", "control"))["done"], ["control"])
        self.answer(self.ask("reload"))
        self.answer(self.ask("drain", name, "off"))
        self.assertEqual(self.operations(), [("drain", "empty", "")])
        self.assertEqual(daemon.stop(), 0)
        self.assertIn("rtpengine is stopping", self.refusal(drain))

    def slow_program(self):
        """In place of the program another one that takes its time over a handover: until something is written to what comes back."""
        go = self.dir / "go"
        os.mkfifo(go)
        shutil.copy(self.binary, self.dir / "real")
        new = self.dir / "new"
        new.write_text(f'#!/bin/sh\ncase $1 in --check-handover=*) read -r word <{go} ;; esac\nexec "{self.dir}/real" "$@"\n')
        new.chmod(0o755)
        new.rename(self.binary)
        return go

    def test_a_program_that_does_not_look_at_the_handover_in_time_does_not_take_over(self):
        daemon = self.start()
        self.slow_program()
        upgrade = self.ask("execute", "0")
        self.wait_for_operations(("upgrade", "rehearsed", ""))
        self.assertIn("an upgrade is going on (step 'rehearsed'): try again", self.refusal(self.ask("restart", "control")))
        self.assertIn("not rehearsed after 10 seconds", self.refusal(upgrade))
        self.assertEqual((self.operations(), self.status()["executions"]), ([], 0))
        self.assertEqual(daemon.stop(), 0)

    def test_a_sighup_in_the_middle_of_an_upgrade_is_heeded_by_the_next_program(self):
        daemon = self.start_configured("[rtpengine]\ntimeout = 60\n")
        go = self.slow_program()
        self.ask("execute", "0")
        self.wait_for_operations(("upgrade", "rehearsed", ""))
        daemon.process.send_signal(signal.SIGHUP)
        self.wait_for_operations(("upgrade", "rehearsed", ""), ("reload", "waiting", ""))
        go.write_text("go\n")
        daemon.wait_for("has taken over from")
        daemon.wait_for("the configuration has not changed")
        self.assertEqual((self.status()["executions"], self.operations()), (1, []))
        self.assertEqual(daemon.stop(), 0)
