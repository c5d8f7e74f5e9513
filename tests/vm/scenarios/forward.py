# SPDX-License-Identifier: Apache-2.0
"""Packets through the module, which this script drives as a daemon would."""
import time

import uapi
from capture import Capture
from harness.check import run_cases
from network import CALLER, Leg, Network, Party
from packets import dtls, other, rtcp, stun, voice
from proc import attempt, status
from uapi import (ANY, BLACKHOLE, COUNT_SOURCES, DROP, DROP_RTP, IGNORE, MUXED, PAYLOAD_TYPES, RTCP, RTP, TAKES_RTCP,
                  TAKES_RTP, USERSPACE)


def families(check, net, control):
    """IPv4 and IPv6 in each direction, with and without checksum offload"""
    for offload in (True, False):
        net.checksum_offload(offload)
        for into, out in ((4, 4), (6, 6), (4, 6), (6, 4)):
            leg = Leg(net, control, into, out, component=RTP, destination={"tos": 0xb8, "ttl": 33})
            name = f"v{into} to v{out}, offload {'on' if offload else 'off'}"
            with Capture(net.callee) as wire:
                for data in (voice(1), voice(2, size=0), voice(3, size=1), voice(4, size=1000)):
                    leg.send(data)
                    got = leg.callee.receive()
                    check.equal(got and (got[0] == data, got[1:]), (True, (leg.out, 33, 0xb8)),
                                f"{name}: {len(data)} bytes arrive with source, TTL and TOS")
                    seen = wire.udp_with(data)
                    check(seen and (offload or seen.good), f"{name}: right on the wire")
            state = leg.close()
            check.equal((state.in_.packets, state.in_.bytes, state.destinations[0].out.packets,
                         state.destinations[0].out.bytes), (4, 172 + 12 + 13 + 1012) * 2, f"{name}: counted")
    net.checksum_offload(True)


def copies(check, net, control):
    """several destinations, each with what it takes"""
    leg = Leg(net, control, n_destinations=16, component=MUXED)
    for n, destination in enumerate(leg.destinations):
        destination.takes = (TAKES_RTP, TAKES_RTCP, TAKES_RTP | TAKES_RTCP)[n % 3]
    leg.set()
    for data, taken in ((voice(), TAKES_RTP), (rtcp(), TAKES_RTCP)):
        leg.send(data)
        wanted = [[data] if d.takes & taken else [] for d in leg.destinations]
        check.equal([callee.everything(0.05) for callee in leg.callees] == wanted, True,
                    f"{'RTP' if taken == TAKES_RTP else 'RTCP'} goes to those of 16 that take it")
    state = leg.close()
    check.equal([(d.stream, d.out.packets) for d in state.destinations],
                [(n + 1, 2 if n % 3 == 2 else 1) for n in range(16)], "counted for each")


def sources(check, net, control):
    """the expected source and three things to do with others"""
    for six in (4, 6):
        for mismatch, wanted in ((IGNORE, "callee"), (DROP, "nowhere"), (USERSPACE, "up")):
            leg = Leg(net, control, six, component=RTP)
            stranger = Party(net.caller, CALLER[six])
            leg.set(source=leg.caller.address, mismatch=mismatch)
            name = f"v{six}, {('ignore', 'drop', 'userspace')[mismatch]}"
            check.equal(leg.fate(voice()), "callee", f"{name}: who is expected")
            check.equal(leg.fate(voice(2), stranger), wanted, f"{name}: another port")
            leg.set(source=(leg.caller.address[0][:-1] + "9", leg.caller.address[1]))
            check.equal(leg.fate(voice(3)), wanted, f"{name}: another address")
            state = leg.close()
            check.equal((state.in_.packets, state.in_.errors, state.to_userspace),
                        {IGNORE: (3, 0, 0), DROP: (1, 2, 0), USERSPACE: (1, 0, 2)}[mismatch], f"{name}: counted, by both rules")
            stranger.close()


