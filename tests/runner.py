# SPDX-License-Identifier: Apache-2.0
"""Runs steps. A step is one command with a time limit; steps that need one that failed count as failed too."""
import concurrent.futures
import os
import pathlib
import signal
import subprocess
import threading
import time

SKIPPED = 77
SHOWN_LINES = 150
# For what would take time from those that wait for packets. Each step is a session of its own, and where the kernel
# schedules by sessions, niceness is theirs ("autogroup").
GENTLY = ["sh", "-c", '{ echo 10 >/proc/self/autogroup; } 2>/dev/null; exec nice -n10 "$@"', "sh"]


class Step:
    """`needs`: name of the step without whose success this one can't run; it may be in another lane."""

    def __init__(self, name, command, minutes=5.0, needs=None, environment=None, gentle=False):
        self.name, self.minutes, self.needs, self.environment = name, minutes, needs, environment or {}
        self.command = [*(GENTLY if gentle else []), *map(str, command)]


class Runner:
    """Phases one after another; the lanes of a phase beside each other; the steps of a lane one after another."""

    def __init__(self, folder, logs):
        self.folder, self.logs = folder, logs
        self.passed, self.failed, self.skipped = [], [], []
        self.seconds = {}  # of each step that ran, by name
        self.start = time.monotonic()
        self.running = set()
        self.leaving = threading.Event()
        self.done = {}  # name -> Event

    def run_all(self, phases):
        self.done = {step.name: threading.Event() for phase in phases for lane in phase for step in lane}
        for phase in phases:
            with concurrent.futures.ThreadPoolExecutor(max(len(phase), 1)) as pool:
                try:
                    list(pool.map(self.run_lane, phase))
                except BaseException:  # we were told to leave; the lanes must hear of it before the pool waits for them
                    self.stop()
                    raise

    def run_lane(self, steps):
        for step in steps:
            if not self.leaving.is_set():
                self.run(step)
            self.done[step.name].set()

    def stop(self):
        """Ends what still runs."""
        self.leaving.set()
        for process in list(self.running):
            process.terminate()

    def run(self, step):
        if step.needs in self.done:
            self.done[step.needs].wait()
        if step.needs and step.needs not in self.passed:
            self.finish(step, self.failed, "FAILED", 0, f"needs: {step.needs}")
            return
        log = self.logs / (step.name.replace(" ", "-").replace("/", "-").replace(":", "") + ".log")
        start = time.monotonic()
        status = self.execute(step, log)
        seconds = self.seconds[step.name] = time.monotonic() - start
        lines = log.read_text(errors="replace").splitlines()
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")[:70]
        if status == 0:
            self.finish(step, self.passed, "ok", seconds, last)
        elif status == SKIPPED and os.environ.get("CI") != "true":
            self.finish(step, self.skipped, "SKIPPED", seconds, last)
        else:
            shown = "\n".join(f"    | {line}" for line in lines[-SHOWN_LINES:])
            self.finish(step, self.failed, "FAILED", seconds, f"status {status}, all of its log: {log}\n{shown}")

    def execute(self, step, log):
        with open(log, "wb") as out:
            process = subprocess.Popen(step.command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                       env={**os.environ, **step.environment}, start_new_session=True)
            self.running.add(process)
            try:
                if self.leaving.is_set():
                    return "stopped"
                return process.wait(step.minutes * 60)
            except subprocess.TimeoutExpired:
                out.write(f"\ntook longer than {step.minutes} minutes\n".encode())
                return "timeout"
            finally:
                self.running.discard(process)
                self.end(process)

    @staticmethod
    def end(process):
        """Asks first: scripts remove their namespaces. Nothing of the step's group stays behind."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()

    @staticmethod
    def finish(step, where, word, seconds, detail):
        where.append(step.name)
        print(f"{step.name:<42} {word:<8}{seconds:7.1f} s  {detail}\n", end="", flush=True)

    def times(self):
        """The longest first; some ran beside others, so they are more than the whole together."""
        rows = sorted(self.seconds.items(), key=lambda row: -row[1])
        return [f"{seconds / 60:7.1f} min  {name}" for name, seconds in rows]

    def verdict(self):
        print("\nTimes of the steps:", *self.times(), f"{(time.monotonic() - self.start) / 60:7.1f} min  all", sep="\n")
        for name in self.skipped:
            print("not run:", name)
        for name in self.failed:
            print("failed:", name)
        print(f"{len(self.passed)} passed, {len(self.failed)} failed", flush=True)
        return 1 if self.failed or not self.passed else 0
