#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""DTLS-SRTP through the whole daemon: phones with OpenSSL and libsrtp2, on one side or both.

     caller host                proxy host                 callee host
    +-----------+            +--------------+            +-----------+
    |   phone   | 10.1.0.2   |    daemon    |   10.2.0.2 |   phone   |
    |  OpenSSL, |------------|   NG 2223    |------------|  OpenSSL, |
    |  libsrtp2 |    10.1.0.1+--------------+10.2.0.1    |  libsrtp2 |
    +-----------+                                        +-----------+
"""
import os
import select
import signal
import time

from harness import rtp
from harness.call import Flow
from harness.check import arguments, run_cases, wait_until
from harness.daemon import running
from harness.dtls import DtlsCall, Handshake
from harness.net import ThreeHosts
from harness.srtp import ENOUGH, all_arrives, echo_of


def roles(check, network, options):
    """RTP to DTLS and back, in every role, and DTLS on both sides"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        for caller, callee in (("actpass", None), ("active", None), ("passive", None), (None, "active"), (None, "passive"), ("actpass", "active"),
                               ("passive", "passive")):
            what = f"{caller} to {callee}"
            call = DtlsCall(network, ng, what, caller, callee).talk()
            check(call.connect(), f"{what}: hands are shaken")
            check(all(phone.verified() for phone in (call.caller, call.callee) if hasattr(phone, "shake")), f"{what}: with whom SDP says")
            all_arrives(check, call, what)
            flags = str(ng.request("query", call_id=what))
            check("DTLS-SRTP" in flags and "AEAD_AES_256_GCM" in flags, "the query says so")
            call.delete()


def reinvited(check, network, options):
    """re-INVITEs: the same goes on without a handshake; another fingerprint begins anew"""
    with running(options, network) as daemon:
        call = DtlsCall(network, daemon.wait_ready(), "lasting", None, "active").talk()
        check(call.connect(), "hands are shaken")
        all_arrives(check, call, "first")
        before = call.callee.theirs
        call.talk()
        check.equal(call.callee.theirs, before, "fingerprint and tls-id of ours")
        all_arrives(check, call, "the same once more")
        fresh = DtlsCall(network, call.ng, "unused", None, "active")
        call.callee.certificate, call.callee.fingerprint = fresh.callee.certificate, fresh.callee.fingerprint
        fresh.close()
        call.talk()
        call.callee.again()
        check(call.connect(), "another certificate: another handshake")
        check(wait_until(lambda: call.exchange(ENOUGH) == (0, 0), 10), "the former keys give way to its own")
        call.callee.refused = 0
        all_arrives(check, call, "with its keys")
        call.delete()


def impostors(check, network, options):
    """a certificate that wasn't signalled, ClientHellos of strangers, plain packets: no media, no answer"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = DtlsCall(network, ng, "impostor", None, "active")
        call.callee.fingerprint = call.callee.fingerprint[:-2] + ("00" if not call.callee.fingerprint.endswith("00") else "01")
        call.talk()
        call.connect(3)
        check(wait_until(lambda: "isn't the one that was signalled" in daemon.log(), 10), "the log says that it's another certificate")
        plain = [rtp.packet(number, number * rtp.FRAME, 0x666, bytes(160)) for number in range(25)]
        for packet in plain:
            call.callee.sock.sendto(packet, call.callee.to)
        check(wait_until(lambda: ng.request("query", call_id="impostor")["totals"]["RTP"]["errors"] >= len(plain), 10), "plain packets are errors")
        check.equal(ng.request("query", call_id="impostor")["totals"]["RTP"]["packets"], 0, "packets that were taken")
        call.delete()

        call = DtlsCall(network, ng, "race", None, "active").talk()
        stranger = network.callee.udp("10.2.0.2")
        stranger.settimeout(1)
        hello = Handshake(call.callee.certificate, True).step()
        for _ in range(10):
            for datagram in hello:
                stranger.sendto(datagram, call.callee.to)
        try:
            check(False, "a stranger is answered", stranger.recv(2048))
        except TimeoutError:
            check(True, "a stranger isn't answered")
        check(call.connect(), "hands are shaken")
        all_arrives(check, call, "afterwards")
        for datagram in hello:
            stranger.sendto(datagram, call.callee.to)
            call.callee.sock.sendto(datagram, call.callee.to)  # as if it were the phone's
        all_arrives(check, call, "after another ClientHello")
        call.delete()


def separate(check, network, options):
    """RTCP on ports of its own: a handshake and keys for each"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        for caller, callee in ((None, "active"), (None, "passive"), ("actpass", None), ("actpass", "active")):
            what = f"{caller} to {callee}"
            call = DtlsCall(network, ng, what, caller, callee).separate(network).talk()
            check(call.connect(), f"{what}: hands are shaken on both ports")
            for phone, leg in zip((call.caller, call.callee), call.rtcp):
                check(not hasattr(phone, "shake") or phone.shake.keys != leg.shake.keys, f"{what}: each with keys of its own")
            all_arrives(check, call, what)
            check.equal(call.reports(), (0, 0), f"{what}: RTCP that is lost")
            verified = str(ng.request("query", call_id=what)).count("DTLS fingerprint verified")
            check.equal(verified, 2 * sum(role is not None for role in (caller, callee)), f"{what}: streams whose fingerprint is verified")
            call.delete()


