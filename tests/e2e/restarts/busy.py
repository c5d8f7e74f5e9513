# SPDX-License-Identifier: Apache-2.0
"""A worker that is replaced and killed while control has much to tell it."""
import contextlib
import itertools
import threading
import time

from harness.call import Flow
from harness.ng import Ng, sdp
from . import PORTS, instances
from .children import DIRECTION, start_call

ROUNDS = 12


@contextlib.contextmanager
def requests(network):
    """Calls come and go, one request after the other, for the length of the block; results that weren't "ok" are in the list."""
    done, refused = threading.Event(), []
    ng = Ng(network.proxy, port=PORTS["core"])

    def one(name):
        yield ng.offer(name, sdp("10.1.0.2", 21000), timeout=10, direction=DIRECTION)
        yield ng.answer(name, sdp("10.2.0.2", 21000), timeout=10)
        yield ng.delete(name, timeout=10, **{"delete delay": 0})

    def run():
        for n in itertools.count():
            if done.is_set():
                return
            refused.extend(reply for reply in one(f"passing-{n}") if reply.get("result") != "ok")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield refused
    finally:
        done.set()
        thread.join()


def replaced_busy(check, network, options):
    """A worker that is replaced and killed again and again while calls come and go: no packet of another call is lost"""
    with instances(options, network) as daemon:
        call = start_call(network, "lasting", PORTS["core"])
        with requests(network) as refused, Flow(call) as flow:
            for n in range(ROUNDS):
                if n % 2:
                    code, out, err = daemon.ctl("restart", "worker", "core/outer")
                    if code:
                        check(False, f"restart {n}", out + err)
                elif not daemon.kill_child("core/outer"):
                    check(False, f"kill {n}: the worker is not up again", daemon.log_tail(20))
                time.sleep(0.1)  # some packets between two
        check.equal((flow.lost(), flow.twice), ([], 0), f"{ROUNDS} times: packets lost, and sent twice")
        check.equal(refused, [], "requests that were refused")
        call.delete()


CASES = {"replaced-busy": replaced_busy}
