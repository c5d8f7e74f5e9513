# SPDX-License-Identifier: Apache-2.0
"""Processes that are replaced on request, and a program that is no use as a successor."""
import contextlib
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from harness.call import Call, Flow
from harness.check import wait_until
from harness.ng import Ng, media, sdp
from . import MAIN, PORTS, descriptors, instances, section

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
        ports, supervisor = call.ports(), daemon.status()["supervisor"]
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
        now = daemon.status()["supervisor"]
        check.equal((now["pid"], now["executions"]), (supervisor["pid"], supervisor["executions"] + 1), "supervisor, executions")
        call.delete()
        other.delete()
        check.equal(daemon.calls(), {"core": 0, "edge": 0}, "nothing is left")
        check.equal(daemon.open_ports(), 0, "no port either")


def no_utf8(check, network, options):
    """Names and an SDP that are no UTF-8: a call like any other, also after control and worker were replaced"""
    name, tag = "caf\udce9@\udcff", "l\udcf6sung"  # Latin-1, as some devices write it
    with instances(options, network) as daemon:
        call = Call(network, Ng(network.proxy, port=PORTS["core"]), name)
        ng = call.ng
        texts = [sdp(*sock.getsockname()[:2], extra=["a=label:\udce4", "a=x-\udcf1:\udcf1"]).replace("s=-", "s=T\udce9l\udce9phonie")
                 for sock in (call.caller, call.callee)]
        keys = {"direction": DIRECTION, "label": "B\udcfcro", "metadata": "\udcfe"}
        call.toward = {call.callee: media(ng.offer(name, texts[0], tag, **keys)["sdp"]),
                       call.caller: media(ng.answer(name, texts[1], tag)["sdp"])}
        check.equal(call.exchange(), (0, 0), "media: lost")
        for what in (["restart", "control"], ["restart", "worker", "core/outer"]):
            check.equal(daemon.ctl(*what)[0], 0, " ".join(what) + ": exit code")
            check.equal((ng.calls(), call.exchange()), ([name], (0, 0)), "the call is there, and media: lost")
        query = ng.request("query", call_id=name)
        check.equal((query.get("result"), sorted(query.get("tags", {}))), ("ok", ["callee", tag]), "query")
        code, out, err = daemon.ctl("list", "calls")
        check(code == 0 and "caf" in out, "rtpengine-ctl lists it", out + err)
        again = ng.offer(name, texts[0], tag, to_tag="callee", direction=DIRECTION)
        check("a=x-\udcf1:\udcf1" in again.get("sdp", ""), "a re-invite, and what we don't know passes", again)
        check.equal(ng.delete(name, tag, **{"delete delay": 0}).get("result"), "ok", "delete")
        check.equal((daemon.calls(), daemon.open_ports()), ({"core": 0, "edge": 0}, 0), "nothing is left")
        call.close()


KINDS = {"steered": "media-sockets = steered\n", "bound": "media-sockets = bound\n", "bpf": "offload = bpf\n"}


