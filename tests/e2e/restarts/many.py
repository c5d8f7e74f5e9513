# SPDX-License-Identifier: Apache-2.0
"""Very many calls: nothing that goes over all of them keeps a process from its work."""
import collections
import json
import os
import signal

from harness.check import wait_until
from harness.flood import flood
from harness.ng import Ng, media, sdp
from harness.turns import Turns, cpu_us
from . import MAIN, PORTS, instances, section

CALLS = int(os.environ.get("RTPENGINE_CALLS", 20_000))
PORTS_OF_A_CALL = 4
NEW_CALLS = 10  # that come while control is being started again
ADDRESSES = CALLS // 25_000 + 1  # of each side: an address has ports for so many
INTERFACES = ";".join(f"{side}:{n}/127.{net}.0.{n}" for net, side in ((1, "outer"), (2, "inner")) for n in range(1, ADDRESSES + 1))
FEWER = min(CALLS, 6000)  # where each port takes a descriptor
TEXT = MAIN.replace("6", "5") + section("core", 2300, interface=INTERFACES, port_max=60000, timeout=3600,
                                        max_sessions=CALLS + NEW_CALLS)


def exchange(command, number):
    side, host = ("caller", "10.1.0.2") if command == "offer" else ("callee", "10.2.0.2")
    keys = {"command": command, "call-id": f"call-{number}", "from-tag": "caller", "ICE": "remove",
            "sdp": sdp(host, 4000 + number % 30000 * 2)}
    return {**keys, "direction": ["outer", "inner"]} if side == "caller" else {**keys, "to-tag": "callee"}


def outside_of_turns(daemon, name):
    """CPU time of a process's loop thread that is in none of its turns, in microseconds, or less: a turn is known by its power of two."""
    child = daemon.child(name)
    return cpu_us(child["pid"]) - sum(count << n for n, count in enumerate(child["turns"]["cpu"]))


def listed(daemon):
    return json.loads(daemon.ctl("--json", "list", "calls", timeout=300)[1])[0]["calls"]


def member(daemon, name):
    return daemon.child(name)["pid"]


def worker_names(daemon):
    return [worker["name"] for worker in daemon.status()["control"]["workers"]]


def set_up(check, turns, ng, calls=CALLS):
    """So many calls; the addresses and ports of ours that they were given."""
    mine = []
    for command in ("offer", "answer"):
        replies = flood(ng, (exchange(command, n) for n in range(calls)))
        check.equal(collections.Counter(r.get("error-reason", "ok") for r in replies), {"ok": calls}, f"{command}s")
        mine += [media(reply["sdp"]) for reply in replies if "sdp" in reply]
    check.equal(len(set(mine)), calls * 2, "different ports")
    turns.set_up(calls)
    turns.look(check, "set up")
    return set(mine)


def again(check, daemon, turns, name, victim):
    check(wait_until(lambda: member(daemon, name) not in (0, victim) and daemon.all_up(), 120), f"{name} is started again")
    check(wait_until(lambda: sum(w["streams"] for w in daemon.status()["control"]["workers"]) == daemon.open_ports(), 120),
          "and every stream is open again")
    turns.look(check, f"{name} started again")


