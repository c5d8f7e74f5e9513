# SPDX-License-Identifier: Apache-2.0
"""Random requests and faults: what fails leaves everything as it was, what succeeds has media as negotiated."""
import collections
import json
import os
import pathlib
import random
import time

from harness.check import wait_until
from harness.daemon import instance
from .full_directory import small_tmpfs
from .random_call import BOTH, HOLD, RandomCall
from .random_fault import FAULTS, Proxy, control_of
from .whole import TWO, facts

REQUESTS = int(os.environ.get("RTPENGINE_REQUESTS", "150"))
FIRST, LAST = 40000, 40019  # ten pairs on each interface
CALLS = 3


class World:
    """The daemon, its calls, and what there is of each."""

    def __init__(self, network, daemon, folder):
        self.network, self.daemon, self.folder = network, daemon, folder
        daemon.wait_ready()
        self.ng = Proxy(network.proxy)
        self.calls = [RandomCall(network, self.ng, f"random-{number}") for number in range(CALLS)]

    def status(self):
        """(children of the supervisor, workers as control sees them); without those whose process doesn't say."""
        shown = json.loads(self.daemon.ctl(f"--runtime-dir={self.folder}/run", "--json", "status") or "[]")
        one = shown[0] if shown else {}
        return (one.get("supervisor") or {}).get("children", []), (one.get("control") or {}).get("workers", [])

    def well(self):
        """Every process is there, control has both of its workers, and its store has everything."""
        children, workers = self.status()
        return self.stored() and [child["state"] for child in children] == ["up"] * 3 \
            and [worker["connected"] for worker in workers] == [1, 1]

    def stored(self):
        """Each time that the store had no room has ended."""
        log = self.daemon.log()
        return log.count("calls would not survive this process as they are") == log.count("the call store is written again")

    def ports(self):
        """What workers have open, by worker."""
        _, workers = wait_until(lambda: (found := self.status())[1] and found, 60)
        return [worker["streams"] for worker in workers]

    def facts(self):
        return {name: facts(self.ng, name) for name in sorted(self.ng.calls())}

    def descriptors(self):
        """How many each process has."""
        processes = [(self.daemon.pid, "rtpengine"), *self.daemon.family()]
        return sorted((name, len(os.listdir(f"/proc/{pid}/fd"))) for pid, name in processes)

    def warm_up(self):
        """Workers connect to one another with the first packet."""
        wait_until(self.well, 20)
        call = RandomCall(self.network, self.ng, "warm-up")
        call.offer_branch()
        call.answer_branch(call.branches[0])
        wrong = call.exchange()
        call.delete()
        call.close()
        return wrong

    def files(self):
        return sorted(path.name for path in pathlib.Path(self.folder, "run").rglob("*"))


def differences(old, new, where=""):
    """Where two values of a query are not the same, and how."""
    if isinstance(old, (dict, list)) and type(old) is type(new) and len(old) == len(new):
        keys = old if isinstance(old, dict) else range(len(old))
        if isinstance(old, list) or old.keys() == new.keys():
            return [text for key in keys for text in differences(old[key], new[key], f"{where}/{key}")]
    return [] if old == new else [f"{where} was {old}, is {new}"]


def hopeless(call, dice):
    """A request that fails whatever the state, and names a place of the caller's that must hear nothing."""
    body = call.body(call.decoy)
    tags = {"from_tag": "caller", **({"to_tag": call.connected.tag} if call.connected else {})}
    return dice.choice([
        lambda: call.ask("offer", "no SDP", **tags),
        lambda: call.ask("offer", body.replace("m=audio ", "m=audio x"), **tags),
        lambda: call.ask("offer", body + "m=audio 9 RTP/AVP 0\r\n" * 300, **tags),
        lambda: call.ask("offer", body, metadata="x" * 9000, **tags),
        lambda: call.ask("offer", body, from_tag=""),
        lambda: call.ask("answer", body, from_tag="caller"),
        lambda: call.ask("answer", body, **{**tags, "call_id": call.name + "-unknown", "to_tag": "b"}),
    ])