def executed(check, network, options):
    """The supervisor executes itself, again and again, with whatever kind of sockets: all that it holds goes with it"""
    for what, keys in KINDS.items():
        host = host_settings(network)
        table = itertools.count() if what == "bpf" else itertools.repeat(-1)
        text = MAIN + keys + section("core", 30000, table=next(table)) + section("edge", 31000, table=next(table))
        with instances(options, network, text) as daemon:
            call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
            check(wait_until(lambda: {i["calls"] for i in daemon.status()["supervisor"]["instances"]} == {1}, 10), f"{what}: calls")
            before, held = daemon.status()["supervisor"], descriptors(daemon)
            with Flow(call) as flow, Flow(other) as beside:
                time.sleep(0.3)
                for _ in range(5):
                    code, out, err = daemon.ctl("upgrade")
                    check.equal((code, err), (0, ""), f"{what}: upgrade: exit code, complaints")
                time.sleep(0.3)
            lost = len(flow.lost()) + len(beside.lost())
            check(what == "bound" or not lost, "packets lost in both instances", lost)  # a new worker binds the ports anew
            after = daemon.status()["supervisor"]
            check.equal((after["pid"], after["executions"]), (before["pid"], before["executions"] + 5), "process, executions")
            check.equal(without(after, "children", "executions", "turns", "uptime"), without(before, "children", "executions", "turns", "uptime"),
                        "what it says of instances, as before")
            check(wait_until(lambda: descriptors(daemon) <= held, 10), "no descriptor is left", descriptors(daemon) - held)
            daemon.kill(daemon.child("0/outer" if what == "bpf" else "core/outer")["pid"])
            check(wait_until(daemon.all_up, 20), "a worker that is killed after it is started again")
            check(wait_until(lambda: call.exchange(1, 0.5) == (0, 0), 10), "media after it")
            fresh = start_call(network, "fresh", PORTS["core"])
            check.equal(fresh.exchange(), (0, 0), "a new call: lost")
            daemon.config.write_text(text + section("third", 32000, table=next(table)))
            check.equal(daemon.ctl("reload")[0], 0, "reload: exit code")
            third = start_call(network, "third", 32000)
            check.equal(third.exchange(), (0, 0), "a call of the instance that came with it: lost")
            for each in (call, other, fresh, third):
                each.delete()
            check.equal(daemon.open_ports(), 0, "no port is left")
        check.equal(host_settings(network), host, "at the end the host is as it was before")


def host_settings(network):
    """What a daemon changes of its host for as long as it runs."""
    files = ("ipv4/ip_local_reserved_ports", "ipv4/conf/lo/forwarding", "ipv6/conf/lo/forwarding")
    with network.proxy.entered():
        return [pathlib.Path("/proc/sys/net", name).read_text().strip() for name in files]


def without(dictionary, *keys):
    return {key: value for key, value in dictionary.items() if key not in keys}


def asked_all_the_time(check, network, options):
    """Questions that come while supervisor and control are replaced are all answered"""
    with instances(options, network) as daemon:
        answers, done = [], threading.Event()

        def ask():
            while not done.is_set():
                answers.append(daemon.ctl("--json", "status"))
        asking = threading.Thread(target=ask)
        asking.start()
        try:
            for _ in range(3):
                check.equal(daemon.ctl("upgrade")[0], 0, "upgrade: exit code")
        finally:
            done.set()
            asking.join()
        check.equal({(code, err) for code, _, err in answers}, {(0, "")}, f"exit codes and complaints of {len(answers)} answers")


def signals_while_executing(check, network, options):
    """Signals that come while the supervisor is between two programs are heeded by the next one"""
    with instances(options, network) as daemon:
        done = threading.Event()

        def hang_up():
            while not done.is_set():
                os.kill(daemon.pid, signal.SIGHUP)
                time.sleep(0.005)
        signalling = threading.Thread(target=hang_up)
        signalling.start()
        try:
            codes = [daemon.ctl("upgrade")[0] for _ in range(5)]
        finally:
            done.set()
            signalling.join()
        check.equal(codes, [0] * 5, "upgrades: exit codes")
        check(wait_until(daemon.all_up, 20), "all children are up")
        check(daemon.process.poll() is None, "the supervisor is there")


def useless_supervisor(check, network, options):
    """A new program that can't take over from the supervisor: it goes on with its own, and the command says why"""
    with copied_programs(options) as programs, instances(options, network, programs=programs) as daemon:
        call = start_call(network, "lasting", PORTS["core"])
        before = daemon.family()
        for what, body in {"it fails": "#!/bin/sh\necho out of order >&2\nexit 3\n", "it isn't a program": "nonsense"}.items():
            put(programs / "rtpengine", body)
            with Flow(call) as flow:
                code, out, err = daemon.ctl("upgrade")
            check.equal(code, 1, f"{what}: exit code")
            check("supervisor goes on with its old program: " in err, "it says so", err.strip())
            check.equal((daemon.family(), daemon.status()["supervisor"]["executions"]), (before, 0), "nothing has changed")
            check.equal(len(flow.lost()), 0, "packets lost")
        check("out of order" in daemon.log(), "the program's own words are in the log")
        (programs / "rtpengine").unlink()
        check.equal(daemon.ctl("upgrade")[0], 1, "no program at all: exit code")
        call.delete()


