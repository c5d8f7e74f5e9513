# SPDX-License-Identifier: Apache-2.0
"""Processes that get no more memory: a limit of their own, as vm.overcommit_memory=2 is one for all together."""
import contextlib
import os
import pathlib
import re
import shutil
import tempfile

from harness.call import Call, Flow, Refused
from harness.check import wait_until
from harness.daemon import instance
from .budgets import used_ports
from .whole import facts, sections

PROGRAMS = ("rtpengine", "rtpengine-control", "rtpengine-dataplane", "rtpengine-ctl")
ARGUMENTS = ["--interface=10.1.0.1", "--port-min=30000", "--port-max=59999"]
SANITIZER = 1 << 40  # its shadow of the memory counts, too
CALLS, SECTIONS = 1500, 20


@contextlib.contextmanager
def limited(options, program, limit):
    """Options of a daemon whose `program` may have so many bytes of data."""
    with tempfile.TemporaryDirectory(prefix="rtpe2e-memory-") as folder:
        os.chmod(folder, 0o755)
        origin, copies = pathlib.Path(options.daemon).parent, pathlib.Path(folder)
        for name in PROGRAMS:
            shutil.copy(origin / name, copies / name)
        if limit:
            (copies / program).rename(copies / f"{program}.limited")
            (copies / program).write_text(f'#!/bin/sh\nulimit -d {limit // 1024}\nexec {copies / program}.limited "$@"\n')
            (copies / program).chmod(0o755)
        yield type("Options", (), {"daemon": str(copies / "rtpengine")})


def data(pid):
    """Bytes that it may write to and shares with nobody: what counts."""
    return int(re.search(r"VmData:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def needed(network, options, name):
    """By a process that has just started."""
    with instance(options, network, ARGUMENTS) as daemon:
        daemon.wait_ready()
        return max(data(pid) for pid, each in daemon.family() if name in each)


def memory_used_up(check, network, options):
    """control, then a worker, gets hardly more memory than it starts with: what is new is refused, what there is goes on"""
    for program, name, more in (("rtpengine-control", "contr", 12 << 20), ("rtpengine-dataplane", "datap", 1 << 20)):
        at_start = needed(network, options, name)
        if at_start > SANITIZER:
            return check(True, "left out: a sanitizer's memory has no such limit")
        with limited(options, program, at_start + more) as few, instance(few, network, ARGUMENTS) as daemon:
            check_short(check, network, daemon, program)


def check_short(check, network, daemon, program):
    ng = daemon.wait_ready()
    lasting = Call(network, ng, "lasting").set_up()
    check.equal(lasting.exchange(), (0, 0), f"{program}: a call with media, lost")
    family, ports, settled = daemon.family(), used_ports(ng), facts(ng, "lasting")
    with Flow(lasting) as flow:
        made, refusals = conferences(ng, lasting)
        check(refusals and all("ut of memory" in each for each in refusals), f"after {len(made)} large calls others are refused",
              refusals)
        check.equal(facts(ng, "lasting"), settled, "the call that was there before is as it was")
        again = ng.offer("lasting", lasting._sdp(lasting.caller), **{"to-tag": "callee"})
        check.equal(again.get("result"), "ok", "it is offered again")
        check.equal(ng.answer("lasting", lasting._sdp(lasting.callee)).get("result"), "ok", "and answered")
        check.equal({ng.delete(each, **{"delete delay": 0}).get("result") for each in made} - {"ok"}, set(), "the others are deleted")
        check(wait_until(lambda: used_ports(ng) == ports, 20), "their ports are free, and those of refused ones")
        check(wait_until(lambda: new_call(network, ng), 20), "then there is room for a new one")
    check.equal(len(flow.lost()), 0, f"of {len(flow.sent_at)} packets meanwhile are lost")
    check.equal(daemon.family(), family, "no process has died:")
    check("out of memory" in daemon.log(), "the log says so")
    lasting.delete()


def new_call(network, ng):
    call = Call(network, ng, "new")
    try:
        return call.set_up().delete().get("result") == "ok"
    except Refused:
        call.close()
        return False


def conferences(ng, call):
    """Offers of many sections until twenty in a row are refused: names of those that were not, and the reasons."""
    made, refusals, in_a_row = [], set(), 0
    for number in range(CALLS):
        reply = ng.offer(f"conference {number}", sections(call.caller, SECTIONS) + "a=x:" + "x" * 20000 + "\r\n", timeout=10)
        if reply.get("result") == "ok":
            made.append(f"conference {number}")
            in_a_row = 0
            continue
        refusals.add(reply.get("error-reason", str(reply)))
        in_a_row += 1
        if in_a_row == 20:
            break
    return made, refusals


def memory_missing(check, network, options):
    """each process says what is missing when there is not enough memory to start with"""
    # Not less for control: its allocator's first piece is there before it could say anything. A worker can start with its reserve.
    for program, name, less in (("rtpengine-control", "contr", 1 << 20), ("rtpengine-dataplane", "datap", 4 << 20)):
        at_start = needed(network, options, name)
        if at_start > SANITIZER:
            return check(True, "left out: a sanitizer's memory has no such limit")
        with limited(options, program, at_start - less) as few, instance(few, network, ARGUMENTS) as daemon:
            check(wait_until(lambda: re.search(r"Fatal error: out of memory.*; see .*ulimit", daemon.log()), 20),
                  f"{program} without {less >> 20} MB of {at_start >> 20}: says so")
            daemon.process.terminate()
            daemon.process.wait()
            daemon.abandon()


CASES = {"memory-used-up": memory_used_up, "memory-missing": memory_missing}
