# SPDX-License-Identifier: Apache-2.0
"""What runs out: ports, descriptors, time."""
import time

from harness.call import Call, Refused
from harness.check import wait_until
from harness.daemon import instance

FIRST, LAST = 40000, 40015  # eight pairs: four calls of two pairs each
CALLS = 4


def fill(network, ng, prefix, most=1000):
    """Calls until one is refused: (the calls, the refusal or None)."""
    calls = []
    for number in range(most):
        call = Call(network, ng, f"{prefix}{number}")
        try:
            calls.append(call.set_up())
        except Refused as refused:
            call.close()
            return calls, refused.reply
    return calls, None


def port_range_used_up(check, network, options):
    """a tiny port range: a clear error, nothing leaked"""
    with instance(options, network, ["--interface=10.1.0.1", f"--port-min={FIRST}", f"--port-max={LAST}"]) as daemon:
        ng = daemon.wait_ready()
        for turn in range(3):
            calls, refusal = fill(network, ng, f"turn{turn}-")
            check.equal(len(calls), CALLS, f"turn {turn}: calls that fit")
            check(refusal and refusal.get("result") == "error" and "port" in refusal.get("error-reason", "").lower(),
                  "the next one gets a clear error", refusal)
            check.equal(sorted(ng.calls()), sorted(c.name for c in calls), "and leaves no call behind")
            check.equal([c.exchange(2) for c in calls], [(0, 0)] * len(calls), "the others have media: lost")
            used = sorted(p for c in calls for p in c.ports())
            check(len(set(used)) == len(used) and all(FIRST <= p <= LAST and p % 2 == 0 for p in used),
                  "even ports of the range, each once", used)
            check.equal({c.delete().get("result") for c in calls}, {"ok"}, "deleted")
            check(wait_until(lambda: ng.calls() == [], 5), "no call is left")


def port_of_another_program(check, network, options):
    """ports that another program has are skipped"""
    theirs = [network.proxy.udp("10.1.0.1", FIRST + 4), network.proxy.udp("10.1.0.1", FIRST + 9)]  # later they would be refused
    with instance(options, network, ["--interface=10.1.0.1", f"--port-min={FIRST}", f"--port-max={LAST}"]) as daemon:
        ng = daemon.wait_ready()
        calls, _ = fill(network, ng, "a")
        check.equal(len(calls), CALLS - 1, "calls that fit beside two foreign ports")
        used = {p for c in calls for p in c.ports()}
        check(not used & {FIRST + 4, FIRST + 8}, "their pairs are not used", sorted(used))
        check.equal([c.exchange(2) for c in calls], [(0, 0)] * len(calls), "media: lost")
        probe = network.caller.udp("10.1.0.2")
        probe.sendto(b"hello", ("10.1.0.1", FIRST + 4))
        check.equal(theirs[0].recv(100), b"hello", "the other program still gets its datagrams")
        for call in calls:
            call.delete()
        for sock in theirs:
            sock.close()
        calls, _ = fill(network, ng, "b")
        # A foreign port may be left alone for a while; nothing else may be missing.
        check(CALLS - 1 <= len(calls) <= CALLS, "calls that fit when it has gone", len(calls))
        for call in calls:
            call.delete()


def out_of_descriptors(check, network, options):
    """a low RLIMIT_NOFILE: a clear error or none, but no harm"""
    with instance(options, network, ["--interface=10.1.0.1"], nofile=80) as daemon:
        ng = daemon.wait_ready()
        before = daemon.family()
        counts = []
        for turn in range(2):
            calls, refusal = fill(network, ng, f"turn{turn}-", most=100)
            counts.append(len(calls))
            check(refusal is None or refusal.get("error-reason"), f"turn {turn}: {len(calls)} calls, then",
                  refusal or "no refusal")
            check.equal([c.exchange(1) for c in calls], [(0, 0)] * len(calls), "all of them have media: lost")
            check.equal(ng.request("ping").get("result"), "pong", "ping")
            for call in calls:
                call.delete()
            check(wait_until(lambda: ng.calls() == [], 5), "no call is left")
        check(counts[0] > 0 and counts[0] == counts[1], "as many fit again", counts)
        check.equal(daemon.family(), before, "no process was restarted")


def delete_delay(check, network, options):
    """a deleted call lasts for the delay, with media"""
    with instance(options, network, ["--interface=10.1.0.1", "--delete-delay=2"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "late").set_up()
        check.equal(call.exchange(), (0, 0), "media: lost")
        start = time.monotonic()
        check.equal(ng.delete("late").get("result"), "ok", "delete")
        check.equal((ng.calls(), call.exchange(2)), (["late"], (0, 0)), "still listed, media still flows")
        gone = wait_until(lambda: ng.calls() == [], 6)
        check(gone and 0.9 < time.monotonic() - start < 4.5, "then gone", f"after {time.monotonic() - start:.1f} s")
        at_once = Call(network, ng, "now").set_up()
        at_once.delete()
        check.equal(ng.calls(), [], "`delete delay` 0: gone at once")


def timeouts(check, network, options):
    """calls end by the clock: without media, and after --final-timeout whatever happens"""
    limits = ["--timeout=2", "--offer-timeout=2", "--silent-timeout=2", "--final-timeout=7"]
    with instance(options, network, ["--interface=10.1.0.1", *limits]) as daemon:
        ng = daemon.wait_ready()
        start = time.monotonic()
        offered = Call(network, ng, "offered")
        ng.offer("offered", offered._sdp(offered.caller))
        Call(network, ng, "quiet").set_up()
        busy = Call(network, ng, "busy").set_up()
        ended = {}
        while len(ended) < 3 and time.monotonic() - start < 15:
            busy.exchange(1, 0.1)
            for name in {"offered", "quiet", "busy"} - set(ng.calls()) - set(ended):
                ended[name] = time.monotonic() - start
        shown = {name: f"{seconds:.1f} s" for name, seconds in ended.items()}
        check(1.5 < ended.get("quiet", 0) < 5, "without media: after --timeout", shown.get("quiet"))
        check(1.5 < ended.get("offered", 0) < 5, "without an answer: after --offer-timeout", shown.get("offered"))
        check(6.5 < ended.get("busy", 0) < 10, "with media: after --final-timeout", shown.get("busy"))


CASES = {"port-range-used-up": port_range_used_up, "port-of-another-program": port_of_another_program,
         "out-of-descriptors": out_of_descriptors, "delete-delay": delete_delay, "timeouts": timeouts}
