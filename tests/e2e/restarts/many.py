# SPDX-License-Identifier: Apache-2.0
"""Very many calls: nothing that goes over all of them keeps a process from its work."""
import json
import os
import signal

from harness.check import wait_until
from harness.flood import flood
from harness.ng import Ng, sdp
from . import MAIN, PORTS, instances, section

CALLS = int(os.environ.get("RTPENGINE_CALLS", 20_000))
PORTS_OF_A_CALL = 4
# Instrumented code takes several times as long; what grows with the number of calls is found there, too.
LONGEST_US = 10_000 * (5 if "ASAN_OPTIONS" in os.environ else 1)
TEXT = MAIN.replace("6", "5") + section("core", 2300, port_max=60000, timeout=3600, max_sessions=CALLS + 10)


def exchange(command, number):
    side, host = ("caller", "10.1.0.2") if command == "offer" else ("callee", "10.2.0.2")
    keys = {"command": command, "call-id": f"call-{number}", "from-tag": "caller", "ICE": "remove",
            "sdp": sdp(host, 4000 + number % 30000 * 2)}
    return {**keys, "direction": ["outer", "inner"]} if side == "caller" else {**keys, "to-tag": "callee"}


def turns(daemon):
    """Name of a process -> the longest turn of its loop in microseconds: of its own CPU time, and by the clock."""
    supervisor = daemon.status()["supervisor"]
    of = {"supervisor": supervisor["turns"], **{c["name"]: c["turns"] for c in supervisor["children"]}}
    return {name: (t["longest_cpu_us"], t["longest_us"]) for name, t in of.items()}


def look(check, daemon, what):
    """The machine may have stood still, so CPU time is what counts."""
    found = turns(daemon)
    check(all(cpu < LONGEST_US for cpu, _ in found.values()), f"{what}: longest turns (CPU us, elapsed us)", found)


def beats(daemon):
    """Every process says how its loop turns once a second: what happened before is in it two seconds later."""
    def counts():
        supervisor = daemon.status()["supervisor"]
        return [sum(c["turns"]["cpu"]) for c in supervisor["children"]]
    for _ in range(2):
        before = counts()
        wait_until(lambda: all(now != then for now, then in zip(counts(), before)), 20)


def listed(daemon):
    return json.loads(daemon.ctl("--json", "list", "calls", timeout=300)[1])[0]["calls"]


def member(daemon, name):
    return daemon.child(name)["pid"]


def no_stall(check, network, options):
    """20,000 calls: no turn of any loop takes 10 ms, whatever goes over all of them"""
    with instances(options, network, TEXT) as daemon:
        ng = Ng(network.proxy, port=PORTS["core"])
        for command in ("offer", "answer"):
            replies = flood(ng, (exchange(command, n) for n in range(CALLS)))
            check.equal(sum(r["result"] == "ok" for r in replies), CALLS, f"{command}s")
        beats(daemon)
        look(check, daemon, "set up")

        check.equal(daemon.open_ports(), CALLS * PORTS_OF_A_CALL, "ports open")
        for limit in (32, CALLS):
            reply = ng.request("list", limit=limit)
            check(len(reply.get("calls", [])) == limit or reply.get("error-reason"), f"list, limit {limit}",
                  reply.get("error-reason") or len(reply["calls"]))
        current = ng.request("statistics")["statistics"]["currentstatistics"]
        check.equal(int(current["sessionstotal"]), CALLS, "statistics")
        names = [call["call_id"] for call in listed(daemon)]
        check.equal((len(names), len(set(names))), (CALLS, CALLS), "rtpengine-ctl list calls: calls, and different ones")
        beats(daemon)
        look(check, daemon, "list, statistics, list calls")

        for name in ("core/outer", "control"):
            victim = member(daemon, name)
            os.kill(victim, signal.SIGKILL)
            check(wait_until(lambda: member(daemon, name) not in (0, victim) and daemon.all_up(), 120), f"{name} is started again")
            check(wait_until(lambda: [w["streams"] for w in daemon.status()["control"]["workers"]]
                             == [CALLS * PORTS_OF_A_CALL // 2] * 2, 120), "and every stream is open again")
            beats(daemon)
            look(check, daemon, f"{name} started again")

        replies = flood(ng, ({"command": "delete", "call-id": f"call-{n}", "from-tag": "caller", "delete delay": 5}
                             for n in range(CALLS)))
        check.equal(sum(r["result"] == "ok" for r in replies), CALLS, "deletions put off")
        check(wait_until(lambda: not daemon.calls()["core"], 180), "and done when they are due")
        check(wait_until(lambda: daemon.open_ports() == 0, 60), "no port is left")
        beats(daemon)
        look(check, daemon, "all calls ended")


CASES = {"no-stall": no_stall}
