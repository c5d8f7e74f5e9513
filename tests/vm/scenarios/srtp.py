# SPDX-License-Identifier: Apache-2.0
"""SRTP through the module: what libsrtp2 sends is understood, and what the module sends libsrtp2 understands."""
import uapi
from harness.check import run_cases
from libsrtp import SUITES, Session
from network import Leg, Network
from packets import rtcp, voice
from uapi import KEEP_SRTP, MUXED

DEFAULT = SUITES[0]
PACKETS = [(voice(1), False), (voice(2, size=0), False), (voice(3, size=1000), False), (rtcp(), True), (voice(5), False)]


class Line:
    """The caller's side with `suite_in`, the callee's with `suite_out`; None: plain RTP."""

    def __init__(self, net, control, suite_in, suite_out):
        self.leg = Leg(net, control, component=MUXED)
        self.sender = self.receiver = None
        self.rule = {}
        if suite_in:
            key = suite_in.new_key()
            self.sender = Session(suite_in, key, True)
            self.rule["srtp"] = uapi.srtp(suite_in.cipher, suite_in.auth, *key)
        if suite_out:
            key = suite_out.new_key()
            self.receiver = Session(suite_out, key, False)
            self.leg.destinations[0].srtp = uapi.srtp(suite_out.cipher, suite_out.auth, *key)
        self.leg.set(**self.rule)

    def pass_on(self, data, is_rtcp=False):
        """What the callee makes of what the caller says."""
        self.leg.send(self.sender.protect(data, is_rtcp) if self.sender else data)
        got = self.leg.callee.receive()
        if got is None:
            return None
        return self.receiver.unprotect(got[0], is_rtcp) if self.receiver else got[0]


def suites(check, net, control):
    """every suite taken off, put on, and exchanged for another; RTP and RTCP"""
    ways = [(suite, None) for suite in SUITES] + [(None, suite) for suite in SUITES]
    ways += [(suite, SUITES[n - 1]) for n, suite in enumerate(SUITES)]
    for suite_in, suite_out in ways:
        line = Line(net, control, suite_in, suite_out)
        name = f"{suite_in.name if suite_in else 'plain'} to {suite_out.name if suite_out else 'plain'}"
        check(all(line.pass_on(data, is_rtcp) == data for data, is_rtcp in PACKETS), name)
        state = line.leg.close()
        check.equal((state.in_.packets, state.in_.errors, state.destinations[0].out.packets), (5, 0, 5),
                    f"{name}: counted")


def refused(check, net, control):
    """damaged and repeated packets are errors and go nowhere"""
    line = Line(net, control, DEFAULT, None)
    good = line.sender.protect(voice(1))
    line.leg.send(good)
    check(line.leg.callee.receive()[0] == voice(1), "a good packet")
    check.equal(line.leg.fate(good), "nowhere", "the same again")
    for place in (1, 20, len(good) - 1):
        data = bytearray(line.sender.protect(voice(10 + place)))
        data[place] ^= 4
        check.equal(line.leg.fate(bytes(data)), "nowhere", f"byte {place} damaged")
    check.equal(line.leg.fate(voice(300)), "nowhere", "a plain one")
    state = line.leg.close()
    check.equal((state.in_.packets, state.in_.errors), (1, 5), "counted")


def late(check, net, control):
    """packets out of order are taken once"""
    line = Line(net, control, DEFAULT, DEFAULT)
    sent = [line.sender.protect(voice(n)) for n in range(1, 41)]
    for data in [*sent[::2], *sent[1::2], *sent[::3]]:
        line.leg.send(data)
    got = sorted(line.receiver.unprotect(data) for data in line.leg.callee.everything())
    check.equal(got == sorted(voice(n) for n in range(1, 41)), True, "40 packets, each once")
    check.equal(line.leg.close().in_.errors, len(sent[::3]), "what came twice is counted")


def rolled_over(check, net, control):
    """sequence numbers begin anew three times; in the middle the stream goes to userspace and comes back"""
    line = Line(net, control, DEFAULT, SUITES[3])
    numbers = [n * 16000 % 65536 for n in range(1, 13)]
    for turn, number in enumerate(numbers):
        data = voice(number)
        check.equal(line.pass_on(data) == data, True, f"sequence number {number}")
        if turn % 4 == 3:
            move(check, line)
    state = line.leg.close()
    check.equal((state.srtp_sources[0].rtp_index >> 16, state.destinations[0].srtp_sources[0].rtp_index >> 16), (2, 2),
                "roll-over counters of both sides")


def move(check, line):
    """As a daemon does it: the final state of one rule is where the next goes on."""
    state = line.leg.control.delete(line.leg.id, line.leg.local)
    destination = line.leg.destinations[0]
    for place, source in enumerate(state.destinations[0].srtp_sources):
        destination.srtp_sources[place] = source
    line.leg.set(**line.rule, srtp_sources=state.srtp_sources)
    check.equal(len(state.srtp_sources), 1, "moved out of the kernel and back")


def replaced(check, net, control):
    """a replaced rule keeps its SRTP state if asked to, else it begins with what is given"""
    line = Line(net, control, DEFAULT, DEFAULT)
    first = line.sender.protect(voice(1))
    line.leg.send(first)
    line.leg.callee.receive()
    line.leg.set(set_flags=KEEP_SRTP)
    check.equal(line.leg.fate(first), "nowhere", "kept: a repeated packet is one")
    check.equal(line.pass_on(voice(2)) == voice(2), True, "kept: goes on")
    line.leg.set(set_flags=0)
    line.leg.send(first)
    check.equal(line.leg.callee.receive() is not None, True, "not kept: it is new")
    line.leg.close()


CASES = (suites, refused, late, rolled_over, replaced)


def main():
    net = Network()
    with uapi.Control(0) as control:
        run_cases({case.__name__: case for case in CASES}, [], net, control)


main()
