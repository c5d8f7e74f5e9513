# SPDX-License-Identifier: Apache-2.0
"""The wall clock is set while calls are up: nothing but what is shown follows it."""
import os
import time

from harness.call import Call
from harness.check import wait_until
from harness.daemon import instance
from harness.ng import sdp
from harness.wall_clock import WallClock
from .processes import TWO, member

HOURS = 3600


def offered(network, ng, name):
    """A call that rings."""
    call = Call(network, ng, name)
    ng.offer(name, call._sdp(call.caller), direction=["outer", "inner"])
    return call


def held(network, ng, name):
    """An established call whose parties send nothing."""
    call = Call(network, ng, name)
    ng.offer(name, sdp(*call.caller.getsockname()[:2], extra=["a=inactive"]), direction=["outer", "inner"])
    ng.answer(name, sdp(*call.callee.getsockname()[:2], extra=["a=inactive"]))
    return call


def calls_of_all_sorts(check, network, ng, prefix):
    talking = Call(network, ng, prefix + "talking").set_up(direction=["outer", "inner"])
    check.equal(talking.exchange(), (0, 0), "media: lost")
    Call(network, ng, prefix + "quiet").set_up(direction=["outer", "inner"])
    offered(network, ng, prefix + "ringing")
    held(network, ng, prefix + "held")
    return talking, sorted(prefix + name for name in ("talking", "quiet", "ringing", "held"))


def seconds_go_by(check, network, ng):
    """As control sees it: a call whose deletion was put off goes."""
    Call(network, ng, "hourglass").set_up(direction=["outer", "inner"])
    ng.delete("hourglass", **{"delete delay": 3})
    check(wait_until(lambda: "hourglass" not in ng.calls(), 60), "some seconds later")


def shows(check, ng, name, clock, made, what):
    reply = ng.request("query", call_id=name)
    now = clock.now()
    shown = [reply["created"], reply["last signal"]] + [
        stream["last packet"] for tag in reply["tags"].values() for media in tag["medias"] for stream in media["streams"]]
    # `made` by the clock of that time is by now so much earlier or later
    check(all(made - 2 <= moment <= now + 1 for moment in shown), f"{what}: times of `query`", [m - int(now) for m in shown])


def set_while_calls_are_up(check, network, options):
    """the wall clock is set two hours ahead, then behind: no call ends, what is shown is right"""
    clock, patience = WallClock(), [f"--{kind}timeout=3600" for kind in ("", "silent-", "offer-", "final-")]
    with instance(options, network, [*TWO, *patience], environment=clock.environment()) as daemon:
        ng = daemon.wait_ready()
        made = time.time()
        talking, names = calls_of_all_sorts(check, network, ng, "")
        for hours in (2, -2):
            clock.set_ahead(hours * HOURS)
            what = f"{hours:+} h"
            seconds_go_by(check, network, ng)
            check.equal(sorted(ng.calls()), names, f"{what}: calls")
            shows(check, ng, "talking", clock, made + clock.ahead, what)
            check.equal(talking.exchange(), (0, 0), f"{what}: media, lost")
            shows(check, ng, "talking", clock, made + clock.ahead, what + ", after packets")
            for process in ("contr", "datap"):
                victim = member(daemon, process)
                os.kill(victim, 9)
                wait_until(lambda: member(daemon, process) not in (None, victim), 20)
            daemon.wait_ready()
            seconds_go_by(check, network, ng)
            check.equal(sorted(ng.calls()), names, f"{what}, control and a worker started again: calls")
            shows(check, ng, "talking", clock, made + clock.ahead, what + ", started again")
            check.equal(talking.exchange(), (0, 0), f"{what}, started again: media, lost")
        fresh = time.time()
        Call(network, ng, "fresh").set_up(direction=["outer", "inner"])
        clock.set_ahead(0)
        shows(check, ng, "fresh", clock, fresh, "made two hours ago by the clock of that time")


def timeouts_come(check, network, options):
    """calls that shall end do so, whatever the wall clock is set to"""
    clock, limits = WallClock(), [f"--{kind}timeout=3" for kind in ("", "silent-", "offer-")]
    with instance(options, network, [*TWO, *limits], environment=clock.environment()) as daemon:
        ng = daemon.wait_ready()
        for hours in (-2, 2, 0):
            calls_of_all_sorts(check, network, ng, f"{hours:+}")
            late = Call(network, ng, f"{hours:+}late").set_up(direction=["outer", "inner"])
            ng.delete(late.name, **{"delete delay": 3})
            clock.set_ahead(hours * HOURS)
            check(wait_until(lambda: not ng.calls(), 60), f"{hours:+} h: every call has ended")


CASES = {"clock-set": set_while_calls_are_up, "clock-set-timeouts": timeouts_come}