KINDS = {"RTP": voice(), "RTCP": rtcp(), "STUN": stun(), "DTLS": dtls(), "else": other()}
WAYS = {ANY: {"RTP": "callee", "RTCP": "callee", "STUN": "up", "DTLS": "up", "else": "callee"},
        RTP: {"RTP": "callee", "RTCP": "callee", "STUN": "up", "DTLS": "up", "else": "up"},
        RTCP: {"RTP": "up", "RTCP": "callee", "STUN": "up", "DTLS": "up", "else": "up"},
        MUXED: {"RTP": "callee", "RTCP": "callee", "STUN": "up", "DTLS": "up", "else": "up"}}


def kinds(check, net, control):
    """what goes on and what goes up, by what the port carries"""
    for component, ways in WAYS.items():
        leg = Leg(net, control, component=component)
        for kind, wanted in ways.items():
            check.equal(leg.fate(KINDS[kind]), wanted, f"{('any', 'RTP', 'RTCP', 'muxed')[component]} port: {kind}")
        ups = list(ways.values()).count("up")
        check.equal(leg.close().to_userspace, ups, "what went up is counted")


def payload_types(check, net, control):
    """types that aren't listed go up, each is counted"""
    leg = Leg(net, control, component=RTP, flags=PAYLOAD_TYPES | COUNT_SOURCES,
              payload_types=[(8, 8000), (0, 8000), (101, 8000)])
    for kind, wanted in ((8, "callee"), (0, "callee"), (101, "callee"), (96, "up"), (8, "callee")):
        check.equal(leg.fate(voice(payload_type=kind)), wanted, f"payload type {kind}")
    check.equal(leg.fate(b"\x80\xe5" + voice()[2:]), "callee", "101 with the marker bit")
    check.equal(leg.close().payload_types, {8: 2, 0: 1, 101: 2}, "counted by type")
    leg = Leg(net, control, component=RTP, flags=COUNT_SOURCES, payload_types=[(8, 8000)])
    check.equal(leg.fate(voice(payload_type=96)), "callee", "without the flag any type goes on")
    check.equal(leg.state().payload_types, {96: 1}, "and is counted")
    for kind in range(20):
        check.equal(leg.fate(voice(payload_type=kind)), "callee", f"payload type {kind}")
    leg.set()
    check.equal(leg.fate(voice(payload_type=96)), "callee", "a rule that replaces it")
    state = leg.close()
    check.equal(state.payload_types, {96: 2} | {kind: 1 for kind in range(15)}, "goes on with sixteen of them")
    check.equal(state.others[2], 5, "and counts the others together")
    leg = Leg(net, control, component=RTP)
    check.equal(leg.fate(voice(payload_type=96)), "callee", "not counted")
    check.equal(leg.close().payload_types, {}, "nor told")


