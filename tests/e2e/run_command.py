#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The README's first command as a newcomer types it: builds, test call, runs until Ctrl-C, leaves nothing behind."""
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile

from harness.check import run_cases, wait_until
from harness.daemon import children_of
from harness.net import die_with_parent

TOP = pathlib.Path(__file__).resolve().parents[2]
PORT = 22233  # the usual one may be in use on a developer's machine
READY = "Stop it with Ctrl-C."


def pong():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(2)
        sock.sendto(b"1 d7:command4:pinge", ("127.0.0.1", PORT))
        return sock.recv(2048)


def descendants(pid):
    found = []
    for child, name in children_of(pid):
        found += [(child, name), *descendants(child)]
    return found


def as_from_a_terminal():
    """A script started in the background may have been told to ignore Ctrl-C; the newcomer's isn't."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def first_command(check):
    """./run without a terminal, stdin closed"""
    with tempfile.NamedTemporaryFile("r+") as out:
        process = subprocess.Popen(["./run"], cwd=TOP, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                   env={**os.environ, "PORT": str(PORT)}, preexec_fn=as_from_a_terminal)
        text = lambda: pathlib.Path(out.name).read_text(errors="replace")
        wait_until(lambda: READY in text() or process.poll() is not None, 540, every=0.2)
        if not check(READY in text(), "it runs and says how to go on"):
            print(text())
            process.terminate()
            process.wait()
            return
        print("\n".join("    | " + line for line in text().splitlines()[-30:]))
        check(re.search(r"loss|lost", text(), re.IGNORECASE), "the test call's result is shown")
        check(re.search(r"delay|latency", text(), re.IGNORECASE), "with its delay")
        check.equal(pong(), b"1 d6:result4:ponge", "NG answers")
        family = descendants(process.pid)
        check(any("contr" in name for _, name in family), "its processes", sorted(name for _, name in family))
        process.send_signal(signal.SIGINT)
        check.equal(process.wait(20), 130, "Ctrl-C ends it")
        left = [pid for pid, _ in family if os.path.exists(f"/proc/{pid}")]
        check.equal(left, [], "nothing is left running")


run_cases({"first-command": first_command}, sys.argv[1:])
