# SPDX-License-Identifier: Apache-2.0
"""Somebody removes the runtime directory: a cleaner of temporary files, another unit's RuntimeDirectory=, a hand."""
import os
import shutil
import subprocess

from harness.call import Call, Flow
from harness.check import wait_until
from harness.daemon import instance


def successor(daemon, victim):
    """Kills a child and waits until another one is ready."""
    daemon.kill(victim)
    return wait_until(lambda: len(daemon.family()) == 3 and set(states(daemon)) == {"up"}, 20)


def states(daemon):
    try:
        return [process["state"] for process in daemon.status()["supervisor"]["children"]]
    except (StopIteration, ValueError, subprocess.TimeoutExpired):  # it can't be asked just now
        return ()


def control_of(daemon):
    return next(pid for pid, name in daemon.family() if name.startswith("rtpengine-contr"))


def removed_directory(check, network, options):
    """the runtime directory is removed: it is made again, the call lives through the deaths of all children"""
    with instance(options, network, ["--interface=in/10.1.0.1", "--interface=out/10.2.0.1"]) as daemon:
        ng = daemon.wait_ready()
        folder = daemon.status()["supervisor"]["runtime_dir"]
        call = Call(network, ng, "lasting").set_up(direction=["in", "out"])
        files = set(os.listdir(folder))
        with Flow(call) as flow:
            for _ in range(2):
                shutil.rmtree(folder)
                check(wait_until(lambda: os.path.exists(folder) and files <= set(os.listdir(folder)), 20), "everything is there again")
                for victim in (daemon.workers()[0], control_of(daemon), daemon.workers()[1]):
                    check(successor(daemon, victim), "a child has a successor that is ready")
        check.equal(len(flow.lost()), 0, "packets of the call that were lost:")
        check.equal(ng.calls(), ["lasting"], "calls that control knows:")
        check.equal(daemon.log().count("had been removed: it is made again"), 2, "times that it was said:")
        check.equal(os.stat(folder).st_mode & 0o777, 0o700, "its mode:")
        call.delete()
    check(not os.path.exists(folder), "and is gone at the end")


CASES = {"removed-directory": removed_directory}