def statistics(check, net, control):
    """loss, duplicates and jitter by SSRC (RFC 3550)"""
    leg = Leg(net, control, component=RTP, flags=COUNT_SOURCES, payload_types=[(8, 8000)])
    sent = [65500 + n for n in range(100) if n not in (10, 11, 50, 70)]
    for sequence in sent:
        leg.send(voice(sequence & 0xffff, timestamp=sequence * 160, ssrc=0xaaaa))
    leg.callee.everything()
    jitter = leg.state().sources[0xaaaa].jitter / 16
    check(130 <= jitter <= 175, "jitter: packets of 20 ms all at once", jitter)
    for sequence in (65540, 65541, 65570):  # two come twice, one comes late
        leg.send(voice(sequence & 0xffff, timestamp=sequence * 160, ssrc=0xaaaa))
    for sequence in (5, 6, 7):
        leg.send(voice(sequence, ssrc=0xbbbb))
    leg.callee.everything()
    state = leg.state()
    first, second = state.sources.get(0xaaaa), state.sources.get(0xbbbb)
    if check(first and second, "two sources are told apart"):
        check.equal((first.packets, first.bytes), (99, 99 * 172), "packets and bytes of the first")
        check.equal((first.lost, first.duplicates, first.highest & 0xffff), (3, 2, 63), "three lost, two doubled")
        check.equal((second.packets, second.lost, second.duplicates), (3, 0, 0), "the second lost nothing")
    check.equal(state.ssrc, 0xbbbb, "SSRC of the latest packet")
    for ssrc in range(1, 8):
        leg.send(voice(ssrc=ssrc))
    leg.callee.everything()
    state = leg.state()
    check.equal(set(state.sources), {0xaaaa, 0xbbbb, 1, 2}, "who is heard keeps his place")
    check.equal(state.others, (5, 5 * 172, 0), "the others are counted together")
    time.sleep(10.1)  # the event is the clock's: SOURCE_SILENT
    for sequence in (71, 72):
        leg.send(voice(sequence, ssrc=0xaaaa))
    leg.send(voice(ssrc=0xcccc))
    leg.callee.everything()
    state = leg.close()
    check.equal(set(state.sources), {0xaaaa, 0xcccc, 1, 2}, "who was silent for ten seconds gives his place")
    check.equal(state.others, (5, 5 * 172, 0), "to the next")


def silence(check, net, control):
    """black holes, and RTP that is dropped while RTCP goes on"""
    leg = Leg(net, control, component=MUXED, flags=DROP_RTP)
    check.equal((leg.fate(voice()), leg.fate(rtcp())), ("nowhere", "callee"), "only RTCP goes on")
    check.equal(leg.state().in_.packets, 2, "both are counted")
    leg.destinations = []
    leg.set(flags=BLACKHOLE)
    check.equal([leg.fate(data) for data in (voice(), rtcp(), stun())], ["nowhere", "nowhere", "up"], "a black hole")
    check.equal(leg.close().in_.packets, 4, "which counts on")


def big(check, net, control):
    """fragments, and what is larger than the way out"""
    for six in (4, 6):
        leg = Leg(net, control, six, six, component=RTP)
        wanted = "callee" if six == 4 else "up"  # IPv6 shows the hook fragments, which the stack puts together later
        check.equal(leg.fate(voice(size=5000)), wanted, f"v{six}: fragments")
        net.callee.ip("link set eth0 mtu 1400")
        net.proxy.ip("link set tob mtu 1400")
        check(leg.fate(voice(2, size=1450)) in ("callee", "up"), f"v{six}: too large for the way out: arrives or goes up")
        check.equal(leg.fate(voice(3, size=1000)), "callee", f"v{six}: others still go")
        net.proxy.ip("link set tob mtu 1500")
        net.callee.ip("link set eth0 mtu 1500")
        leg.close()


def small(check, net, control):
    """empty and short datagrams, options, a missing checksum"""
    leg = Leg(net, control, component=MUXED)
    for data in (b"", b"\x80", b"\x80\x08" + bytes(9), b"\x8f\x08" + bytes(10), b"\x90\x08" + bytes(10)):
        check.equal(leg.fate(data), "up", f"{len(data)} bytes of {data[:2].hex() or 'nothing'} go up")
    leg.caller.set(0, 4, b"\x01\x01\x01\x00")  # IP_OPTIONS: three no-operations
    check(leg.fate(voice()) in ("callee", "up"), "IPv4 options: arrives or goes up")
    leg.caller.set(0, 4, b"")
    leg.caller.set(1, 11, 1)  # SO_NO_CHECK
    check.equal(leg.fate(voice(2)), "callee", "without a checksum")
    leg.close()