def sensible(call, dice):
    """(what it is, the request)"""
    choices = [("a new branch", call.offer_branch)] * 3
    if call.branches:
        branch = dice.choice(call.branches)
        choices += [("an answer", lambda: call.answer_branch(branch))] * 2
        choices += [("a branch's deletion", lambda: call.delete(branch))] * 2 + [("a deletion", call.delete)]
        choices += [("a deletion asked for again", call.delete_again)] * 2 if call.deleted else []
    if call.connected:
        ways, sections = dice.choice((BOTH, HOLD)), dice.choice((1, 1, 2))
        choices += [("a re-offer", lambda: call.offer_again(ways, max(sections, call.sections))),
                    ("its answer", lambda: call.answer_branch(call.connected)), ("a re-offer of the callee", call.offer_back)] * 3
    return dice.choice(choices)


def step(world, dice):
    """(what was asked, and under which fault; what is wrong with what came of it; the reason if it failed)"""
    before, ports, call, fault = world.facts(), world.ports(), dice.choice(world.calls), dice.choice(FAULTS)
    bad = dice.random() < 0.2
    what, request = ("a hopeless request", hopeless(call, dice)) if bad else sensible(call, dice)
    with fault(world, dice):
        reply = request()
    wrong = [] if wait_until(world.well, 60) else [f"not well again: {world.daemon.family()}"]
    reason = None if reply.get("result") == "ok" else reply.get("error-reason") or "no reason"
    after = world.facts()
    mine = () if reason else (call.name,)
    for name in sorted({*before, *after} - {*mine}):
        wrong += differences(before.get(name), after.get(name), name)
    if reason and not wait_until(lambda: world.ports() == ports, 20):
        wrong.append(f"open ports were {ports}, are {world.ports()}")
    wrong += ["it succeeded"] if bad and not reason else ["no reason is given"] if reason == "no reason" else []
    exist = {each.name for each in world.calls if each.exists}
    wrong += [f"calls are {set(after)}, should be {exist}"] if set(after) != exist else []
    wrong += [f"{each.name}: {fault_}" for each in world.calls for fault_ in each.exchange()]
    return what, fault.__name__, wrong, reason


def random_requests(check, network, options):
    """random requests and faults: what fails changes nothing, what succeeds has media"""
    seed = int(os.environ.get("RTPENGINE_SEED", time.time_ns() & 0xffffffff)) if options.seed is None else options.seed
    print(f"  seed {seed}: --seed {seed} makes the same requests again", flush=True)
    folder = os.path.join("/tmp", f"rtpe2e-random-{os.getpid()}")
    os.mkdir(folder)
    try:
        with small_tmpfs(folder), \
             instance(options, network, [*TWO, f"--port-min={FIRST}", f"--port-max={LAST}", f"--runtime-dir={folder}/run"]) as daemon:
            run(check, World(network, daemon, folder), random.Random(seed))
    finally:
        os.rmdir(folder)


def run(check, world, dice):
    check.equal(world.warm_up(), [], "what is wrong with a call at the beginning")
    files, descriptors = world.files(), world.descriptors()
    asked, outcomes = collections.Counter(), collections.Counter()
    for number in range(REQUESTS):
        what, fault, wrong, reason = step(world, dice)
        asked.update((what, fault))
        outcomes[reason or "ok"] += 1
        if wrong:
            check(False, f"request {number}, {what}, {fault}: {reason or 'ok'}", wrong)
            break
    check(True, "what was asked", dict(asked))
    check(True, "what came of it", dict(outcomes))
    check(outcomes["ok"] > REQUESTS / 3 and outcomes.total() - outcomes["ok"] > REQUESTS / 10, "many succeed, and many fail")
    check_nothing_left(check, world, files, descriptors)


def check_nothing_left(check, world, files, descriptors):
    for call in world.calls:
        if call.exists:
            check.equal(call.delete().get("result"), "ok", f"{call.name} is deleted")
        call.close()
    check.equal(world.ng.calls(), [], "calls that are left")
    check(wait_until(lambda: world.ports() == [0, 0], 20), "no port is open", world.ports())
    world.daemon.kill(control_of(world.daemon))
    check(wait_until(world.well, 60), "control is killed and comes back")
    check.equal(world.ng.calls(), [], "calls that the store has left")
    check.equal(world.files(), files, "files of the runtime directory")
    check(wait_until(lambda: world.descriptors() <= descriptors, 20), "no descriptor is left",
          f"{descriptors}, then {world.descriptors()}")


CASES = {"random-requests": random_requests}
