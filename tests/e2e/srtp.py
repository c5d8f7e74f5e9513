#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SRTP by SDES through the whole daemon: phones with libsrtp2, on one side or both.

     caller host                proxy host                 callee host
    +-----------+            +--------------+            +-----------+
    |   phone   | 10.1.0.2   |    daemon    |   10.2.0.2 |   phone   |
    |   with    |------------|   NG 2223    |------------|   with    |
    |  libsrtp2 |    10.1.0.1+--------------+10.2.0.1    |  libsrtp2 |
    +-----------+                                        +-----------+
"""
import base64
import os
import signal
import time

from harness import rtp
from harness.call import Flow
from harness.check import arguments, run_cases, wait_until
from harness.daemon import running
from harness.net import ThreeHosts
from harness.srtp import ENOUGH, OUTBOUND, SUITES, SecureCall, Session, all_arrives, echo_of

USUAL, SHORT, STRONG = "AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_256_GCM"


def suites(check, network, options):
    """RTP to SRTP and back in every suite, and one suite to another"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        pairs = [pair for suite in SUITES for pair in ((None, suite), (suite, None))]
        for caller, callee in [*pairs, (USUAL, STRONG), (STRONG, SHORT), (USUAL, SHORT), (USUAL, USUAL)]:
            call = SecureCall(network, ng, f"{caller} {callee}", caller, callee).set_up()
            all_arrives(check, call, f"{caller} to {callee}")
            totals = call.delete()["totals"]["RTP"]
            check.equal((totals["packets"], totals["errors"]), (2 * ENOUGH, 0), "counted, and errors")


def echoed(check, network, options):
    """media-echo: what comes goes back, under our key"""
    with running(options, network) as daemon:
        for suite in (USUAL, STRONG):
            call = SecureCall(network, daemon.wait_ready(), suite, suite, suite).set_up(**{"media-echo": "both"})
            for phone in (call.caller, call.callee):
                check.equal(echo_of(phone, call.toward[phone]), ENOUGH, f"{suite}: packets that came back")
            check.equal(call.refused(), (0, 0), "refused by the phones")
            call.delete()


def new_keys(check, network, options):
    """re-INVITEs with other keys, from SRTP to RTP and back"""
    with running(options, network) as daemon:
        call = SecureCall(network, daemon.wait_ready(), "lasting", USUAL, None).set_up()
        all_arrives(check, call, "first keys")
        call.set_up()
        all_arrives(check, call, "the same once more")
        call.caller.renew()
        call.set_up()
        all_arrives(check, call, "the caller's new key")
        call.caller.suite, call.callee.suite = None, STRONG
        call.callee.renew()
        call.set_up()
        all_arrives(check, call, "the callee's instead")
        key = call.callee.heard
        call.caller.close()
        call.caller.sock = network.caller.udp("10.1.0.2")
        call.set_up()
        check(call.callee.heard != key, "the caller's other port is one of ours for the callee, with another key")
        all_arrives(check, call, "from there")
        call.callee.suite = None
        call.set_up()
        all_arrives(check, call, "without")
        call.delete()


def held(check, network, options):
    """hold and resume when sequence numbers have turned over: roll-over counters go on"""
    with running(options, network) as daemon:
        call = SecureCall(network, daemon.wait_ready(), "lasting", None, USUAL)
        call._sequence = 65535 - ENOUGH // 2
        call.set_up()
        all_arrives(check, call, "over the turn")
        for hold in (True, False):
            call.caller.held = call.callee.held = hold
            call.set_up()
        all_arrives(check, call, "resumed")
        call.delete()


def killed(check, network, options):
    """SIGKILL of the worker, and of control, in the middle of a call: nothing is lost, nothing refused"""
    for caller, callee in ((None, USUAL), (USUAL, STRONG)):
        with running(options, network, ["--media-sockets=steered"]) as daemon:
            call = SecureCall(network, daemon.wait_ready(), "lasting", caller, callee).set_up()
            all_arrives(check, call, f"{caller} to {callee}")
            for part in ("datap", "datap", "contr"):
                victim = next(pid for pid, name in daemon.family() if part in name)
                with Flow(call) as flow:
                    wait_until(lambda: len(flow.arrived) > 20, 10)
                    os.kill(victim, signal.SIGKILL)
                    back = wait_until(lambda: not os.path.exists(f"/proc/{victim}") and flow.arrived_since(time.monotonic() - 0.2), 10)
                check(back, f"{part} killed: media flows again")
                check.equal((flow.lost(), flow.twice, call.refused()), ([], 0, (0, 0)), "lost, twice, refused by the phones")
            daemon.wait_ready()
            call.set_up()
            all_arrives(check, call, "offered again, of a control process that has the keys from the store")
            call.delete()


def forged(check, network, options):
    """what isn't authentic is not forwarded, and nobody is learned from it"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = SecureCall(network, ng, "secure", USUAL, None).set_up()
        stranger, port = network.caller.udp("10.1.0.2"), call.toward[call.caller]
        wrong = Session(USUAL, os.urandom(30), OUTBOUND)
        plain = [rtp.packet(number, number * rtp.FRAME, 0x666, bytes(160)) for number in range(25)]
        for packet in plain:  # before the caller has been heard
            stranger.sendto(packet, port)
            stranger.sendto(wrong.protect(packet), port)
        refused = lambda: ng.request("query", call_id="secure")["totals"]["RTP"]["errors"] >= 2 * len(plain)
        check(wait_until(refused, 10), "all of them are counted as errors", ng.request("query", call_id="secure")["totals"])
        all_arrives(check, call, "the caller is heard")
        stranger.settimeout(0.5)
        try:
            check(False, "the stranger hears nothing", stranger.recv(2048))
        except TimeoutError:
            check(True, "the stranger hears nothing")
        call.delete()
        call = SecureCall(network, ng, "same", USUAL, USUAL).set_up(flags=["recrypt"])
        call.caller.sock.sendto(plain[0], call.toward[call.caller])
        all_arrives(check, call, "the same keys on both sides, and looked at")
        check.equal(call.delete()["totals"]["RTP"]["errors"], 1, "errors: what was forged")


def silent(check, network, options):
    """keys are in no log, no query and no rtpengine-ctl"""
    with running(options, network, log_level=7) as daemon:
        ng = daemon.wait_ready()
        call = SecureCall(network, ng, "secret", USUAL, STRONG).set_up()
        all_arrives(check, call, "a call")
        shown = daemon.ctl("list") + daemon.ctl("call", "secret") + str(ng.request("query", call_id="secret"))
        for phone in (call.caller, call.callee):
            for key in (phone.key, phone.heard):
                text = base64.b64encode(key).decode().rstrip("=")
                check(text not in daemon.log() and text not in shown, "a key is nowhere")
        check("inline:*" in daemon.log(), "the log has the messages")
        check.equal("crypto suite" in shown, True, "the query has the suite")
        call.delete()


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"suites": suites, "echoed": echoed, "new-keys": new_keys, "held": held, "killed": killed, "forged": forged, "silent": silent}, options.cases,
              ThreeHosts(), options)


main()
