# SPDX-License-Identifier: Apache-2.0
"""Processes that are killed while calls are up."""
import contextlib
import os
import signal
import time

from harness.call import Call, Flow
from harness.check import wait_until
from harness.daemon import instance

GAP_SECONDS = 2.0  # what a caller may miss when a worker dies; the time is mostly its restart
TWO = ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"]


def member(daemon, part):
    """Process id of the first child whose name contains `part`."""
    return next((pid for pid, name in daemon.family() if part in name), None)


def worker_killed(check, network, options):
    """SIGKILL of a worker in the middle of a call"""
    with instance(options, network, TWO) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up(direction=["outer", "inner"])
        ports = call.ports()
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        victims = daemon.workers()
        check.equal(len(victims), 2, "workers, one for each interface")
        for victim in victims:
            with Flow(call) as flow:
                time.sleep(0.3)  # some packets before
                killed = time.monotonic()
                os.kill(victim, signal.SIGKILL)
                back = wait_until(lambda: not os.path.exists(f"/proc/{victim}")
                                  and flow.arrived_since(time.monotonic() - 0.2), 10)
                seconds = time.monotonic() - killed
            check(back, f"worker {victim} killed: media flows again", f"after {seconds:.2f} s")
            check(flow.gap() < GAP_SECONDS, "what was lost meanwhile",
                  f"{len(flow.lost())} packets of both directions, {flow.gap():.2f} s")
            check(victim not in dict(daemon.family()), "another process took its place")
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        check.equal(ng.request("query", call_id="lasting").get("result"), "ok", "query")
        check.equal(call.ports(), ports, "on the same ports")
        fresh = Call(network, ng, "fresh").set_up(direction=["outer", "inner"])
        check.equal(fresh.exchange(), (0, 0), "a new call: lost")
        fresh.delete()
        call.delete()


def control_killed(check, network, options):
    """SIGKILL of the control process"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        Call(network, ng, "before").set_up()
        control = member(daemon, "contr")
        os.kill(control, signal.SIGKILL)
        start = time.monotonic()
        daemon.wait_ready(10)
        check(True, "NG answers again", f"after {time.monotonic() - start:.2f} s")
        check(member(daemon, "contr") not in (None, control), "from another process")
        call = Call(network, daemon.ng(), "after").set_up()
        check.equal(call.exchange(), (0, 0), "a new call: lost")
        call.delete()


def supervisor_killed(check, network, options):
    """SIGKILL of the supervisor: its children leave, and a new one can start at once"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        Call(network, ng, "before").set_up()
        children = [pid for pid, _ in daemon.family()]
        check(len(children) >= 2, "it has children", len(children))
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.process.wait()
        gone = wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), 10)
        check(gone, "they have left")
        daemon.start()
        call = Call(network, daemon.wait_ready(), "after").set_up()
        check.equal(call.exchange(), (0, 0), "a new supervisor, a new call: lost")
        call.delete()


def worker_hangs(check, network, options):
    """a worker that stops answering (SIGSTOP) is replaced"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up()
        victim = member(daemon, "datap")
        os.kill(victim, signal.SIGSTOP)
        start = time.monotonic()
        replaced = wait_until(lambda: member(daemon, "datap") not in (None, victim), 30)
        check(replaced, "another process took its place", f"after {time.monotonic() - start:.1f} s")
        check(wait_until(lambda: call.exchange(1, 0.3) == (0, 0), 10), "the call goes on")
        call.delete()


def rob(network, daemon, port):
    """A socket of another program's at a port of a worker that is killed, taken before its successor opens it again; None: too late."""
    victim = member(daemon, "datap")
    os.kill(victim, signal.SIGKILL)
    while member(daemon, "datap") in (None, victim):
        with contextlib.suppress(OSError):
            return network.proxy.udp("10.1.0.1", port)
    return None


def port_robbed(check, network, options):
    """A worker is killed and another program takes a port of a call: it is opened again as soon as it is free"""
    with instance(options, network, ["--interface=10.1.0.1", "--media-sockets=bound"]) as daemon:
        call = Call(network, daemon.wait_ready(), "robbed").set_up()
        check.equal(call.exchange(), (0, 0), "a call with media, whose rules its worker has acknowledged: lost")
        robber = next(filter(None, (rob(network, daemon, call.ports()[0]) for _ in range(10))), None)
        check(robber, "another program has a port of the call")
        if not robber:
            return
        check(wait_until(lambda: "could not open a port of a running call" in daemon.log(), 20), "that is said")
        robber.close()
        check(wait_until(lambda: "robbed/" in daemon.log() and "could open its port after all" in daemon.log(), 20), "and that it is over")
        check.equal(call.exchange(), (0, 0), "the call goes on: lost")
        call.delete()


CASES = {"worker-killed": worker_killed, "worker-hangs": worker_hangs, "control-killed": control_killed,
         "supervisor-killed": supervisor_killed, "port-robbed": port_robbed}
