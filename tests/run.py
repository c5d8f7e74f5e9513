#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds everything and runs every test. A step is one command with a time limit; steps that need a failed build
count as failed too. The last line is `N passed, M failed`; the exit status is 1 if anything failed."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
LOGS = TOP / "build-logs"
SKIPPED = 77
SHOWN_LINES = 150
FUZZ_SECONDS = 15
SANITIZED = {"ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1:strict_string_checks=1",
             "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}


class Step:
    """`needs`: name of the step without whose success this one can't run. `beside`: runs while others do, with the
    lowest priority, from the moment that there is something to test; who needs it waits for it."""

    def __init__(self, name, command, minutes=5.0, needs=None, environment=None, beside=False):
        self.name, self.command, self.minutes, self.needs = name, list(map(str, command)), minutes, needs
        self.environment, self.beside = environment or {}, beside


# the fuzz programs' names, without what only the unit tests need
FUZZ_TARGETS = r"$(ninja -C build-fuzz -t targets all | sed -n 's,^\(tests/fuzz/fuzz-[^:/]*\): .*,\1,p')"


def build_steps(name, folder, options, targets="", environment=None, beside=False):
    """Configures once, then builds; meson configures again by itself when something changed."""
    script = f"[ -f {folder}/build.ninja ] || meson setup {folder} {shlex.join(options)}; ninja -C {folder} {targets}"
    return [Step(name, ["nice", "-n19" if beside else "-n0", "sh", "-ec", script], 30, environment=environment, beside=beside)]


def unit_steps(name, folder, needs, environment=None):
    return [Step(name, ["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs"], 10, needs, environment)]


def end_to_end(prefix, folder, needs, environment=None, kamailio=()):
    daemon = ["--daemon", TOP / folder / "rtpengine"]
    script = lambda file, *more: [sys.executable, TOP / "tests/e2e" / file, *daemon, *more]
    return [Step(f"{prefix}Kamailio and SIPp", script("kamailio.py", *kamailio), 5, needs, environment),
            Step(f"{prefix}ffmpeg", script("ffmpeg.py"), 2, needs, environment),
            Step(f"{prefix}forwarding by BPF", script("offload.py"), 8, needs, environment),
            Step(f"{prefix}faults", script("faults.py"), 12, needs, environment),
            Step(f"{prefix}instances and restarts", script("restarts.py"), 8, needs, environment)]


def conformance(prefix, folder, needs, environment=None):
    command = [sys.executable, TOP / "tests/conformance/run.py", "--daemon", TOP / folder / "rtpengine"]
    return [Step(f"{prefix}conformance", command, 8, needs, environment)]


def fuzz_programs():
    """Names of the fuzz targets; they are known once their build is configured."""
    targets = subprocess.run(["meson", "introspect", "--targets", "build-fuzz"], cwd=TOP, capture_output=True, text=True)
    if targets.returncode != 0:
        return []
    return sorted(t["filename"][0] for t in json.loads(targets.stdout)
                  if t["type"] == "executable" and t["name"].startswith("fuzz-"))


def fuzz_step(program):
    """A fixed time on a copy of the corpus; what it finds stays in the log folder."""
    name = pathlib.Path(program).name.removeprefix("fuzz-")
    corpus = tempfile.mkdtemp(prefix=f"corpus-{name}-", dir=LOGS)
    return Step(f"fuzz {name}", [program, f"-max_total_time={FUZZ_SECONDS}", "-timeout=5", "-max_len=70000",
                                 "-print_final_stats=1", f"-artifact_prefix={LOGS}/fuzz-{name}-", corpus,
                                 TOP / "tests/fuzz/corpus" / name], 3, "build for fuzzing", SANITIZED)


def kernel_steps(folder):
    """The module and what drives it, in virtual machines with Debian 12's kernel; tests/vm/run knows others too."""
    step = lambda name, minutes, *command: Step(name, [TOP / command[0], *command[1:]], minutes, folder)
    return [step("kernel module, sparse", 3, "tests/kmod/check", folder),
            step("kernel module by DKMS", 3, "tests/packaging/dkms", folder),
            step("kernel module, SRTP", 8, "tests/vm/srtp/run"),
            step("kernel module and daemon", 15, "tests/vm/run", "--jobs", "2")]


def first_steps():
    sanitizers = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1"]
    # g++ with sanitizers warns of what isn't so; the ordinary build has every warning as an error.
    # A report needs lines, not variables: -g1 is a fifth less to compile.
    checked = [*sanitizers, "-Dbench=false", "-Dcpp_args=-Wno-maybe-uninitialized -g1"]
    fuzz = [*sanitizers, "-Dfuzz=true", "-Dbench=false", "-Dcpp_args=-g1"]
    return [Step("rooms: who includes whom", [TOP / "tests/rooms.py"], 1),
            *build_steps("build", "build", ["-Dwerror=true"]),
            *unit_steps("unit tests", "build", "build"),
            *conformance("", "build", "build"),
            *end_to_end("", "build", "build"),
            Step("README's first command", [sys.executable, TOP / "tests/e2e/run_command.py"], 10, "build"),
            *kernel_steps("build"),
            *build_steps("build with sanitizers", "build-asan", checked, beside=True),
            *unit_steps("unit tests, sanitizers", "build-asan", "build with sanitizers", SANITIZED),
            *conformance("sanitizers: ", "build-asan", "build with sanitizers", SANITIZED),
            *end_to_end("sanitizers: ", "build-asan", "build with sanitizers", SANITIZED, ["--calls", "40"]),
            *build_steps("build for fuzzing", "build-fuzz", fuzz, FUZZ_TARGETS, {"CXX": "clang++"}, True),
            # Under load, but not beside a compiler: it is through when these come.
            Step("nothing lost at 20,000 packets a second",
                 ["build/bench/forward/forward", "--daemon", f"ours={TOP}/build/rtpengine", "--rate", "20000",
                  "--streams", "400", "--seconds", "5", "--rounds", "1", "--strict"], 2, "build"),
            Step("NG under load, every answer checked",
                 ["build/bench/ng/ng", "--daemon", f"ours={TOP}/build/rtpengine", "--idle-calls", "500", "--seconds", "3",
                  "--rounds", "1", "--strict"], 2, "build")]


def long_steps():
    """What a new compiler, a release or a night is for; what they need beyond ./test they name when it is missing."""
    return [Step("packages for Debian", [TOP / "tests/packages/run"], 40),
            Step("arm64, in emulation", [TOP / "tests/arm64", "build-arm64"], 60),
            Step("compilers without a warning", [TOP / "tests/compilers", "build-compilers"], 240),
            Step("soak", [TOP / "bench/reliability/soak", "--calls", "100000"], 30, "build")]


class Runner:
    """One step after another; those that run beside them, one after another too, in a thread of their own."""

    def __init__(self):
        self.passed, self.failed, self.skipped = [], [], []
        self.seconds = {}  # of each step that ran, by name
        self.start = time.monotonic()
        self.pool = concurrent.futures.ThreadPoolExecutor(1)
        self.beside = {}   # name -> Future
        self.running = set()
        self.leaving = threading.Event()

    def run_all(self, steps):
        ordinary = [s for s in steps if not s.beside]
        later = [s for s in steps if s.beside]
        for step in ordinary:
            # The first build has both processors, unless it is one of these that is needed first.
            if step.needs:
                self.start_beside(later)
            self.run(step)
        self.start_beside(later)
        for future in self.beside.values():
            future.result()

    def start_beside(self, steps):
        for step in steps:
            if step.name not in self.beside:
                self.beside[step.name] = self.pool.submit(self.run, step)

    def stop(self):
        """Ends what still runs: we were told to leave."""
        self.leaving.set()
        self.pool.shutdown(wait=False, cancel_futures=True)
        for process in list(self.running):
            process.terminate()
        self.pool.shutdown()

    def run(self, step):
        if step.needs in self.beside:
            self.beside[step.needs].result()
        if step.needs and step.needs not in self.passed:
            self.finish(step, self.failed, "FAILED", 0, f"needs: {step.needs}")
            return
        log = LOGS / (step.name.replace(" ", "-").replace("/", "-").replace(":", "") + ".log")
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
            self.finish(step, self.failed, "FAILED", seconds, f"status {status}, all of its log: {log}")
            print(*(f"    | {line}" for line in lines[-SHOWN_LINES:]), sep="\n", flush=True)

    def execute(self, step, log):
        with open(log, "wb") as out:
            process = subprocess.Popen(step.command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
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
        print(f"{step.name:<42} {word:<8}{seconds:7.1f} s  {detail}", flush=True)

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


def chosen(steps, words):
    """Steps whose name contains a word, and the builds that they need."""
    if not words:
        return steps
    hit = {s.name for s in steps if any(w in s.name for w in words)}
    hit |= {s.needs for s in steps if s.name in hit and s.needs}
    return [s for s in steps if s.name in hit]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the steps, run none")
    parser.add_argument("--long", action="store_true", help="and packages, arm64, other compilers, and 100,000 calls that come and go while processes are killed")
    parser.add_argument("words", nargs="*", help="only steps whose name contains one of these")
    options = parser.parse_args()
    LOGS.mkdir(exist_ok=True)
    steps = chosen(first_steps() + (long_steps() if options.long else []), options.words)
    if options.list:
        print(*(s.name for s in steps), "fuzz TARGET", sep="\n")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    runner = Runner()
    try:
        return run(runner, steps, options.words)
    finally:
        runner.stop()


def run(runner, steps, words):
    runner.run_all(steps)
    if any(s.name == "build for fuzzing" for s in steps) or any("fuzz" in w for w in words):
        programs = fuzz_programs() if "build for fuzzing" in runner.passed else []
        with concurrent.futures.ThreadPoolExecutor(2) as pool: # each uses one CPU
            list(pool.map(lambda program: runner.run(fuzz_step(program)), programs))
        if not programs:
            runner.run(Step("fuzz targets", ["false"], 1, "build for fuzzing"))
    return runner.verdict()


sys.exit(main())
