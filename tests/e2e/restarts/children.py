# SPDX-License-Identifier: Apache-2.0
"""Processes that are replaced on request, and a program that is no use as a successor."""
import pathlib
import shutil
import subprocess
import tempfile
import time

from harness.call import Call, Flow
from harness.check import wait_until
from harness.ng import Ng, sdp
from . import PORTS, instances

DIRECTION = ["outer", "inner"]


def start_call(network, name, port, **keys):
    return Call(network, Ng(network.proxy, port=port), name).set_up(direction=DIRECTION, **keys)


def kept_apart(check, network, options):
    """Two instances: calls, NG ports and media ports are their own"""
    with instances(options, network) as daemon:
        core, edge = start_call(network, "same-id", PORTS["core"]), start_call(network, "same-id", PORTS["edge"])
        check(all(30000 <= p < 31000 for p in core.ports()), "core's ports", core.ports())
        check(all(31000 <= p < 32000 for p in edge.ports()), "edge's ports", edge.ports())
        check.equal((core.exchange(), edge.exchange()), ((0, 0), (0, 0)), "media of both: lost")
        check.equal(daemon.calls(), {"core": 1, "edge": 1}, "calls of each")
        core.delete()
        check.equal(edge.ng.request("list").get("calls"), ["same-id"], "the other's call is still there")
        check("[edge] [same-id]" in daemon.log(), "a line of the log says whose call it is about")
        check.equal(edge.exchange(), (0, 0), "and goes on: lost")
        edge.delete()


def replaced(check, network, options):
    """Workers, control and all of them replaced in the middle of calls: no packet is lost"""
    with instances(options, network) as daemon:
        call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
        ports = call.ports()
        steps = [("restart", "worker", "core/outer"), ("restart", "control"), ("restart", "instance", "core"), ("upgrade",)]
        for words in steps:
            before = {c["name"]: c["pid"] for c in daemon.status()["supervisor"]["children"]}
            with Flow(call) as flow, Flow(other) as beside:
                time.sleep(0.3)  # media flows before, during and after
                code, out, err = daemon.ctl(*words)
                time.sleep(0.3)
            after = {c["name"]: c["pid"] for c in daemon.status()["supervisor"]["children"]}
            what = " ".join(words)
            check.equal(code, 0, f"{what}: exit code")
            check(any(before[name] != after[name] for name in after), f"{what}: a new process")
            check.equal((len(flow.lost()), len(beside.lost())), (0, 0), f"{what}: packets lost in both instances")
        check.equal(call.ng.request("query", call_id="lasting").get("result"), "ok", "query")
        check.equal((call.ports(), daemon.calls()), (ports, {"core": 1, "edge": 1}), "ports and calls as before")
        call.delete()
        other.delete()
        check.equal(daemon.calls(), {"core": 0, "edge": 0}, "nothing is left")
        check.equal(daemon.open_ports(), 0, "no port either")


def useless_successor(check, network, options):
    """A new program that can't work: the old process stays, and the command says so"""
    programs = pathlib.Path(tempfile.mkdtemp(prefix="rtpe2e-programs-"))
    try:
        programs.chmod(0o755)
        origin = pathlib.Path(options.daemon.split()[0]).resolve().parent
        for name in ("rtpengine", "rtpengine-control", "rtpengine-dataplane", "rtpengine-ctl"):
            shutil.copy2(origin / name, programs / name)
        with instances(options, network, programs=programs) as daemon:
            call = start_call(network, "lasting", PORTS["core"])
            pid = daemon.child("core/outer")["pid"]
            broken = programs / "broken"
            broken.write_text("#!/bin/sh\nexit 1\n")
            broken.chmod(0o755)
            broken.rename(programs / "rtpengine-dataplane")
            with Flow(call) as flow:
                code, out, err = daemon.ctl("upgrade")
            check.equal(code, 5, "upgrade: exit code")
            check("core/outer was not replaced, the old process stays" in err, "it says so", err.strip())
            check.equal(daemon.child("core/outer")["pid"], pid, "the old worker is there")
            check.equal(len(flow.lost()), 0, "packets lost")
            check.equal(daemon.ctl("restart", "worker", "core/outer")[0], 1, "restart: exit code")
            check.equal(daemon.ctl("restart", "worker", "nonsense")[0], 1, "a worker that isn't there: exit code")
            call.delete()
    finally:
        shutil.rmtree(programs)


