# SPDX-License-Identifier: Apache-2.0
"""Calls with many branches: each is answered, and whichever answers has media."""
import select
import time

from harness import rtp
from harness.check import wait_until
from harness.daemon import instance
from harness.ng import media, sdp
from .processes import member

BRANCHES = 80


class Forked:
    """One caller, and a socket for each branch that its offer went to."""

    def __init__(self, network, ng, name, mux):
        self.ng, self.name = ng, name
        self.extra = ["a=rtcp-mux"] if mux else []
        self.caller = network.caller.udp("10.1.0.2")
        self.branches = [network.callee.udp("10.2.0.2") for _ in range(BRANCHES)]
        self.toward_caller = {}  # by branch: where it sends to
        self.toward = None       # where the caller sends to
        self.sequence = 0

    def offer(self, n):
        reply = self.ng.offer(self.name, sdp(*self.caller.getsockname()[:2], self.extra), timeout=10,
                              **{"via-branch": f"z9hG4bK{n}"})
        if reply.get("result") == "ok":
            self.toward_caller[n] = media(reply["sdp"])
        return reply

    def answer(self, n):
        reply = self.ng.answer(self.name, sdp(*self.branches[n].getsockname()[:2], self.extra), to=f"callee{n}", timeout=10,
                               **{"via-branch": f"z9hG4bK{n}"})
        if reply.get("result") == "ok":
            self.toward = media(reply["sdp"])
        return reply

    def send(self, sock, to):
        self.sequence += 1
        packet = rtp.packet(self.sequence, self.sequence * rtp.FRAME, 0x3000 + sock.fileno(), bytes(160))
        sock.sendto(packet, to)
        return packet

    def arrived(self, packet, seconds=5):
        """The branches that got this packet from the caller."""
        got, deadline = set(), time.monotonic() + seconds
        while not got and time.monotonic() < deadline:
            for sock in select.select(self.branches, [], [], 0.3)[0]:
                if sock.recv(2048) == packet:
                    got.add(self.branches.index(sock))
        return got

    def heard(self, packet):
        while select.select([self.caller], [], [], 5)[0]:
            if self.caller.recv(2048) == packet:
                return True
        return False

    def close(self):
        for sock in [self.caller, *self.branches]:
            sock.close()


def forked(check, network, options, mux):
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Forked(network, ng, "forked", mux)
        refused = [reply for reply in map(call.offer, range(BRANCHES)) if reply.get("result") != "ok"]
        check.equal(refused, [], f"offers of {BRANCHES} branches that were refused")
        check.equal(len(set(call.toward_caller.values())), BRANCHES, "each has a port of its own:")

        last = BRANCHES - 1
        check.equal(call.answer(last).get("result"), "ok", "the last branch answers")
        check.equal(call.arrived(call.send(call.caller, call.toward)), {last}, "who hears the caller: only")
        check(call.heard(call.send(call.branches[last], call.toward_caller[last])), "the caller hears it")
        worker = member(daemon, "datap")
        daemon.kill(worker)
        check(wait_until(lambda: member(daemon, "datap") not in (None, worker), 20), "the worker is killed and comes back")
        check.equal(call.arrived(call.send(call.caller, call.toward), 20), {last}, "who hears the caller then: only")
        check(call.heard(call.send(call.branches[last], call.toward_caller[last])), "the caller hears it")
        refused = [reply for reply in map(call.answer, range(last)) if reply.get("result") != "ok"]
        check.equal(refused, [], "answers of all the others that were refused")
        check.equal(sorted(ng.calls()), ["forked"], "calls")
        check.equal(call.arrived(call.send(call.caller, call.toward)), {last - 1}, "the call is with who answered last: the caller is heard by")
        check(call.heard(call.send(call.branches[last - 1], call.toward_caller[last - 1])), "and hears it")
        report = ng.delete("forked", timeout=10, **{"delete delay": 0})
        check.equal(report.get("result"), "ok", "deleted")
        check.equal(ng.calls(), [], "calls that are left")
        call.close()


CASES = {
    "forking": lambda *context: forked(*context, mux=False),
    "forking-mux": lambda *context: forked(*context, mux=True),
}
CASES["forking"].__doc__ = f"a call with {BRANCHES} branches"
CASES["forking-mux"].__doc__ = "the same with rtcp-mux offered by the caller"