def restored_under_load(check, daemon, turns, ng, mine, idle_us):
    """Whoever asks while control is started again finds every call, and no port is given away twice."""
    victim = member(daemon, "control")
    os.kill(victim, signal.SIGKILL)
    fresh = flood(ng, [exchange("offer", CALLS + n) for n in range(NEW_CALLS)])
    check.equal(sum(r["result"] == "ok" for r in fresh), NEW_CALLS, "new calls meanwhile")
    theirs = {media(reply["sdp"]) for reply in fresh if "sdp" in reply}
    check(len(theirs) == NEW_CALLS and not theirs & mine, "with ports of their own", sorted(theirs & mine)[:5])
    current = ng.request("statistics")["statistics"]["currentstatistics"]
    check.equal(int(current["sessionstotal"]), CALLS + NEW_CALLS, "statistics")
    found = flood(ng, ({"command": "query", "call-id": f"call-{n}"} for n in reversed(range(CALLS))))
    check.equal(sum(r["result"] == "ok" for r in found), CALLS, "calls of the former process")
    again(check, daemon, turns, "control", victim)
    more_us = outside_of_turns(daemon, "control") - idle_us
    check(more_us < turns.limit_us, "what control did at its start was done in turns; microseconds more outside of them than without calls",
          more_us)
    gone = flood(ng, ({"command": "delete", "call-id": f"call-{CALLS + n}", "delete delay": 0} for n in range(NEW_CALLS)))
    check.equal(sum(r["result"] == "ok" for r in gone), NEW_CALLS, "new calls deleted")


def no_stall(check, network, options):
    """20,000 calls: no turn of any loop is long, whatever goes over all of them"""
    with instances(options, network, TEXT) as daemon:
        ng = Ng(network.proxy, port=PORTS["core"])
        turns = Turns(daemon)
        turns.beats()
        idle_us = outside_of_turns(daemon, "control")
        mine = set_up(check, turns, ng)

        check.equal(daemon.open_ports(), CALLS * PORTS_OF_A_CALL, "ports open")
        for limit in (32, CALLS):
            reply = ng.request("list", limit=limit)
            check(len(reply.get("calls", [])) == limit or reply.get("error-reason"), f"list, limit {limit}",
                  reply.get("error-reason") or len(reply["calls"]))
        current = ng.request("statistics")["statistics"]["currentstatistics"]
        check.equal(int(current["sessionstotal"]), CALLS, "statistics")
        names = [call["call_id"] for call in listed(daemon)]
        check.equal((len(names), len(set(names))), (CALLS, CALLS), "rtpengine-ctl list calls: calls, and different ones")
        turns.look(check, "list, statistics, list calls")

        name = worker_names(daemon)[0]
        victim = member(daemon, name)
        os.kill(victim, signal.SIGKILL)
        again(check, daemon, turns, name, victim)
        restored_under_load(check, daemon, turns, ng, mine, idle_us)

        replies = flood(ng, ({"command": "delete", "call-id": f"call-{n}", "from-tag": "caller", "delete delay": 5}
                             for n in range(CALLS)))
        check.equal(sum(r["result"] == "ok" for r in replies), CALLS, "deletions put off")
        check(wait_until(lambda: not daemon.calls()["core"], 180), "and done when they are due")
        check(wait_until(lambda: daemon.open_ports() == 0, 60), "no port is left")
        turns.look(check, "all calls ended")


def no_stall_without_store(check, network, options):
    """Calls that control has forgotten all at once: workers close their ports in pieces, sockets of their own"""
    with instances(options, network, TEXT.replace("[rtpengine]", "[rtpengine]\nmedia-sockets = bound")) as daemon:
        ng = Ng(network.proxy, port=PORTS["core"])
        turns = Turns(daemon)
        set_up(check, turns, ng, FEWER)
        victim = member(daemon, "control")
        os.remove(os.path.join(daemon.runtime, "calls.mdb"))
        os.kill(victim, signal.SIGKILL)
        check(wait_until(lambda: member(daemon, "control") not in (0, victim) and daemon.all_up(), 120), "control is started again")
        check.equal(daemon.calls()["core"], 0, "and knows no call")
        check(wait_until(lambda: not sum(w["streams"] for w in daemon.status()["control"]["workers"]), 120), "no port is left")
        turns.look(check, "all ports closed")
        check.equal(ng.request("offer", **{k.replace("-", "_"): v for k, v in exchange("offer", 0).items() if k != "command"})["result"],
                    "ok", "the first call is set up again")


CASES = {"no-stall": no_stall, "no-stall-unclaimed": no_stall_without_store}
