# SPDX-License-Identifier: Apache-2.0
"""Children killed at random while calls come and go."""
import os
import random
import time

from harness.call import Call, Flow, Refused
from harness.check import wait_until
from harness.ng import NoAnswer
from . import PORTS, TWO, descriptors, instances
from .children import start_call

KILLS = int(os.environ.get("RTPENGINE_KILLS", "60"))


def worker_killed(check, network, options):
    """SIGKILL of a worker of one instance: nothing is lost, not even what it had in its hands"""
    with instances(options, network) as daemon:
        call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
        with Flow(call) as flow, Flow(other) as beside:
            time.sleep(0.3)  # some packets before
            check(daemon.kill_child("core/outer"), "another process took its place")
            time.sleep(0.3)
        check.equal((flow.lost(), flow.twice), ([], 0), "packets lost, and sent twice")
        check.equal((beside.lost(), beside.twice), ([], 0), "in the other instance")
        call.delete()
        other.delete()


def address_gone(check, network, options):
    """A media address that goes and comes back: media goes on, also in ports that were opened meanwhile"""
    for sockets in ("steered", "bound"):
        text = TWO.replace("[rtpengine]\n", f"[rtpengine]\nmedia-sockets = {sockets}\n")
        with instances(options, network, text) as daemon:
            call = start_call(network, "lasting", PORTS["core"])
            check.equal(call.exchange(), (0, 0), f"{sockets}: before: lost")
            network.proxy.ip("addr del 10.1.0.1/24 dev toa")
            check(wait_until(lambda: "media address 10.1.0.1 (interface outer of instance core) has gone" in daemon.log(), 10),
                  f"{sockets}: it is reported")
            away = [a["address"] for i in daemon.status()["supervisor"]["instances"] for f in i["interfaces"]
                    for a in f["addresses"] if not a["present"]]
            check.equal(away, ["10.1.0.1", "10.1.0.1"], f"{sockets}: status says so")
            meanwhile = start_call(network, "meanwhile", PORTS["core"])
            daemon.kill(daemon.child("core/outer")["pid"])
            network.proxy.ip("addr add 10.1.0.1/24 dev toa")
            check(wait_until(lambda: "media address 10.1.0.1 (interface outer of instance core) is back" in daemon.log(), 10),
                  f"{sockets}: its return too")
            check(wait_until(lambda: (daemon.child("core/outer") or {}).get("state") == "up", 10), f"{sockets}: the worker is up")
            for each in (call, meanwhile):
                check(wait_until(lambda: each.exchange(1, 0.5) == (0, 0), 10), f"{sockets}: media of {each.name} goes on")
                each.delete()


def random_kills(check, network, options):
    """Children killed at random with calls coming and going: nothing is left over"""
    seed = int(os.environ.get("RTPENGINE_SEED", time.time_ns() & 0xffffffff))
    dice = random.Random(seed)
    print(f"  seed {seed}")
    with instances(options, network) as daemon:
        calls, made, before = [], 0, descriptors(daemon)
        for number in range(KILLS):
            pid, _ = dice.choice(daemon.family() or [(None, None)])
            if pid:
                daemon.kill(pid)
            try:
                calls.append(start_call(network, f"call-{number}", PORTS[dice.choice(["core", "edge"])]))
                made += 1
            except (Refused, NoAnswer):
                pass  # a worker that is away can't open ports; the proxy is told
            if len(calls) > 5:
                calls.pop(dice.randrange(len(calls))).delete()
            check.faults or wait_until(lambda: len(daemon.family()) == 5, 40)
        check(made > KILLS / 2, "calls were made", f"{made} of {KILLS}")
        check(wait_until(daemon.all_up, 60), "all children are up at the end")
        for call in calls:
            call.delete()
        # Calls whose offer was answered with an error after it had been made.
        leftover = [(port, name) for port in PORTS.values() for name in Call(network, _ng(network, port), "x").ng.request("list")["calls"]]
        for port, name in leftover:
            _ng(network, port).delete(name, **{"delete delay": 0})
        check(wait_until(lambda: daemon.calls() == {"core": 0, "edge": 0}, 10), "no call is left", daemon.calls())
        check(wait_until(lambda: daemon.open_ports() == 0, 10), "no port is left")
        check(wait_until(lambda: descriptors(daemon) <= before, 10), "no descriptor is left", descriptors(daemon) - before)
        call = start_call(network, "after", PORTS["core"])
        check.equal(call.exchange(), (0, 0), "a new call: lost")
        call.delete()


def _ng(network, port):
    from harness.ng import Ng
    return Ng(network.proxy, port=port)


CASES = {"worker-killed": worker_killed, "address-gone": address_gone, "random-kills": random_kills}
