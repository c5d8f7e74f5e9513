#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""First program in the guest's final root: runs SCENARIO, then looks for anything that the kernel complained of,
says the exit status and powers off."""
import atexit
import os
import pathlib
import re
import runpy
import signal
import subprocess
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
COMPLAINT = re.compile(r"BUG:|WARNING:|Oops|KASAN|UBSAN|INFO: (task|rcu|possible|trying)|suspicious RCU|Call Trace|"
                       r"general protection|possible (circular|irq|recursive)|scheduling while atomic|soft lockup|"
                       r"detected stall|kmemleak: \d+ new|unreferenced object|refcount_t:|unregister_netdevice: waiting|"
                       r"leaking at least|Objects remaining|still has objects|bad page|proc_dir_entry|"
                       r"sleeping function called|held lock|double free|list_(add|del) corruption")
# of Debian's kernels themselves
HARMLESS = re.compile(r"Spectre|MDS|MMIO Stale|RETBleed|Speculat|ITS:|TSA:|Unpatched return thunk")
KMEMLEAK = pathlib.Path("/sys/kernel/debug/kmemleak")  # a debug kernel has it


def prepare():
    os.environ.update(PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME="/root",
                      LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
    pathlib.Path("/run/netns").mkdir(parents=True, exist_ok=True)
    subprocess.run(["hostname", "guest"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    sys.path[:0] = [str(HERE), str(HERE.parent.parent / "e2e")]


def run_scenario(file):
    """Its exit status. In a child, as the first program has to bury everybody's dead; of Python the same interpreter goes
    on, as starting another takes a second."""
    child = os.fork()
    if child == 0:
        execute(file)
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def execute(file):
    if not file.endswith(".py"):
        os.execl(file, file)
    try:
        runpy.run_path(file, run_name="__main__")
    except BaseException as end:
        if not isinstance(end, SystemExit):
            traceback.print_exc(file=sys.stdout)
        elif end.code is None or isinstance(end.code, int):
            leave(end.code or 0)
        else:
            print(end.code)
        leave(1)
    leave(0)


def leave(status):
    """What a script has registered for its end is done before, as at any other end."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    os._exit(status)


def look_for_leaks():
    """kmemleak reports what nothing led to in two scans, if it is older than five seconds; there is nothing to wait for
    but time."""
    if KMEMLEAK.exists():
        KMEMLEAK.write_text("scan")
        time.sleep(6)
        KMEMLEAK.write_text("scan")
        print(KMEMLEAK.read_text(), end="")


def complaints():
    log = subprocess.run(["dmesg"], capture_output=True, text=True, errors="replace").stdout.splitlines()
    found = [n for n, line in enumerate(log) if COMPLAINT.search(line) and not HARMLESS.search(line)]
    if found:
        print("\n".join(f"    | {line}" for line in log[max(0, found[0] - 3):found[0] + 60]))
    return len(found)


def main():
    status = 1
    try:
        prepare()
        status = run_scenario(os.environ["SCENARIO"])
        look_for_leaks()
        if complaints():
            print("  FAIL the kernel complained")
            status = status or 1
    except BaseException:  # whatever it is, the machine has to be switched off
        traceback.print_exc(file=sys.stdout)
    print(f"VM-STATUS {status}", flush=True)
    pathlib.Path("/proc/sysrq-trigger").write_text("o")
    signal.pause()  # the first program must not end


main()
