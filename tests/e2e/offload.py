#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole daemon with --offload=bpf: calls whose packets the kernel forwards.

     caller host                    proxy host                    callee host
    +-----------+ 10.1.0.2      +--------------+      10.2.0.2 +-----------+
    |  sockets  | fd01::2       |    daemon    |       fd02::2 |  sockets  |
    |  of this  |---------------| toa      tob |---------------|  of this  |
    |  script   |       10.1.0.1+--------------+10.2.0.1       |  script   |
    +-----------+        fd01::1                fd02::1        +-----------+
"""
import os
import subprocess
import sys

from harness.check import arguments, run_cases
from harness.net import ThreeHosts
from offload import hooks, ipsec, life, many, media, spoof


def bpf_is_there():
    probe = subprocess.run(["bpftool", "feature", "probe", "kernel"], capture_output=True, text=True)
    return "eBPF program_type sched_cls is available" in probe.stdout


def main():
    options = arguments(__doc__.splitlines()[0])
    if os.environ.get("CI") != "true" and not bpf_is_there():
        print("not tested: no BPF here")
        sys.exit(77)
    run_cases({**media.CASES, **life.CASES, **hooks.CASES, **ipsec.CASES, **spoof.CASES, **many.CASES}, options.cases, ThreeHosts(), options)


main()
