# SPDX-License-Identifier: Apache-2.0
"""What happens to calls in the kernel."""
import contextlib
import os
import signal
import time

from harness.check import wait_until

from .talk import Party, Talk, check_exact, daemon


def worker_pid(running):
    """None while there is none."""
    return next((pid for pid, name in running.family() if name.startswith("rtpengine-data")), None)


def worker_killed(check, network, options):
    """Killed in the middle of calls: the kernel goes on, counters too."""
    with daemon(network, options) as (running, ng):
        talks = [Talk(network, ng, f"killed-{n}").set_up() for n in range(10)]
        with contextlib.ExitStack() as stack:
            for talk in talks:
                stack.enter_context(talk)
            check(all(talk.all_in_kernel() for talk in talks), "all streams are in the kernel")
            for _ in range(3):
                victim = worker_pid(running)
                os.kill(victim, signal.SIGKILL)
                check(wait_until(lambda: worker_pid(running) not in (None, victim), 30), "another worker is there")
                check(all(talk.all_in_kernel() for talk in talks), "it has taken over what it found")
        for talk in talks:
            check_exact(check, talk, talk.name)
            talk.delete()


def reinvite(check, network, options):
    """The callee moves to another port in the middle of the call."""
    with daemon(network, options) as (_, ng):
        talk = Talk(network, ng, "moved").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            former = talk.callee
            with talk.lock:
                talk.callee = Party(network.callee, "10.2.0.2")
                talk.set_up()
            moved = time.monotonic()
            check(talk.all_in_kernel(), "in the kernel again")
            time.sleep(0.5)
        lost = [key for key in talk.lost() if talk.sent.get((talk.caller, *key), 0) > moved]
        check.equal(len(lost), 0, "nothing that was sent to the new port is lost")
        check.equal(talk.strays(), set(), "everything comes from the right port")
        former.close()
        talk.delete()


def deleted(check, network, options):
    """After a call's end its port is as closed in the kernel as in userspace."""
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "deleted").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            with talk.lock:
                sent = len(talk.sent)
                reply = ng.delete(talk.name, **{"delete delay": 0})
            # The answer doesn't wait for the workers to close the ports.
            check(wait_until(lambda: not sum(w["streams"] for w in running.status()["control"]["workers"]), 10), "the ports are closed")
            gone = time.monotonic()
            time.sleep(0.5)
        counted = reply["totals"]["RTP"]["packets"] + reply["totals"]["RTCP"]["packets"]
        check.equal(counted, sent, "the reply to delete has every packet")
        late = [a for a in talk.arrived if talk.sent.get((talk.other(a[0]), a[1], a[2]), 0) > gone]
        check.equal(late, [], "nothing is forwarded afterwards")


CASES = {"worker-killed": worker_killed, "reinvite": reinvite, "deleted": deleted}
