#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A stranger who sends to open media ports: what becomes of the call, what the stranger hears, and what the operator is shown.

     caller host                proxy host                 callee host
    +-----------+            +--------------+            +-----------+
    |   phone   | 10.1.0.2   |    daemon    |   10.2.0.2 |   phone   |
    |  stranger | 10.1.0.66--|   NG 2223    |------------|           |
    +-----------+    10.1.0.1+--------------+10.2.0.1    +-----------+
"""
import json
import os
import select

from harness import rtp
from harness.call import Call
from harness.check import arguments, run_cases, wait_until
from harness.daemon import instance
from harness.net import ThreeHosts
from harness.srtp import OUTBOUND, SecureCall, Session

STRANGER = "10.1.0.66"
USUAL, GCM = "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM"
SPRAY = 40  # packets


def running(options, network, *arguments):
    return instance(options, network, ["--interface=10.1.0.1", "--offload=none", *arguments])


def plain(number=SPRAY, ssrc=0x666):
    return [rtp.packet(n, n * rtp.FRAME, ssrc, bytes(160)) for n in range(number)]


def heard(sock, seconds=0.3):
    """How many packets wait there; returns when none has come for so long."""
    count = 0
    while select.select([sock], [], [], seconds)[0]:
        sock.recv(2048)
        count += 1
    return count


def shown(daemon, call, port):
    """What rtpengine-ctl says of the stream whose port it is."""
    detail = json.loads(daemon.ctl("--json", "call", call.name))
    return next(stream for party in detail["parties"] for media in party["medias"] for stream in media["streams"]
                if stream.get("local", "").endswith(f":{port[1]}"))


def spray(daemon, call, stranger, packets):
    """To the port of the caller's side. What the worker says of it when all are counted."""
    port = call.toward[call.caller]
    total = lambda: sum(shown(daemon, call, port)["in"][what] for what in ("packets", "errors"))
    before = total()
    for packet in packets:
        stranger.sendto(packet, port)
    wait_until(lambda: total() >= before + len(packets), 10)
    return shown(daemon, call, port)


def both_ways(check, call, what):
    check.equal(call.exchange(25), (0, 0), f"{what}: lost")


def before(check, network, options):
    """Before the caller is heard: the caller's first packet takes the stream back; without learning nobody else ever has it"""
    for learning in ("heuristic", "off"):
        with running(options, network, f"--endpoint-learning={learning}") as daemon:
            call = Call(network, daemon.wait_ready(), f"early-{learning}").set_up()
            stranger = network.caller.udp(STRANGER)
            seen = spray(daemon, call, stranger, plain())
            check.equal(seen.get("moved", 0), 1 if learning == "heuristic" else 0, f"{learning}: times that the destination moved")
            both_ways(check, call, f"{learning}: the caller speaks")
            heard(stranger)
            both_ways(check, call, f"{learning}: and goes on")
            check.equal(heard(stranger), 0, f"{learning}: packets for the stranger since")
            seen = spray(daemon, call, stranger, plain(5))
            check.equal(seen["learned"], "as signalled", f"{learning}: the destination is the caller's")
            both_ways(check, call, f"{learning}: whatever the stranger sends")
            check.equal(heard(stranger), 0, f"{learning}: packets for the stranger")
            stranger.close()
            call.delete()


def after(check, network, options):
    """When the caller has been heard: the stream stays where it is; with strict-source nothing of the stranger's goes on"""
    for flags in ([], ["strict source"]):
        name = flags[0] if flags else "default"
        with running(options, network) as daemon:
            call = Call(network, daemon.wait_ready(), name.replace(" ", "-")).set_up(flags=flags)
            call.ng.answer(call.name, call._sdp(call.callee), flags=flags)  # it is each message's own
            both_ways(check, call, f"{name}: a call")
            call.drain()
            stranger = network.caller.udp(STRANGER)
            seen = spray(daemon, call, stranger, plain())
            check.equal((seen.get("moved"), seen["learned"]), (None, "as signalled"), f"{name}: moved, destination")
            check.equal((heard(call.callee), seen.get("refused")), (0, {"source": SPRAY}) if flags else (SPRAY, None),
                        f"{name}: injected, and refused")
            if flags:
                check("refused 40: from elsewhere (strict-source, ICE)" in daemon.ctl("call", call.name), "the operator reads it")
            both_ways(check, call, f"{name}: the call goes on")
            check.equal(heard(stranger), 0, f"{name}: packets for the stranger")
            stranger.close()
            call.delete()


