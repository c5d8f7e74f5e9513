# SPDX-License-Identifier: Apache-2.0
"""A log that nobody reads."""
import os
import re
import select
import socket

from harness.call import Call, Flow
from harness.check import wait_until
from harness.daemon import instance
from .processes import member

FILLER = "x" * 60000  # dumped at log level 7, so that twenty of them are more than what may wait
MISSING = re.compile(rb"WARNING: \[core\] (\d+) lines of the log are missing here")


def pipe():
    """(reading end, writing end)"""
    return os.pipe()


def journal():
    """A socket, as systemd's is."""
    ends = socket.socketpair()
    return tuple(end.detach() for end in ends)


def fill(ng):
    for _ in range(60):
        ng.request("ping", filler=FILLER, timeout=10)


def read_until(end, wanted, seconds=60):
    """What is read until `wanted` is part of it."""
    text = b""
    while not wanted(text) and select.select([end], [], [], seconds)[0]:
        text += os.read(end, 1 << 20)
    return text


def nobody_reads(check, network, options, ends):
    theirs, ours = ends
    with instance(options, network, ["--interface=10.1.0.1"], log_level=7, output=ours) as daemon:
        os.close(ours)
        ng = daemon.wait_ready()
        fill(ng)
        check.equal(ng.request("ping").get("result"), "pong", "with a log that is full: ping")
        call = Call(network, ng, "unheard").set_up()
        check.equal(call.exchange(), (0, 0), "a call: lost")
        with Flow(call) as flow:
            for part in ("contr", "datap"):
                victim = member(daemon, part)
                daemon.kill(victim)
                check(wait_until(lambda: member(daemon, part) not in (None, victim), 10), f"{part} killed: the supervisor starts it again")
            daemon.wait_ready()
            back = wait_until(lambda: flow.arrived_since(max(flow.sent_at.values(), default=0) - 0.2), 10)
        check(back, "media flows again")
        fill(daemon.ng())
        text = read_until(theirs, MISSING.search)
        check(MISSING.search(text), "somebody reads: the log says how many lines are missing",
              b", ".join(MISSING.findall(text)).decode())
        daemon.ng().request("ping", marker="heard-again")
        text = read_until(theirs, lambda text: b"heard-again" in text)
        check(b"heard-again" in text, "and goes on")
        call.delete()
        fill(ng)  # the daemon can be stopped nevertheless
    os.close(theirs)


def unread_pipe(check, network, options):
    """stderr is a pipe that nobody reads: calls and media go on"""
    nobody_reads(check, network, options, pipe())


def unread_socket(check, network, options):
    """stderr is a socket that nobody reads: calls and media go on"""
    nobody_reads(check, network, options, journal())


CASES = {"unread-pipe": unread_pipe, "unread-socket": unread_socket}
