# SPDX-License-Identifier: Apache-2.0
"""A call whose packets make its worker crash."""
import os
import pathlib
import subprocess
import tempfile
import time

from harness import rtp
from harness.check import wait_until
from . import PORTS, instances
from .children import start_call

SOURCE = pathlib.Path(__file__).with_name("poison.c")


class Poisoned:
    """The options of a test with the fault preloaded. Sanitizers want to be first among the preloaded."""

    def __init__(self, options, library):
        self.daemon = f"env ASAN_OPTIONS={os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0 LD_PRELOAD={library} " + options.daemon


def poisonous_call(check, network, options):
    """A worker dies three times by the same call: that call is ended, the others go on"""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        library = os.path.join(folder, "poison.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        with instances(Poisoned(options, library), network) as daemon:
            good, bad = start_call(network, "good", PORTS["core"]), start_call(network, "bad", PORTS["core"])
            check.equal((good.exchange(), bad.exchange()), ((0, 0), (0, 0)), "two calls: lost")
            for death in range(1, 4):
                pid = daemon.child("core/outer")["pid"]
                bad.caller.sendto(rtp.packet(1000 + death, 0, 0x4000, b"POISON" + bytes(154)), bad.toward[bad.caller])
                check(wait_until(lambda: (daemon.child("core/outer") or {"pid": pid})["pid"] not in (pid, 0)
                                 and daemon.child("core/outer")["state"] == "up", 20), f"death {death}: another worker")
            check(wait_until(lambda: bad.ng.request("list")["calls"] == ["good"], 10), "the call that did it is gone")
            check("has died 3 times at work on this call" in daemon.log(), "the log says so")
            check("was killed by signal 6" in daemon.log(), "of an abort")
            check(wait_until(lambda: good.exchange(1, 0.5) == (0, 0), 10), "the other call goes on")
            pid = daemon.child("core/outer")["pid"]
            bad.caller.sendto(rtp.packet(2000, 0, 0x4000, b"POISON" + bytes(154)), bad.toward[bad.caller])
            check.equal(good.exchange(), (0, 0), "its packets reach nobody any more: lost of the other")
            check.equal(daemon.child("core/outer")["pid"], pid, "and the worker stays")
            good.delete()
            bad.close()


CASES = {"poisonous-call": poisonous_call}
