# SPDX-License-Identifier: Apache-2.0
"""SRTP calls through the daemon move into the kernel and back: nothing is lost, refused or repeated, whatever happens in the middle."""
import os
import signal
import subprocess

import uapi
from harness import rtp
from harness.call import Flow
from harness.check import wait_until
from harness.daemon import children_of
from harness.srtp import SUITES, SecureCall
from live import LiveCall, run_live
from rules import flush, send_to_table

OPTIONS = ["--table=0", "--no-fallback", "--interface=10.1.0.1"]
USUAL, GCM, STRONG = "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_128_GCM", "AES_256_CM_HMAC_SHA1_32"


class Call(LiveCall, SecureCall):
    """Its packets are protected; a settled one's go through the kernel."""

    def settle(self, seconds=40):
        return super().settle(seconds)

    def good(self, check, what):
        check.equal(self.refused(), (0, 0), f"{what}: refused by the phones")


def made(net, ng, name, caller, callee, sequence=0):
    call = Call(net, ng, name, caller=caller, callee=callee)
    call._sequence = sequence
    return call.set_up()


def suites(check, net, ng, daemon):
    """RTP to SRTP and back, and one suite to another: into the kernel without a loss"""
    for caller, callee in ((None, USUAL), (GCM, None), (USUAL, STRONG), (None, "AES_CM_128_HMAC_SHA1_32")):
        what = f"{caller} to {callee}"
        call = made(net, ng, what.replace(" ", "-"), caller, callee)
        call.check_kernel(check, what)
        call.good(check, what)
        call.check_totals(check, what)


def turned_over(check, net, ng, daemon):
    """sequence numbers begin anew in the kernel; back in userspace the roll-over counters go on"""
    call = made(net, ng, "turned", USUAL, GCM, 65535 - 300)
    call.check_kernel(check, "before")
    while call._sequence < 65535 + 200:
        check.equal(call.exchange(50), (0, 0), f"up to {call._sequence}: lost")
    call.check_kernel(check, "after it")
    flush()
    check.equal(call.exchange(50), (0, 0), "without a rule nothing is lost")
    check.equal(call.exchange(50), (0, 0), "nor later")
    send_to_table(0)
    check(call.settle(60), "and the kernel again")
    call.good(check, "turned over")
    call.check_totals(check, "turned over")


def more(flow, packets=150):
    """So many more have arrived."""
    wanted = len(flow.arrived) + packets
    wait_until(lambda: len(flow.arrived) >= wanted, 20)


def back_and_forth(check, net, ng, daemon):
    """media while the rule in INPUT comes and goes: each packet arrives once"""
    call = made(net, ng, "forth", None, USUAL)
    call.check_kernel(check, "before")
    with Flow(call) as flow:
        for _ in range(3):
            flush()
            more(flow)
            send_to_table(0)
            more(flow)
    call.sent += len(flow.sent_at)
    check.equal((len(flow.lost()), flow.twice), (0, 0), f"of {len(flow.sent_at)} packets: lost, twice")
    call.good(check, "back and forth")
    call.check_totals(check, "back and forth")


def killed(check, net, ng, daemon):
    """the worker is killed while the kernel has the call: it goes on, and what comes to userspace too"""
    for caller, callee in ((None, USUAL), (USUAL, GCM)):
        call = made(net, ng, f"killed-{caller}", caller, callee)
        call.check_kernel(check, f"{caller}: before")
        worker = next(pid for pid, name in children_of(daemon.pid) if name.startswith("rtpengine-data"))
        with Flow(call) as flow:
            os.kill(worker, signal.SIGKILL)
            check(wait_until(lambda: worker not in dict(children_of(daemon.pid)) and
                             any(name.startswith("rtpengine-data") for _, name in children_of(daemon.pid)), 30), "another worker")
            check(wait_until(daemon_is_up(daemon), 60), "which is ready")
        call.sent += len(flow.sent_at)
        check.equal((len(flow.lost()), flow.twice), (0, 0), f"{caller}: of {len(flow.sent_at)} packets: lost, twice")
        call.good(check, f"{caller}: killed")
        check(call.settle(), "the kernel still has it")
        flush()
        check.equal(call.exchange(30), (0, 0), "without the rule the new worker goes on")
        send_to_table(0)
        call.good(check, f"{caller}: after it")
        call.check_totals(check, f"{caller}: killed")


def killed_meanwhile(check, net, ng, daemon):
    """the worker is killed while streams are on their way back from the kernel: no index is used twice, and nearly nothing is lost"""
    for turn in range(3):
        call = made(net, ng, f"meanwhile-{turn}", USUAL, GCM)
        call.check_kernel(check, "before")
        worker = next(pid for pid, name in children_of(daemon.pid) if name.startswith("rtpengine-data"))
        with Flow(call) as flow:
            more(flow, 20)
            flush()
            more(flow, 2 * turn)
            os.kill(worker, signal.SIGKILL)
            check(wait_until(lambda: worker not in dict(children_of(daemon.pid)) and daemon_is_up(daemon)(), 60), "another worker")
            more(flow, 20)
            send_to_table(0)
        call.sent += len(flow.sent_at)
        check(len(flow.lost()) <= 16, "lost are those that waited for the stream at most", len(flow.lost()))  # in the memory of who died
        check.equal(flow.twice, 0, "twice")
        call.good(check, "killed meanwhile")
        check(call.settle(60), "the kernel again")
        call.good(check, "and there")
        call.delete()


def daemon_is_up(daemon):
    def up():
        shown = subprocess.run(["rtpengine-ctl", "--json", "status"], capture_output=True, text=True).stdout
        return shown.count('"state":"up"') + shown.count('"state": "up"') >= 2
    return up


def new_keys(check, net, ng, daemon):
    """a re-INVITE with another key while the kernel has the call"""
    call = made(net, ng, "rekeyed", None, USUAL)
    call.check_kernel(check, "before")
    call.callee.renew()
    call.set_up()
    check.equal(call.exchange(25), (0, 0), "with the new key: lost")
    call.check_kernel(check, "with the new key")
    call.good(check, "new keys")
    call.check_totals(check, "new keys")


def forged(check, net, ng, daemon):
    """what isn't authentic or was recorded is an error, whichever way"""
    call = made(net, ng, "forged", USUAL, None)
    call.check_kernel(check, "before")
    stranger, port = net.caller.udp("10.1.0.2"), call.toward[call.caller]
    for number in range(20):
        stranger.sendto(rtp.packet(call._sequence + number, 0, 0x1000 + call.caller.fileno(), bytes(160)), port)
    check.equal(call.exchange(25), (0, 0), "the call goes on: lost")
    check(call.in_kernel(), "in the kernel")
    errors = ng.request("query", call_id="forged")["totals"]["RTP"]["errors"]
    check.equal(errors, 20, "errors")
    call.delete()


run_live(OPTIONS, suites, turned_over, back_and_forth, killed, killed_meanwhile, new_keys, forged)
