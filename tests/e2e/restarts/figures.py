# SPDX-License-Identifier: Apache-2.0
"""Figures of a call when control is killed: what was counted by ports and rules that are gone is in the store."""
from harness.call import Call
from harness.check import wait_until
from . import PORTS, instances
from .children import DIRECTION, start_call

NAME = "counted"


def figures(ng):
    """Packets and bytes of each stream of each party, in and out, and those of the call."""
    reply = ng.request("query", call_id=NAME)
    streams = {tag: [[(s["stats"]["packets"], s["stats_out"]["packets"], s["stats"]["bytes"], s["stats_out"]["bytes"])
                      for s in each["streams"]] for each in party["medias"]] for tag, party in reply["tags"].items()}
    return reply["totals"], streams


def settled(daemon, ng):
    """What workers tell of what is gone comes a little after the answer."""
    last = []

    def stands_still():
        last.append(figures(ng))
        return len(last) > 5 and last[-5:] == [last[-1]] * 5
    return wait_until(stands_still, 10) and last[-1]


def reinvite(check, network, options):
    """A re-INVITE with other addresses, a hold, a branch that is deleted, and control is killed: figures are as before"""
    with instances(options, network) as daemon:
        call = start_call(network, NAME, PORTS["core"])
        check.equal(call.exchange(20), (0, 0), "media: lost")
        again = Call(network, call.ng, NAME)
        offer = call.ng.offer(NAME, again._sdp(again.caller).replace("sendrecv", "inactive"), **{"to-tag": "callee"})
        check.equal((offer.get("result"), call.ng.answer(NAME, call._sdp(call.callee).replace("sendrecv", "inactive")).get("result")),
                    ("ok", "ok"), "hold, from another address")
        for what, change in (("a hold", lambda: None), ("a branch", lambda: branch(check, network, call))):
            change()
            before = settled(daemon, call.ng)
            check(before and before[0]["RTP"]["packets"] == 40, f"{what}: all packets are in the figures", before)
            check(daemon.kill_child("control"), f"{what}: control is killed, and another one serves")
            check.equal(figures(call.ng), before, f"{what}: its successor has the same figures")
        again.close()
        call.delete()


def branch(check, network, call):
    """Another branch is called, and the one that has had media goes."""
    other = Call(network, call.ng, NAME)
    offer = call.ng.offer(NAME, other._sdp(other.caller), direction=DIRECTION, **{"via-branch": "z9hG4bKother"})
    gone = call.ng.delete(NAME, **{"to-tag": "callee", "flags": ["to-tag"], "delete delay": 0})
    check.equal((offer.get("result"), gone.get("result"), "warning" in gone), ("ok", "ok", False), "a branch comes, and the first goes")
    other.close()


CASES = {"figures-kept": reinvite}
