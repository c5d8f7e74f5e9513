# SPDX-License-Identifier: Apache-2.0
"""The rows of tests/packets through the module."""
import os
import pathlib
import subprocess

import proc
from harness.check import run_cases

PROGRAM = pathlib.Path(os.environ["TOP"], "build/tests/unit/dataplane/test-dataplane-kmod")


def rows(check):
    """what the module does with a packet is what its row says, or it leaves the packet to userspace for a stated reason"""
    check.equal(proc.load(), "", "the module is loaded")
    check.equal(subprocess.run([PROGRAM, "--no-colors"]).returncode, 0, "all rows")
    check.equal(proc.tables(), "", "no table is left")


run_cases({"rows": rows}, [])
