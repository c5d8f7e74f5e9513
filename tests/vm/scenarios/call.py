# SPDX-License-Identifier: Apache-2.0
"""Calls through the daemon and the kernel, and what may happen in the middle of them."""
import os
import signal
import subprocess

import proc
import uapi
from harness.call import Flow
from harness.check import wait_until
from harness.daemon import Daemon, children_of
from harness.net import ThreeHosts
from live import LiveCall, run_live
from rules import flush, send_to_table

OPTIONS = ["--table=0", "--no-fallback", "--interface=10.1.0.1", "--interface=fd01::1", "--tos=184"]


def families(check, net, ng, daemon):
    """IPv4, IPv6 and mixed"""
    for name, parties, keys in (("v4", {}, {}), ("v6", {"caller": "fd01::2", "callee": "fd02::2"}, {}),
                                ("v4-v6", {"callee": "fd02::2"}, {"address_family": "IP6"}),
                                ("v6-v4", {"caller": "fd01::2"}, {"address_family": "IP4"})):
        call = LiveCall(net, ng, name, **parties).set_up(**keys)
        call.check_kernel(check, name)
        check("kernel" in call.describe(), f"{name}: rtpengine-ctl says so")
        call.check_totals(check, name)
        check(wait_until(lambda: uapi.blist(0) == {}, 10), f"{name}: no stream stays in the table, once it has been collected")


def invited_again(check, net, ng, daemon):
    """a re-invite in the middle: the same call goes on, then moves to another port of the callee"""
    call = LiveCall(net, ng, "again").set_up()
    call.check_kernel(check, "before")
    call.set_up()
    check.equal(call.exchange(10), (0, 0), "nothing is lost after a re-invite that changes nothing")
    call.check_kernel(check, "after it")
    old, call.callee = call.callee, net.callee.udp("10.2.0.2")
    call.set_up()
    check.equal(call.exchange(10), (0, 0), "nor after one that changes the callee's port")
    call.check_kernel(check, "at the new port")
    old.close()
    call.check_totals(check, "again")


def rule_flushed(check, net, ng, daemon):
    """the rule goes in the middle: userspace carries on, and the kernel again once there is a rule"""
    call = LiveCall(net, ng, "flushed").set_up()
    call.check_kernel(check, "with a rule")
    flush()
    check.equal(call.exchange(25), (0, 0), "without one nothing is lost")
    check(not call.in_kernel(), "nor does the kernel forward")
    send_to_table(0)
    check(call.settle(40), "with the rule back the kernel forwards")
    call.check_totals(check, "flushed")


def worker_killed(check, net, ng, daemon):
    """the worker is killed in the middle: the kernel goes on, a new worker takes over"""
    call = LiveCall(net, ng, "killed").set_up()
    call.check_kernel(check, "before")
    worker = next(pid for pid, name in children_of(daemon.pid) if name.startswith("rtpengine-data"))
    connected = lambda: daemon.log().count("worker 0/default is connected")
    before = connected()
    with Flow(call) as flow:
        os.kill(worker, signal.SIGKILL)
        replaced = wait_until(lambda: worker not in dict(children_of(daemon.pid)) and
                              any(name.startswith("rtpengine-data") for _, name in children_of(daemon.pid)), 20)
        check(replaced, "there is a new worker")
    check.equal(len(flow.lost()), 0, f"of {len(flow.sent_at)} packets sent meanwhile none is lost")
    call.sent += len(flow.sent_at)
    check(call.settle(), "the kernel still forwards")
    check(wait_until(lambda: connected() > before, 30), "the new worker answers")  # a machine in emulation is slow
    call.check_totals(check, "killed")
    check(wait_until(lambda: uapi.blist(0) == {}, 10), "the new worker has removed the streams")


def killed_while_leaving(check, net, ng, daemon):
    """the worker is killed right after rules were withdrawn: its successor collects what they have counted"""
    for turn in range(3):
        call = LiveCall(net, ng, f"leaving-{turn}").set_up()
        call.check_kernel(check, "before")
        workers = lambda: {pid for pid, name in children_of(daemon.pid) if name.startswith("rtpengine-data")}
        old, call.callee, before = call.callee, net.callee.udp("10.2.0.2"), workers()
        call.set_up()  # packets of another source are to come: its rule is withdrawn
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        check(wait_until(lambda: workers() and not workers() & before, 30), "there is a new worker")
        check(call.settle(60), "the kernel forwards again")
        old.close()
        call.check_totals(check, f"leaving {turn}")
        check(wait_until(lambda: uapi.blist(0) == {}, 10), "nothing stays in the table")


def replaced(check, net, ng, daemon):
    """worker, control and supervisor are replaced in the middle: the kernel goes on, and what it counts with it"""
    call = LiveCall(net, ng, "replaced").set_up()
    call.check_kernel(check, "before")
    for words in (["restart", "worker", "0/default"], ["upgrade"]):
        counted, what = call.forwarded(), " ".join(words)
        with Flow(call) as flow:
            done = subprocess.run(["rtpengine-ctl", *words], capture_output=True, text=True)
        check.equal((done.returncode, done.stderr), (0, ""), f"{what}: exit code, complaints")
        check.equal(len(flow.lost()), 0, f"{what}: of {len(flow.sent_at)} packets sent meanwhile none is lost")
        check.equal(call.forwarded() - counted, len(flow.sent_at), f"{what}: and the kernel forwarded and counted each")
        call.sent += len(flow.sent_at)
    call.check_kernel(check, "after it")
    call.check_totals(check, "replaced")
    check(wait_until(lambda: uapi.blist(0) == {}, 10), "no stream stays in the table")


def stopped(check, net, ng, daemon):
    """the daemon ends: table and streams go"""
    call = LiveCall(net, ng, "stopped").set_up()
    call.check_kernel(check, "before")
    daemon.stop()
    check.equal(proc.tables(), "", "no table is left")
    check.equal(flush() + proc.unload(), "", "rule and module go")


def namespace_removed(check, former, *_):
    """everything is killed and the namespace goes in the middle of a call: the table goes along"""
    for host in (former.caller, former.callee):
        host.delete()
    net = ThreeHosts()
    check.equal(proc.load(), "", "the module comes")
    with net.proxy.entered():
        check.equal(send_to_table(0), "", "rules in a namespace")
        daemon = Daemon("rtpengine", net.proxy, OPTIONS)
        ng = daemon.wait_ready(60)
        call = LiveCall(net, ng, "namespace").set_up()
        call.check_kernel(check, "in a namespace")
    check.equal(proc.tables(), "", "the table is not seen outside")
    daemon.abandon()
    call.close()
    ng.sock.close()
    net.proxy.delete()
    check(wait_until(lambda: proc.unload() == "", 20, 0.3), "with the namespace the table went, and so can the module")


run_live(OPTIONS, families, invited_again, rule_flushed, worker_killed, killed_while_leaving, replaced, stopped, namespace_removed)
