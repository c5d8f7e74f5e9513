# SPDX-License-Identifier: Apache-2.0
"""Forwarding by BPF, on a kernel without tcx: its verifier, its helpers, and the program as a tc filter."""
import os
import pathlib
import subprocess
import sys

from harness.check import run_cases

TOP = pathlib.Path(os.environ["TOP"])
# killed-whole: a filter outlives its supervisor, other than a tcx link
CASES = ["families", "on-the-wire", "payload-types", "strict-source", "worker-killed", "reinvite", "deleted", "others-stay",
         "address-moves"]


def succeeds(command):
    return subprocess.run(command, env={**os.environ, "CI": "true"}).returncode == 0


def program(check):
    """packets, rows of tests/packets, hooks, recovery"""
    check(succeeds([TOP / "build/tests/unit/dataplane/test-dataplane-bpf"]), "the program's own tests")


def calls(check):
    """calls through the daemon"""
    command = [sys.executable, TOP / "tests/e2e/offload.py", "--daemon", "rtpengine", *CASES]
    check(succeeds(command), "the calls of offload.py")


for module in ("sch_ingress", "cls_bpf", "veth", "tun"):
    subprocess.run(["modprobe", module], check=True)
run_cases({"program": program, "calls": calls}, [])
