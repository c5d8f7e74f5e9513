# SPDX-License-Identifier: Apache-2.0
"""Another program fills the file system that the runtime directory is on."""
import contextlib
import os
import subprocess

from harness.call import Call, Flow, Refused
from harness.check import wait_until
from harness.daemon import instance

CALLS = 300


@contextlib.contextmanager
def small_tmpfs(folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k,mode=0755", "rtpengine-test", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """To the last byte."""
    with open(os.path.join(folder, "filler"), "wb", buffering=0) as filler:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    filler.write(bytes(size))


def full_directory(check, network, options):
    """a runtime directory on a tmpfs that is full: calls live, new ones are set up or refused, no process dies"""
    folder = os.path.join("/tmp", f"rtpe2e-full-{os.getpid()}")
    os.mkdir(folder)
    try:
        with small_tmpfs(folder), \
             instance(options, network, ["--interface=10.1.0.1", f"--runtime-dir={folder}/run"]) as daemon:
            check_full(check, network, daemon, folder)
    finally:
        os.rmdir(folder)


def check_full(check, network, daemon, folder):
    ng = daemon.wait_ready()
    lasting = Call(network, ng, "lasting").set_up()
    family = daemon.family()
    with Flow(lasting) as flow:
        fill(folder)
        free = os.statvfs(folder)
        check.equal(free.f_bavail, 0, "free blocks of its file system:")
        made, refusals = [], set()
        for n in range(CALLS):
            call = Call(network, ng, f"call {n}")
            try:
                made.append(call.set_up())
            except Refused as refused:
                refusals.add(refused.reply.get("error-reason", str(refused.reply)))
                call.close()
        check(True, f"calls set up: {len(made)} of {CALLS}; refused:", refusals or "none")
        check(all(refusals), "each refusal says why", refusals)
        check.equal(made[-1].exchange() if made else (0, 0), (0, 0), "the last one has media: lost")
        wait_until(lambda: flow.arrived_since(max(flow.sent_at.values()) - 0.2), 5)
    check.equal(len(flow.lost()), 0, "of a call that was there before: packets lost")
    check.equal(daemon.family(), family, "no process has died:")
    for word in ("SIGBUS", "signal 7", "will be ended"):
        check(word not in daemon.log(), f"the log has no {word}")
    os.unlink(os.path.join(folder, "filler"))
    for call in made:
        check_deleted = call.delete()
        if check_deleted.get("result") != "ok":
            check(False, f"{call.name} deleted", check_deleted)
    check.equal(lasting.exchange(), (0, 0), "the lasting call: lost")
    lasting.delete()
    check.equal(ng.calls(), [], "calls that are left")


CASES = {"full-directory": full_directory}
