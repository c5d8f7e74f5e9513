# SPDX-License-Identifier: Apache-2.0
"""Garbage to every file of /proc/rtpengine and to the streams that come of it, for a fixed number of steps."""
import os
import subprocess
import sys

import proc
import uapi
from harness.check import run_cases
from network import Leg, Network
from packets import voice
from rules import flush, send_to_table

SEED, STEPS = os.environ.get("SEED", "1"), os.environ.get("STEPS", "60000")


def garbage(check):
    """two threads, a fixed seed"""
    for table in range(4):
        proc.command(f"add {table}\n")
    send_to_table(0)
    send_to_table(1)
    done = subprocess.run(["vm-garbage", SEED, STEPS], capture_output=True, text=True)
    check.equal(done.returncode, 0, f"{STEPS} steps by each of 2 threads, seed {SEED}:{done.stdout.rstrip()}{done.stderr}")
    for error in ("ok", "EINVAL", "EPROTO", "ENOENT", "EEXIST", "EMSGSIZE", "EFAULT", "EBUSY", "ESTALE"):
        check(f" {error} " in done.stdout, f"some were answered with {error}")


def clean(check):
    """everything can be removed"""
    flush()
    check.equal([table for table in proc.tables().split() if proc.command(f"del {table}\n")], [], "all tables")
    check.equal(proc.unload(), "", "the module")


def sound(check):
    """it works as before"""
    net = Network()
    with uapi.Control(0) as control:
        for six in (4, 6):
            leg = Leg(net, control, six, six, component=uapi.RTP)
            check.equal(leg.fate(voice()), "callee", f"v{six} is forwarded")
            check.equal(leg.close().in_.packets, 1, "and counted")


def main():
    problem = proc.load()
    if problem:
        sys.exit(f"modprobe: {problem}")
    run_cases({case.__name__: case for case in (garbage, clean, sound)}, [])


main()
