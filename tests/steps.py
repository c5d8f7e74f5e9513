# SPDX-License-Identifier: Apache-2.0
"""What ./test does: phases of lanes of steps (runner.py). Whatever is measured is alone; what waits, for packets or for a
virtual machine, runs beside what computes."""
import pathlib
import shlex
import sys

from runner import Step

TOP = pathlib.Path(__file__).resolve().parent.parent
LOGS = TOP / "build-logs"
FUZZ_SECONDS = 8
SANITIZED = {"ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1:strict_string_checks=1",
             "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}
# A report needs lines, not variables: -g1 is a fifth less to compile.
CHECKED = ["-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1", "-Dbench=false"]


def build(name, folder, options, targets=(), environment=None, gentle=False):
    """Configures once, then builds; meson configures again by itself when something changed."""
    script = f"[ -f {folder}/build.ninja ] || meson setup {folder} {shlex.join(options)}; ninja -C {folder} {shlex.join(targets)}"
    return Step(name, ["sh", "-ec", script], 30, environment=environment, gentle=gentle)


def end_to_end(prefix, folder, needs, environment=None, kamailio=()):
    daemon = ["--daemon", TOP / folder / "rtpengine"]
    step = lambda name, minutes, file, *more: Step(f"{prefix}{name}", [sys.executable, TOP / "tests" / file, *daemon, *more],
                                                   minutes, needs, environment)
    return [step("conformance", 8, "conformance/run.py"),
            step("Kamailio and SIPp", 5, "e2e/kamailio.py", *kamailio),
            step("ffmpeg", 2, "e2e/ffmpeg.py"),
            step("SRTP", 3, "e2e/srtp.py"),
            step("ICE", 3, "e2e/ice.py"),
            step("DTLS", 3, "e2e/dtls.py"),
            step("clients over TCP and HTTP", 3, "e2e/edge.py"),
            step("subscriptions", 1, "e2e/subscriptions.py"),
            step("attacks", 1, "e2e/attacks.py"),
            step("forwarding by BPF", 8, "e2e/offload.py"),
            step("faults", 12, "e2e/faults.py"),
            step("instances and restarts", 8, "e2e/restarts.py")]


def unit(name, folder, needs, environment=None):
    return Step(name, ["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs"], 10, needs, environment)


def kernel():
    """The module and what drives it, in virtual machines with Debian 12's kernel; tests/vm/run knows others too."""
    step = lambda name, minutes, *command: Step(name, [TOP / command[0], *command[1:]], minutes, "build", gentle=True)
    return [step("kernel module, sparse", 3, "tests/kmod/check", "build"),
            step("kernel module by DKMS", 3, "tests/packaging/dkms", "build"),
            step("kernel module, SRTP", 8, "tests/vm/srtp/run"),
            step("kernel module and daemon", 20, "tests/vm/run", "--jobs", "2")]


def fuzz(file):
    """A fixed time on a copy of the corpus; what it finds stays in the log folder."""
    name = file.stem
    corpus = LOGS / f"corpus-{name}"
    program = [f"build-fuzz/tests/fuzz/fuzz-{name}", f"-max_total_time={FUZZ_SECONDS}", "-timeout=5", "-max_len=70000",
               "-print_final_stats=1", f"-artifact_prefix={LOGS}/fuzz-{name}-", corpus, TOP / "tests/fuzz/corpus" / name]
    script = ["sh", "-ec", 'rm -rf "$0"; mkdir "$0"; exec "$@"', corpus]
    return Step(f"fuzz {name}", [*script, *program], 3, "build for fuzzing", SANITIZED, gentle=True)


def fuzzing():
    """A program for each file, without what only the unit tests need."""
    files = [file for file in sorted((TOP / "tests/fuzz").glob("*.cpp")) if file.stem != "driver"]
    targets = [f"tests/fuzz/fuzz-{file.stem}" for file in files]
    options = [*CHECKED, "-Dfuzz=true", "-Dcpp_args=-g1"]
    return [build("build for fuzzing", "build-fuzz", options, targets, {"CXX": "clang++"}, gentle=True), *map(fuzz, files)]


def benchmark(name, program, *options):
    ours = ["--daemon", f"ours={TOP}/build/rtpengine", "--rounds", "1", "--strict"]
    return Step(name, [f"build/bench/{program}/{program}", *ours, *options], 2, "build")


def peers():
    """Programs that others have written."""
    step = lambda name, minutes, file, *more: Step(name, [sys.executable, TOP / "tests/e2e" / file, "--daemon", TOP / "build/rtpengine", *more],
                                                   minutes, "build")
    return [step("baresip", 6, "baresip.py"), step("Chromium", 4, "webrtc.py")]


def usual():
    plain = [unit("unit tests", "build", "build"), *end_to_end("", "build", "build"), *peers(),
             Step("README's first command", [sys.executable, TOP / "tests/e2e/run_command.py"], 10, "build"), *kernel()]
    needs = "build with sanitizers"
    # g++ with sanitizers warns of what isn't so; the ordinary build has every warning as an error.
    # In two lanes: they wait more than they compute.
    sanitized = end_to_end("sanitizers: ", "build-asan", needs, SANITIZED, ["--calls", "40"])
    beside = [step for step in sanitized if step.name.endswith(("BPF", "faults"))]
    checked = [build(needs, "build-asan", [*CHECKED, "-Dcpp_args=-Wno-maybe-uninitialized -g1"], gentle=True),
               unit("unit tests, sanitizers", "build-asan", needs, SANITIZED),
               *(step for step in sanitized if step not in beside)]
    alone = [benchmark("nothing lost at 20,000 packets a second", "forward", "--rate", "20000", "--streams", "400", "--seconds", "5"),
             benchmark("NG under load, every answer checked", "ng", "--idle-calls", "500", "--seconds", "3"),
             Step("NG over TCP and WebSocket beside UDP", [TOP / "build/bench/transports/transports", TOP / "build/rtpengine", "1", "1", "0.3"], 1, "build")]
    return [[[Step("rooms: who includes whom", [TOP / "tests/rooms.py"], 1), build("build", "build", ["-Dwerror=true"])]],
            [plain, checked, beside, fuzzing()],
            [alone]]


def long():
    """What a new compiler, a release or a night is for; what they need beyond ./test they name when it is missing."""
    packages = lambda name, minutes, file, needs=None: Step(name, [TOP / "tests/packages" / file, "build-packages"], minutes, needs)
    return [[[packages("packages for Debian", 60, "build"),
              packages("packages installed, upgraded, removed", 30, "boot", "packages for Debian"),
              packages("packages in a container", 20, "container", "packages for Debian"),
              Step("arm64, in emulation", [TOP / "tests/arm64", "build-arm64"], 60),
              Step("compilers without a warning", [TOP / "tests/compilers", "build-compilers"], 240),
              Step("GStreamer's webrtcbin", [sys.executable, TOP / "tests/e2e/gstreamer.py", "--daemon", TOP / "build/rtpengine"], 5, "build"),
              Step("soak", [TOP / "bench/reliability/soak", "--calls", "100000"], 30, "build")]]]