def multiplexed(check, network, options):
    """rtcp-mux switched on and off in mid-call"""
    with running(options, network) as daemon:
        for caller, callee in ((None, "active"), ("actpass", None), ("actpass", "active")):
            call = DtlsCall(network, daemon.wait_ready(), f"{caller} to {callee}", caller, callee)
            for what in ("apart", "together", "apart again", "together again"):
                together = "together" in what
                (call.multiplex() if together else call.separate(network)).talk(**{"rtcp-mux": ["offer" if together else "demux"]})
                check(call.connect(), f"{call.name}, {what}: hands are shaken, once")
                all_arrives(check, call, f"{call.name}, {what}")
                check.equal(call.reports(), (0, 0), f"{call.name}, {what}: RTCP that is lost")
                check.equal([leg.refused for leg in call.rtcp], [0] * len(call.rtcp), f"{call.name}, {what}: refused by the phones")
            call.delete()


def echoed(check, network, options):
    """media-echo: what comes goes back, under our key"""
    with running(options, network) as daemon:
        call = DtlsCall(network, daemon.wait_ready(), "echo", "actpass", "active").talk(**{"media-echo": "both"})
        check(call.connect(), "hands are shaken")
        for phone in (call.caller, call.callee):
            check.equal(echo_of(phone, phone.to), ENOUGH, "packets that came back")
        check.equal(call.refused(), (0, 0), "refused by the phones")
        call.delete()


def many_sources(check, network, options):
    """32 SSRCs under one key, each way, and after a SIGKILL of the worker"""
    with running(options, network, ["--media-sockets=steered"]) as daemon:
        call = DtlsCall(network, daemon.wait_ready(), "many", None, "active").talk()
        check(call.connect(), "hands are shaken")
        check.equal(crowd(call, 0), [(0, 0)] * 10, "lost of 32 sources each")
        os.kill(next(pid for pid, name in daemon.family() if "datap" in name), signal.SIGKILL)
        check.equal(crowd(call, 10), [(0, 0)] * 10, "lost of 32 sources each, by a successor")
        check.equal(call.refused(), (0, 0), "refused by the phones")
        call.delete()


def crowd(call, first):
    """10 packets of each of 32 SSRCs, each way; what was lost of each round."""
    return [lost_of_round(call, [rtp.packet(number, number * rtp.FRAME, 0x9000 + source, bytes(160)) for source in range(32)])
            for number in range(first, first + 10)]


def lost_of_round(call, packets):
    missing = {call.caller: set(packets), call.callee: set(packets)}
    for phone in missing:
        for packet in packets:
            phone.sendto(packet, phone.to)
    wait_until(lambda: not take_in(missing), 10)
    return len(missing[call.callee]), len(missing[call.caller])


def take_in(missing):
    """What is still missing, when all that has come is taken."""
    while ready := select.select(list(missing), [], [], 0.1)[0]:
        for phone in ready:
            missing[phone].discard(phone.recv(2048))
    return any(missing.values())


def killed(check, network, options):
    """SIGKILL of the worker, and of control, in the middle of a call: nothing is lost, no other handshake"""
    for caller, callee in (("actpass", None), (None, "active"), ("actpass", "active")):
        with running(options, network, ["--media-sockets=steered"]) as daemon:
            call = DtlsCall(network, daemon.wait_ready(), "lasting", caller, callee).talk()
            check(call.connect(), f"{caller} to {callee}: hands are shaken")
            all_arrives(check, call, f"{caller} to {callee}")
            shown = call.offer.count("a=fingerprint") and call.callee.theirs if callee else call.caller.theirs
            for part in ("datap", "datap", "contr"):
                victim = next(pid for pid, name in daemon.family() if part in name)
                with Flow(call) as flow:
                    wait_until(lambda: len(flow.arrived) > 20, 10)
                    os.kill(victim, signal.SIGKILL)
                    back = wait_until(lambda: not os.path.exists(f"/proc/{victim}") and flow.arrived_since(time.monotonic() - 0.2), 20)
                check(back, f"{part} killed: media flows again")
                check.equal((flow.lost(), flow.twice, call.refused()), ([], 0, (0, 0)), "lost, twice, refused by the phones")
            daemon.wait_ready()
            call.talk()
            check.equal(call.callee.theirs if callee else call.caller.theirs, shown, "fingerprint and tls-id of ours, by a control that has them from its files")
            all_arrives(check, call, "offered again")
            call.delete()


def killed_early(check, network, options):
    """SIGKILL before and during the handshake: it begins again by itself"""
    for part in ("datap", "contr"):
        with running(options, network, ["--media-sockets=steered"]) as daemon:
            ng = daemon.wait_ready()
            for caller, callee in (("passive", None), (None, "active")):
                call = DtlsCall(network, ng, f"{caller} {callee}", caller, callee).talk()
                victim = next(pid for pid, name in daemon.family() if part in name)
                os.kill(victim, signal.SIGKILL)
                check(call.connect(), f"{part} killed, {caller} to {callee}: hands are shaken")
                daemon.wait_ready()
                check(wait_until(lambda: call.exchange(ENOUGH) == (0, 0), 20), "media both ways")
                call.delete()


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"roles": roles, "reinvited": reinvited, "impostors": impostors, "separate": separate, "multiplexed": multiplexed, "echoed": echoed,
               "many-sources": many_sources, "killed": killed, "killed-early": killed_early}, options.cases,
              ThreeHosts(), options)


main()
