# SPDX-License-Identifier: Apache-2.0
"""Very many streams in the kernel at once: what goes over all of them keeps no worker from its packets."""
import collections
import os
import signal
import socket
import struct

from harness import rtp
from harness.check import wait_until
from harness.flood import flood
from harness.ng import media, sdp
from harness.turns import Turns

from .talk import daemon

CALLS = int(os.environ.get("RTPENGINE_CALLS", 10_000))
OPTIONS = ["--port-min=10000", "--port-max=60000", "--timeout=3600", f"--max-sessions={CALLS}"]
SIDES = {"caller": "10.1.0.2", "callee": "10.2.0.2"}


def port_of(number):
    return 4000 + number * 2


def request(command, number):
    side = "caller" if command == "offer" else "callee"
    keys = {"command": command, "call-id": f"many-{number}", "from-tag": "caller", "ICE": "remove",
            "sdp": sdp(SIDES[side], port_of(number))}
    if side == "caller":
        return {**keys, "direction": ["10.1.0.1", "10.2.0.1"]}
    return {**keys, "to-tag": "callee"}


class Sender:
    """RTP from any port of a host: 20,000 sockets would be too many."""

    def __init__(self, host, address):
        with host.entered():
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.address = socket.inet_aton(address)

    def send(self, port, to, number):
        body = rtp.packet(number, number * rtp.FRAME, port, bytes(20))
        udp = struct.pack("!HHHH", port, to[1], 8 + len(body), 0) + body
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, socket.IPPROTO_UDP, 0, self.address,
                         socket.inet_aton(to[0]))
        self.sock.sendto(ip + udp, (to[0], 0))

    def close(self):
        self.sock.close()


def in_kernel(running):
    return sum(worker["kernel_streams"] for worker in running.status()["control"]["workers"])


def set_up(check, ng):
    """Where each side sends to, by call."""
    toward = {}
    for command, side in (("offer", "callee"), ("answer", "caller")):
        replies = flood(ng, (request(command, n) for n in range(CALLS)))
        check.equal(collections.Counter(r.get("error-reason", "ok") for r in replies), {"ok": CALLS}, f"{command}s")
        toward[side] = [media(reply["sdp"]) for reply in replies]
    return toward


def talk(network, toward, number):
    """A packet of each stream; userspace may still have to take it, so not all in one go."""
    senders = {side: Sender(getattr(network, side), SIDES[side]) for side in SIDES}
    for n in range(CALLS):
        for side, sender in senders.items():
            sender.send(port_of(n), toward[side][n], number)
    for sender in senders.values():
        sender.close()


def workers(running):
    return sorted(worker["pid"] for worker in running.status()["supervisor"]["children"] if worker["kind"] == "worker")


def many(check, network, options):
    """10,000 calls, both sides in the kernel: no turn of any loop is long, nor when all of them end"""
    with daemon(network, options, *OPTIONS) as (running, ng):
        turns = Turns(running)
        toward = set_up(check, ng)
        turns.set_up(CALLS)
        for number in range(1, 20):  # what a full buffer has swallowed comes again, as in a call
            talk(network, toward, number)
            if wait_until(lambda: in_kernel(running) == 2 * CALLS, 3):
                break
        check.equal(in_kernel(running), 2 * CALLS, "streams in the kernel")
        turns.look(check, "all are in the kernel")
        for number in range(20, 23):
            talk(network, toward, number)
            turns.beats()
        check.equal(in_kernel(running), 2 * CALLS, "streams in the kernel, in traffic")
        turns.look(check, "with traffic")

        before = workers(running)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        check(wait_until(lambda: not set(before) & set(workers(running)) and in_kernel(running) == 2 * CALLS, 120),
              "other workers have taken all of them over")
        turns.look(check, "taken over")

        replies = flood(ng, ({"command": "delete", "call-id": f"many-{n}", "from-tag": "caller", "delete delay": 0}
                             for n in range(CALLS)))
        check.equal(sum(r["result"] == "ok" for r in replies), CALLS, "deleted")
        check(wait_until(lambda: in_kernel(running) == 0, 60), "no stream is left in the kernel")
        for _ in range(4):  # rules are freed a second later, records after five
            turns.beats()
        turns.look(check, "deleted")


CASES = {"many": many}