def control_killed(check, network, options):
    """SIGKILL of control: calls of both instances go on, and are its successor's"""
    with instances(options, network) as daemon:
        call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
        ports, control = call.ports(), daemon.child("control")["pid"]
        with Flow(call) as flow, Flow(other) as beside:
            daemon.kill(control)
            begin = time.monotonic()
            reply = call.ng.request("list", timeout=0.1, tries=50)
            seconds = time.monotonic() - begin
        check.equal(reply.get("calls"), ["lasting"], "list")
        check(seconds < 1, "a request is answered within a second", f"{seconds:.2f} s")
        check(daemon.child("control")["pid"] != control, "another process")
        check.equal((len(flow.lost()), len(beside.lost())), (0, 0), "packets lost in both instances")
        check.equal(call.ng.request("query", call_id="lasting")["result"], "ok", "query")
        again = call.ng.offer("lasting", sdp(*call.caller.getsockname()[:2]), direction=DIRECTION)
        check.equal(again["result"], "ok", "re-invite")
        check.equal(call.ng.answer("lasting", sdp(*call.callee.getsockname()[:2]))["result"], "ok", "its answer")
        check.equal(call.ports(), ports, "on the same ports")
        check.equal(call.exchange(), (0, 0), "media after it: lost")
        fresh = start_call(network, "fresh", PORTS["core"])
        check(not set(fresh.ports()) & set(ports), "a new call has other ports", fresh.ports())
        check.equal(fresh.exchange(), (0, 0), "its media: lost")
        for each in (call, other, fresh):
            check.equal(each.delete().get("result"), "ok", f"delete of {each.name}")
        daemon.kill(daemon.child("control")["pid"])
        check(wait_until(lambda: daemon.calls() == {"core": 0, "edge": 0}, 10), "deleted calls don't come back")
        check.equal(daemon.open_ports(), 0, "no port is left")


def scheduled_deletion(check, network, options):
    """A deletion that control had put off happens after it was killed"""
    with instances(options, network) as daemon:
        call = start_call(network, "leaving", PORTS["core"])
        call.ng.delete("leaving", **{"delete delay": 2})
        daemon.kill(daemon.child("control")["pid"])
        check(wait_until(lambda: daemon.calls()["core"] == 1, 5), "the call is there")
        check(wait_until(lambda: daemon.calls()["core"] == 0, 10), "and ends by itself")
        call.close()


COMPLETION = pathlib.Path(__file__).resolve().parents[3] / "packaging" / "rtpengine-ctl.bash"


def completed(daemon, *words):
    """What bash offers after these words, the last one being typed."""
    line = " ".join([str(daemon.ctl_program()), "--runtime-dir=" + daemon.runtime, *words])
    script = (f"source {COMPLETION}; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=({line}); "
              + ("COMP_WORDS+=(''); " if not words[-1] else "")
              + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _rtpengine_ctl; printf '%s\\n' \"${COMPREPLY[@]}\"")
    with daemon.host.entered():
        return subprocess.run(["bash", "-c", script], capture_output=True, text=True).stdout.split()


def operator(check, network, options):
    """top once where there is no terminal, and what bash completes"""
    with instances(options, network) as daemon:
        call = start_call(network, "lasting", PORTS["core"])
        with Flow(call):
            code, out, err = daemon.ctl("top")
        check.equal(code, 0, "top: exit code")
        rate = next((line.split()[4] for line in out.splitlines() if line.startswith("core/outer")), "none")
        check(rate.isdigit() and 25 <= int(rate) <= 75, "packets a second of a worker, about 50", rate)
        check("core          1" in out, "calls of an instance")
        call.delete()
        check.equal(completed(daemon, "restart", "worker", "core/"), ["core/outer", "core/inner"], "workers are completed")
        check.equal(completed(daemon, "drain", ""), ["core", "edge"], "instances")
        check.equal(completed(daemon, "re"), ["restart", "restart", "restart", "reload"], "commands")
        check.equal(completed(daemon, "restart", "c"), ["control"], "their second words")


CASES = {"operator": operator, "kept-apart": kept_apart, "replaced": replaced, "useless-successor": useless_successor,
         "control-killed": control_killed, "scheduled-deletion": scheduled_deletion}
