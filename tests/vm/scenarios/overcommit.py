# SPDX-License-Identifier: Apache-2.0
"""A kernel that promises no more memory than it has (vm.overcommit_memory=2): a daemon that can't start says so, one that can
refuses what is new when there is no more, and no process dies."""
import contextlib
import pathlib
import re

from faults.memory import conferences, new_call
from harness.call import Call, Flow
from harness.check import run_cases, wait_until
from harness.daemon import Daemon, Failed
from network import HomeNetwork

VM = pathlib.Path("/proc/sys/vm")
ARGUMENTS = ["--interface=10.1.0.1", "--port-min=30000", "--port-max=59999"]


def committed():
    """KB that the kernel has promised."""
    return int(re.search(r"Committed_AS:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])


@contextlib.contextmanager
def left(kilobytes):
    """So many, and no more than there are now for whoever is not root: the daemon is."""
    for name, value in (("admin_reserve_kbytes", 0), ("user_reserve_kbytes", 0), ("overcommit_kbytes", committed() + kilobytes),
                        ("overcommit_memory", 2)):
        (VM / name).write_text(f"{value}\n")
    try:
        yield
    finally:
        (VM / "overcommit_memory").write_text("0\n")


def no_start(check, net):
    """less than a start needs"""
    with left(20_000):
        daemon = Daemon("rtpengine", net.proxy, ARGUMENTS)
        with contextlib.suppress(Failed):
            daemon.wait_ready(60)
        check("out of memory: a start needs" in daemon.log(), "it says so", daemon.log_tail(3))
        daemon.abandon()


def used_up(check, net):
    """calls until there is no more"""
    daemon = Daemon("rtpengine", net.proxy, ARGUMENTS)
    ng = daemon.wait_ready(60)
    lasting = Call(net, ng, "lasting").set_up()
    check.equal(lasting.exchange(), (0, 0), "a call with media: lost")
    family = daemon.family()
    with Flow(lasting) as flow, left(4_000):
        made, refusals = conferences(ng, lasting)
        check(refusals and all("memory" in each for each in refusals), f"after {len(made)} large calls others are refused", refusals)
        check.equal(ng.offer("lasting", lasting._sdp(lasting.caller), timeout=10, **{"to-tag": "callee"}).get("result"), "ok",
                    "the one that was there before is offered again")
        check.equal({ng.delete(each, timeout=10, **{"delete delay": 0}).get("result") for each in made} - {"ok"}, set(),
                    "the others are deleted")
        check(wait_until(lambda: new_call(net, ng), 60), "then there is room for a new one")
    check.equal(len(flow.lost()), 0, f"of {len(flow.sent_at)} packets meanwhile are lost")
    check.equal(daemon.family(), family, "no process has died:")
    daemon.stop()


run_cases({case.__name__: case for case in (no_start, used_up)}, [], HomeNetwork())