def put(path, program):
    """A program in place of another one: a script, or the bytes of one."""
    path.with_suffix(".new").write_bytes(program.encode() if isinstance(program, str) else program)
    path.with_suffix(".new").chmod(0o755)
    path.with_suffix(".new").rename(path)


@contextlib.contextmanager
def copied_programs(options):
    """A folder with programs of its own, to be replaced."""
    programs = pathlib.Path(tempfile.mkdtemp(prefix="rtpe2e-programs-"))
    try:
        programs.chmod(0o755)
        origin = pathlib.Path(options.daemon.split()[0]).resolve().parent
        for name in ("rtpengine", "rtpengine-control", "rtpengine-dataplane", "rtpengine-ctl"):
            shutil.copy2(origin / name, programs / name)
        yield programs
    finally:
        shutil.rmtree(programs)


def useless_successor(check, network, options):
    """A new program that can't work: the old process stays, and the command says so"""
    with copied_programs(options) as programs, instances(options, network, programs=programs) as daemon:
        call = start_call(network, "lasting", PORTS["core"])
        pid = daemon.child("core/outer")["pid"]
        put(programs / "rtpengine-dataplane", "#!/bin/sh\nexit 1\n")
        with Flow(call) as flow:
            code, out, err = daemon.ctl("upgrade")
        check.equal(code, 5, "upgrade: exit code")
        check("core/outer was not replaced, the old process stays" in err, "it says so", err.strip())
        check.equal(daemon.child("core/outer")["pid"], pid, "the old worker is there")
        check.equal(len(flow.lost()), 0, "packets lost")
        check.equal(daemon.ctl("restart", "worker", "core/outer")[0], 1, "restart: exit code")
        check.equal(daemon.ctl("restart", "worker", "nonsense")[0], 1, "a worker that isn't there: exit code")
        call.delete()


def control_killed(check, network, options):
    """SIGKILL of control: calls of both instances go on, and are its successor's"""
    with instances(options, network) as daemon:
        call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
        start_call(network, "ended", PORTS["core"]).delete()
        ports, control = call.ports(), daemon.child("control")["pid"]
        totals = call.ng.request("statistics")["statistics"]["totalstatistics"]
        with Flow(call) as flow, Flow(other) as beside:
            daemon.kill(control)
            begin = time.monotonic()
            reply = call.ng.request("list", timeout=0.1, tries=50)
            seconds = time.monotonic() - begin
        check.equal(reply.get("calls"), ["lasting"], "list")
        check(seconds < 1, "a request is answered within a second", f"{seconds:.2f} s")
        check(daemon.child("control")["pid"] != control, "another process")
        now = call.ng.request("statistics")["statistics"]["totalstatistics"]
        check.equal((now["managedsessions"], int(now["uptime"]) >= int(totals["uptime"])), (1, True), "calls and time it has seen")
        check.equal((len(flow.lost()), len(beside.lost())), (0, 0), "packets lost in both instances")
        check.equal(call.ng.request("query", call_id="lasting")["result"], "ok", "query")
        again = call.ng.offer("lasting", sdp(*call.caller.getsockname()[:2]), direction=DIRECTION)
        check.equal(again["result"], "ok", "re-invite")
        check.equal(call.ng.answer("lasting", sdp(*call.callee.getsockname()[:2]))["result"], "ok", "its answer")
        check.equal(call.ports(), ports, "on the same ports")
        check.equal(call.exchange(), (0, 0), "media after it: lost")
        fresh = start_call(network, "fresh", PORTS["core"])
        check(not set(fresh.toward.values()) & set(call.toward.values()), "a new call has other ports", fresh.ports())
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
        check.equal(completed(daemon, "re"), ["restart", "restart", "restart", "restart", "reload"], "commands")
        check.equal(completed(daemon, "restart", "c"), ["control"], "their second words")


CASES = {"operator": operator, "kept-apart": kept_apart, "replaced": replaced, "executed": executed,
         "asked-all-the-time": asked_all_the_time, "signals-while-executing": signals_while_executing,
         "useless-supervisor": useless_supervisor, "useless-successor": useless_successor, "control-killed": control_killed,
         "no-utf8": no_utf8, "scheduled-deletion": scheduled_deletion}