def routes(check, net, control):
    """a route that changes is followed; one that is missing is an error"""
    leg = Leg(net, control, component=RTP)
    check.equal(leg.fate(voice(1)), "callee", "there is a route")
    net.proxy.ip("link set tob down")
    check.equal(leg.fate(voice(2)), "nowhere", "the link is down")
    net.proxy.ip("link set tob up")
    check.equal(leg.fate(voice(3)), "callee", "it is up again")
    net.proxy.ip("route add blackhole 10.2.0.2/32")
    check.equal(leg.fate(voice(4)), "nowhere", "a black hole in the routes")
    net.proxy.ip("route del blackhole 10.2.0.2/32")
    check.equal(leg.fate(voice(5)), "callee", "without it")
    state = leg.close()
    check.equal((state.in_.packets, state.destinations[0].out.packets, state.destinations[0].out.errors), (5, 3, 2),
                "counted as errors")


def replacing(check, net, control):
    """a stream's counters go on from rule to rule, and are exact when it is forgotten"""
    leg = Leg(net, control, component=RTP)
    for n in range(1, 4):
        check.equal(leg.fate(voice(n)), "callee", f"packet {n}")
    seen = control.blist().get(leg.id)
    check.equal(seen and seen.in_.packets, 3, "blist has it with three packets")
    old = leg.set()
    check.equal((old.id, old.in_.packets, old.in_.bytes, old.destinations[0].out.packets), (leg.id, 3, 516, 3),
                "the replaced rule's counters")
    check.equal(leg.state().in_.packets, 3, "the new one goes on with them")
    check.equal(leg.fate(voice(9)), "callee", "and forwards")
    check.equal(attempt(control.set, leg.id + 1, leg.local, leg.destinations), "EEXIST", "another id at its port")
    check.equal(attempt(control.delete, leg.id + 1, leg.local), "ENOENT", "DELETE with another id")
    check.equal(attempt(control.forget, leg.id, leg.local), "EBUSY", "FORGET before DELETE")
    check.equal(leg.close().in_.packets, 4, "DELETE and GET return the counters")
    check.equal(attempt(control.get, leg.id, leg.local), "ENOENT", "and the stream is forgotten")
    check.equal(control.blist(), {}, "blist is empty")


def coming_back(check, net, control):
    """a stream that was withdrawn is known until it is forgotten, and may come back"""
    leg = Leg(net, control, n_destinations=2, component=RTP, flags=uapi.COUNT_SOURCES)
    first, second = leg.destinations
    check.equal(leg.fate(voice(1)), "callee", "a packet")
    check(control.withdraw(leg.id, leg.local).withdrawn, "DELETE says that it is withdrawn")
    check.equal(leg.fate(voice(2)), "up", "the next one is userspace's")
    check.equal(control.withdraw(leg.id, leg.local).in_.packets, 1, "DELETE again says the same")
    check("Streams: 0\nWithdrawn: 1\n" in status(0), "status counts it")
    check.equal([state.withdrawn for state in control.blist().values()], [True], "blist has it, as withdrawn")
    other = control.set(leg.id + 1, leg.local, [first])
    check.equal(other, None, "another stream may have the port meanwhile")
    control.delete(leg.id + 1, leg.local)
    leg.destinations = [second]
    check.equal(leg.set().in_.packets, 1, "it comes back, with one of its destinations")
    check(not leg.state().withdrawn, "and lives")
    check.equal(attempt(control.forget, leg.id, leg.local), "EBUSY", "so it can't be forgotten")
    leg.send(voice(3))
    check.equal(leg.callees[1].receive() is not None, True, "the second destination gets a packet")
    check.equal([found.out.packets for found in leg.state().destinations], [1, 2], "which is counted there")
    leg.destinations = [uapi.destination(leg.out, leg.callee.address, stream=9)]
    check.equal(attempt(leg.set), "ESTALE", "a destination that it doesn't count for")
    check.equal(attempt(control.forget, leg.id, leg.local), "EBUSY", "changed nothing")
    leg.close()
    check.equal(control.blist(), {}, "blist is empty")


CASES = (families, copies, sources, kinds, payload_types, statistics, silence, big, small, routes, replacing, coming_back)


def main():
    net = Network()
    with uapi.Control(0) as control:
        run_cases({case.__name__: case for case in CASES}, [], net, control)


main()
