# SPDX-License-Identifier: Apache-2.0
"""Calls through our daemon, seen from both sides: what the kernel counted and what arrived."""
import subprocess

import proc
import uapi
from harness import call
from harness.check import run_cases, wait_until
from harness.daemon import Daemon
from network import HomeNetwork
from rules import send_to_table


class LiveCall(call.Call):
    """A call that sends both ways until the kernel has taken it. `table`: of the instance that has it."""

    def __init__(self, net, ng, name, table=0, **parties):
        super().__init__(net, ng, name, **parties)
        self.table, self.sent = table, 0

    def exchange(self, count=5, timeout=2.0):
        self.sent += 2 * count
        return super().exchange(count, timeout)

    def forwarded(self):
        """Packets that the kernel has forwarded by what is in the table now."""
        return sum(state.in_.packets for state in uapi.blist(self.table).values())

    def in_kernel(self):
        """Every packet of an exchange goes through the kernel and arrives."""
        before = self.forwarded()
        return self.exchange(3) == (0, 0) and self.forwarded() - before == 6

    def settle(self, seconds=20):
        """Media until it is in the kernel; False if it isn't in time."""
        return wait_until(self.in_kernel, seconds, 0.3)

    def check_kernel(self, check, what, count=25):
        """That many packets each way arrive unchanged, by way of the kernel alone."""
        if not check(self.settle(), f"{what}: moves into the kernel", "" if self.in_kernel() else self.describe()):
            return
        before = self.forwarded()
        check.equal(self.exchange(count), (0, 0), f"{what}: {2 * count} packets arrive as they were sent")
        check.equal(self.forwarded() - before, 2 * count, f"{what}: the kernel counted them")

    def check_totals(self, check, what):
        """The call's figures have every packet that was there before them, whichever way it took, and once."""
        check.equal(packets_of(self.ng.request("query", call_id=self.name)), self.sent, f"{what}: packets in its figures")
        self.exchange(10)
        check.equal(packets_of(self.delete()), self.sent, f"{what}: packets in its final figures, the latest too")

    def describe(self):
        shown = subprocess.run(["rtpengine-ctl", "call", self.name], capture_output=True, text=True)
        status = subprocess.run(["rtpengine-ctl", "status"], capture_output=True, text=True)
        return shown.stdout + shown.stderr + status.stdout


def packets_of(reply):
    return reply.get("totals", {}).get("RTP", {}).get("packets")


def run_live(options, *cases):
    """With the module loaded, a rule for table 0 and a daemon that uses it."""
    net = HomeNetwork()
    problem = proc.load() + send_to_table(0)
    if problem:
        raise SystemExit(problem)
    daemon = Daemon("rtpengine", net.proxy, options)
    run_cases({case.__name__: case for case in cases}, [], net, daemon.wait_ready(60), daemon)
