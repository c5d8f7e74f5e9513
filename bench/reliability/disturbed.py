#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon for a benchmark, disturbed while packets flow: disturbed.py ACTION TIMES FOLDER DAEMON-OPTION...

It serves two instances, `first` on the NG port given and `second` on the next one, each with half of the ports. ACTION: none,
worker (SIGKILL of that of `first`), control (likewise), replace (rtpengine-ctl restart of that worker), halt (SIGSTOP of it for
4 s), upgrade, reload (of five good and five bad configurations). FOLDER holds the programs. It happens TIMES times,
spread over 300,000 packets; what was done goes to the file named by RTPENGINE_DISTURBANCES, whose folder is used for everything
else, too.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

FIRST, SPREAD = 400_000, 300_000  # packets
THIRD = "[instance-third]\nlisten-ng = 127.0.0.1:2300\nport-min = 61000\nport-max = 61999\n"
HALT = 4.0  # seconds; the watchdog waits for five


def configuration(options):
    """A file with two instances that have the options given, but for ports."""
    given = dict(option[2:].split("=", 1) for option in options if "=" in option)
    address, _, port = given.pop("listen-ng").rpartition(":")
    low, high = int(given.pop("port-min")), int(given.pop("port-max"))
    middle = (low + high) // 4 * 2
    given.pop("config-file")
    lines = ["[rtpengine]", *(f"{key} = {value}" for key, value in given.items())]
    for number, (name, ports) in enumerate((("first", (low, middle - 1)), ("second", (middle, high)))):
        lines += [f"[instance-{name}]", f"listen-ng = {address}:{int(port) + number}", f"port-min = {ports[0]}", f"port-max = {ports[1]}"]
    return "\n".join(lines) + "\n"


class Disturbed:
    def __init__(self, action, times, folder, options):
        self.action, self.times, self.folder = action, int(times), pathlib.Path(folder)
        # In what the benchmark that starts us removes.
        place = pathlib.Path(os.environ["RTPENGINE_DISTURBANCES"]).parent
        self.runtime, self.config, self.text = place / "run", place / "rtpengine.conf", configuration(options)
        self.config.write_text(self.text)
        self.process = subprocess.Popen([self.folder / "rtpengine", f"--config-file={self.config}", "--foreground", "--log-stderr",
                                         f"--runtime-dir={self.runtime}"])

    def ctl(self, *words):
        return subprocess.run([self.folder / "rtpengine-ctl", f"--runtime-dir={self.runtime}", *words], capture_output=True, text=True)

    def status(self):
        done = self.ctl("--json", "status")
        try:
            return json.loads(done.stdout)[0]
        except (ValueError, IndexError):
            return None

    def packets(self):
        status = self.status()
        return sum(w["packets"] for w in status["control"]["workers"]) if status and status["control"] else 0

    def victim(self, kind):
        children = (self.status() or {"supervisor": {"children": []}})["supervisor"]["children"]
        return next((c for c in children if c["kind"] == kind and c["state"] == "up" and c["instance"] != "second"), None)

    def reload(self, number):
        """Another configuration; those with odd numbers are bad. Says so if the outcome isn't what it should be."""
        good = ("timeout = 33\n", THIRD, "timeout = 34\ntos = 184\n" + THIRD, "", "timeout = 35\n")
        bad = ("timeout = never\n", "listen-ng = 127.0.0.1:2223\n", "[instance-second]\n", "unknown\n", "port-max = 1\n")
        self.config.write_text(self.text + (bad if number % 2 else good)[number // 2])
        code = self.ctl("reload").returncode
        return "" if bool(code) == bool(number % 2) else f" (number {number}: exit code {code})"

    def disturb(self, number):
        begin, more = time.monotonic(), ""
        if self.action in ("worker", "control"):
            old = self.victim(self.action)
            os.kill(old["pid"], signal.SIGKILL)
            begin = time.monotonic()
            while (new := self.victim(self.action)) is None or new["pid"] == old["pid"]:
                time.sleep(0.01)  # asks a process that may not be there yet
        elif self.action == "replace":
            self.ctl("restart", "worker", self.victim("worker")["name"])
        elif self.action == "halt":
            worker = self.victim("worker")["pid"]
            os.kill(worker, signal.SIGSTOP)
            time.sleep(HALT)
            os.kill(worker, signal.SIGCONT)
        elif self.action == "reload":
            more = self.reload(number)
        elif self.action == "upgrade":
            done = self.ctl("upgrade")
            if done.returncode:
                return f"upgrade failed: {done.stderr.strip()}"
        return f"{self.action}: {time.monotonic() - begin:.2f} s{more}"

    def run(self):
        for number in range(self.times):
            while self.packets() < FIRST + number * SPREAD // self.times:
                if self.process.poll() is not None:
                    return
                time.sleep(0.05)  # counters have no event
            line = self.disturb(number)
            with open(os.environ["RTPENGINE_DISTURBANCES"], "a", encoding="utf-8") as log:
                log.write(line + "\n")


def main():
    daemon = Disturbed(*sys.argv[1:4], sys.argv[4:])
    signal.signal(signal.SIGTERM, lambda *_: daemon.process.terminate())
    threading.Thread(target=daemon.run, daemon=True).start()
    while True:
        try:
            sys.exit(daemon.process.wait())
        except InterruptedError:
            pass


main()
