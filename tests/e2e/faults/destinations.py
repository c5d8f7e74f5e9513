# SPDX-License-Identifier: Apache-2.0
"""SDP that names the proxy itself as where its media shall go."""
import socket
import time

from harness import rtp
from harness.call import Call, Flow
from harness.daemon import instance
from harness.ng import bencode, media, sdp

INTERFACES = ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"]
OUTER_INNER = {"direction": ["outer", "inner"]}


def attack(network, ng, name, target, port):
    """A call whose caller is said to be at `target`, and a callee who sends NG commands in the shape of RTP: what comes back."""
    evil = network.callee.udp("fd02::2" if ":" in target else "10.2.0.2", timeout=0.5)
    offer = ng.offer(name, sdp(target, port), **OUTER_INNER)
    answer = ng.answer(name, sdp(*evil.getsockname()[:2]))
    if "sdp" not in offer or "sdp" not in answer:
        return None
    replies = []
    for command in ({"command": "list"}, {"command": "delete", "call-id": "victim", "from-tag": "caller", "delete delay": 0}):
        for n in range(1, 6):
            evil.sendto(b"\x80\x08" + bytes([65, 64 + n]) + b"timeSSRC" + b" " + bencode(command), media(offer["sdp"]))
        try:
            while True:
                replies.append(evil.recv(2000))
        except socket.timeout:
            pass
    evil.close()
    return replies


def ng_by_rtp(check, network, options):
    """an SDP names an NG listener of ours, in all the ways there are: nothing of what its peer sends gets there"""
    arguments = [*INTERFACES, "--interface=outer/fd01::1", "--interface=inner/fd02::1", "--listen-ng=10.1.0.1:2224", "--listen-ng=2225"]
    with instance(options, network, arguments) as daemon:
        ng = daemon.wait_ready() # at 127.0.0.1:2223
        victim = Call(network, ng, "victim").set_up(**OUTER_INNER)
        for target in (("127.0.0.1", 2223), ("127.0.0.2", 2223), ("::1", 2225), ("10.1.0.1", 2224), ("10.1.0.1", 2225),
                       ("10.2.0.1", 2225), ("127.0.0.1", 2225), ("fd01::1", 2225)):
            check.equal(attack(network, ng, f"evil {target}", *target), [], f"{target}: replies that the attacker gets:")
        check.equal(daemon.log().count("Received command 'list'"), 0, "commands of his that were worked off:")
        check.equal(victim.exchange(), (0, 0), "the call that he wanted to end: packets lost")
        victim.delete()


def behind_nat(check, network, options):
    """a phone that says 127.0.0.1 because it knows no better is heard, and sent to, when it has sent something"""
    with instance(options, network, INTERFACES) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "nat")
        offer = ng.offer("nat", sdp("127.0.0.1", call.caller.getsockname()[1]), **OUTER_INNER)
        answer = ng.answer("nat", sdp(*call.callee.getsockname()[:2]))
        call.toward = {call.callee: media(offer["sdp"]), call.caller: media(answer["sdp"])}
        call.exchange(1)
        check.equal(call.exchange(), (0, 0), "packets lost, once it was heard:")
        call.delete()


def totals(ng, names):
    return sum(ng.request("query", call_id=name)["totals"]["RTP"]["packets"] for name in names)


def ring(check, network, options):
    """two calls are each other's callee: a packet goes round a few times, and not for ever"""
    for sockets in ("steered", "bound"):
        with instance(options, network, [*INTERFACES, f"--media-sockets={sockets}"]) as daemon:
            ng = daemon.wait_ready()
            victim = Call(network, ng, "victim").set_up(**OUTER_INNER)
            evil, keys = network.caller.udp("10.1.0.2"), {"direction": ["outer", "outer"]}
            at = {}
            for name in "AB":
                offer = ng.offer(name, sdp("10.1.0.2", 5000), **keys)
                at[name] = media(ng.answer(name, sdp("10.1.0.2", 5002))["sdp"]), media(offer["sdp"])
            (a1, a2), (b1, b2) = at["A"], at["B"]
            for name, caller, callee in (("A", b2, b1), ("B", a2, a1)):
                ng.offer(name, sdp(*caller), to_tag="callee", **keys)
                ng.answer(name, sdp(*callee))
            with Flow(victim) as flow:
                for n in range(200):
                    evil.sendto(rtp.packet(n, n * 160, 7, bytes(160)), a1)
                before = -1
                while before != (now := totals(ng, "AB")):  # until nothing moves
                    before = now
                    time.sleep(1)
                    if now > 200 * 64:
                        break
            check(200 <= now <= 200 * 20, f"{sockets}: passes of 200 packets", now)
            check.equal(len(flow.lost()), 0, f"{sockets}: packets of another call that were lost:")
            victim.delete()
            evil.close()


def twice_through(check, network, options):
    """a call that passes the proxy twice, as when its SIP proxy calls itself, is no ring"""
    for sockets in ("steered", "bound"):
        with instance(options, network, [*INTERFACES, f"--media-sockets={sockets}"]) as daemon:
            ng = daemon.wait_ready()
            call = Call(network, ng, "first")
            first = ng.offer("first", sdp(*call.caller.getsockname()[:2]), direction=["outer", "outer"])
            second = ng.offer("second", first["sdp"], **OUTER_INNER)
            answer = ng.answer("second", sdp(*call.callee.getsockname()[:2]))
            last = ng.answer("first", answer["sdp"])
            call.toward = {call.callee: media(second["sdp"]), call.caller: media(last["sdp"])}
            check.equal(call.exchange(20), (0, 0), f"{sockets}: packets lost")
            call.close()


CASES = {"ng-by-rtp": ng_by_rtp, "behind-nat": behind_nat, "ring": ring, "twice-through": twice_through}