def kinds(check, network, options):
    """What is no media: refused and counted, and nobody is learned from it"""
    with running(options, network) as daemon:
        call = Call(network, daemon.wait_ready(), "kinds").set_up()
        stranger = network.caller.udp(STRANGER)
        seen = spray(daemon, call, stranger, [b"", b"\x00", b"\xff" * 1400, b"GET / HTTP/1.1\r\n\r\n", bytes(11), b"\x80\x08\x00"])
        check.equal((seen.get("refused"), seen.get("moved")), ({"kind": 6}, None), "refused, and moved")
        both_ways(check, call, "the call")
        check.equal(heard(stranger), 0, "packets for the stranger")
        stranger.close()
        call.delete()


def secured(check, network, options):
    """SRTP: what isn't authentic, and what was recorded, is refused before and after; nobody is learned from it"""
    for suite in (USUAL, GCM):
        with running(options, network) as daemon:
            call = SecureCall(network, daemon.wait_ready(), f"secured-{suite}", suite, None).set_up()
            stranger = network.caller.udp(STRANGER)
            lengths = {USUAL: 30, GCM: 28}
            wrong = Session(suite, os.urandom(lengths[suite]), OUTBOUND)
            seen = spray(daemon, call, stranger, plain(20) + [wrong.protect(packet) for packet in plain(20)])
            check.equal((seen.get("refused"), seen.get("moved")), ({"forged": 40}, None), f"{suite}: before: refused, moved")
            recorded = []
            call.caller.sock = Recorder(call.caller.sock, recorded)
            both_ways(check, call, f"{suite}: the caller speaks")
            call.drain()
            seen = spray(daemon, call, stranger, recorded)
            check.equal((seen.get("refused"), seen.get("moved")), ({"forged": 40, "repeated": 25}, None), f"{suite}: replayed: refused")
            flipped = [packet[:-1] + bytes([packet[-1] ^ 1]) for packet in recorded] + [packet[:n] for n, packet in enumerate(recorded)]
            seen = spray(daemon, call, stranger, flipped)
            check.equal(sum(seen["refused"].values()), 40 + 25 + len(flipped), f"{suite}: changed and cut off: refused")
            check.equal(heard(call.callee.sock), 0, f"{suite}: of all this the callee hears")
            both_ways(check, call, f"{suite}: the call goes on")
            check.equal((heard(stranger), shown(daemon, call, call.toward[call.caller])["learned"]), (0, "as signalled"),
                        f"{suite}: packets for the stranger, and the destination")
            stranger.close()
            call.delete()


class Recorder:
    """A socket, and a copy of what it sends."""

    def __init__(self, sock, sent):
        self._sock, self._sent = sock, sent

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def sendto(self, packet, to):
        self._sent.append(packet)
        return self._sock.sendto(packet, to)


def closed(check, network, options):
    """Ports that no call has: nothing comes back, nothing is counted for a call"""
    with running(options, network, "--port-min=40000", "--port-max=40099") as daemon:
        call = Call(network, daemon.wait_ready(), "alone").set_up()
        stranger = network.caller.udp(STRANGER)
        taken = {port + extra for port in call.ports() for extra in (0, 1)}
        for port in set(range(40000, 40100)) - taken:
            for packet in plain(3):
                stranger.sendto(packet, ("10.1.0.1", port))
        both_ways(check, call, "the call")
        check.equal((heard(stranger), shown(daemon, call, call.toward[call.caller])["in"]["errors"]), (0, 0), "for the stranger, errors")
        stranger.close()
        call.delete()


def main():
    options = arguments(__doc__.splitlines()[0])
    network = ThreeHosts()
    network.caller.ip(f"addr add {STRANGER}/24 dev eth0")
    run_cases({"before": before, "after": after, "kinds": kinds, "secured": secured, "closed": closed}, options.cases, network, options)


main()
