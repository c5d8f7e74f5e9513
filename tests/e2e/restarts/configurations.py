# SPDX-License-Identifier: Apache-2.0
"""Configurations that are read again, instances that drain."""
import os
import pathlib
import signal
import subprocess
import tempfile
import time

from harness.call import Call, Flow, Refused
from harness.check import wait_until
from harness.ng import Ng, NoAnswer
from . import INTERFACES, MAIN, PORTS, TWO, Instances, instances, section
from .children import copied_programs, put, start_call

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "packaging" / "rtpengine-instances.conf"

# (what it is, the file, exit code of reload, words it says)
FILES = [
    ("timeout of one instance", MAIN + section("core", 30000, timeout=30) + section("edge", 31000), 0, "timeout 60 -> 30"),
    ("broken syntax", "[rtpengine\n", 1, "bad section header"),
    ("a third instance", TWO + section("third", 32000), 0, "instance third: added"),
    ("an unknown value", MAIN + section("core", 30000, endpoint_learning="sometimes") + section("edge", 31000), 1, "sometimes"),
    ("the same NG port twice", MAIN + section("core", 30000) + section("edge", 31000, listen_ng="127.0.0.1:2223"), 1,
     "instances core and edge both have the NG socket"),
    ("overlapping ports", MAIN + section("core", 30000) + section("edge", 30500), 1,
     "instances core and edge both have ports 30500-30999 of 10.1.0.1"),
    ("an address that isn't here", TWO + section("third", 33000, interface="10.9.9.9"), 1, "10.9.9.9"),
    ("other ports of an instance with calls", MAIN + section("core", 30000) + section("edge", 34000), 5, "this needs a new start"),
    ("another interface", MAIN + section("core", 30000, interface=INTERFACES + ";more/127.0.0.1") + section("edge", 31000), 0,
     "interface more added"),
    ("as at first", TWO, 0, "interface more removed"),
]


def answers(network, port):
    try:
        return Ng(network.proxy, port=port).request("ping", timeout=0.2, tries=2).get("result") == "pong"
    except NoAnswer:
        return False


def reload(check, network, options):
    """Ten configurations, good and bad, with calls in two instances: nothing is lost"""
    with instances(options, network) as daemon:
        call, other = start_call(network, "lasting", PORTS["core"]), start_call(network, "other", PORTS["edge"])
        with Flow(call) as flow, Flow(other) as beside:
            for what, text, code, words in FILES:
                before = daemon.status()["supervisor"]["instances"]
                daemon.config.write_text(text)
                got, out, err = daemon.ctl("reload")
                check.equal(got, code, f"{what}: exit code")
                check(words in out + err, f"{what}: says it", (out + err).strip().replace("\n", "; "))
                if code == 1:
                    check.equal(daemon.status()["supervisor"]["instances"], before, f"{what}: nothing changes")
                if "third: added" in words:
                    third = start_call(network, "third", 32000)
                    check.equal(third.exchange(), (0, 0), "a call of the new instance: lost")
                    third.delete()
        check.equal((len(flow.lost()), len(beside.lost())), (0, 0), "packets lost in all of it")
        gone = lambda: [i["name"] for i in daemon.status()["supervisor"]["instances"]] == ["core", "edge"]
        check(wait_until(gone, 10), "the instance that was removed has gone")
        less = lambda: len(daemon.status()["supervisor"]["children"]) == 5
        check(wait_until(less, 10), "so have its processes, and those of the interface")
        check(not answers(network, 32000), "its NG port is closed")
        check.equal(daemon.calls(), {"core": 1, "edge": 1}, "calls")
        call.delete()
        other.delete()


def hangup(check, network, options):
    """SIGHUP does the same as reload"""
    with instances(options, network) as daemon:
        daemon.config.write_text(TWO + section("third", 32000))
        daemon.process.send_signal(signal.SIGHUP)
        check(wait_until(lambda: answers(network, 32000), 10), "a third instance answers")
        daemon.config.write_text("nonsense\n")
        daemon.process.send_signal(signal.SIGHUP)
        check(wait_until(lambda: "the configuration stays as it is" in daemon.log(), 10), "a bad file is refused in the log")
        check(answers(network, 2223), "and all goes on")


def daemonized(check, network, options):
    """In the background, with relative names on its command line, which it reads again from where it was started"""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        config = pathlib.Path(folder, "relative.conf")
        config.write_text(TWO)
        ctl = [str(pathlib.Path(options.daemon.split()[-1]).resolve().parent / "rtpengine-ctl"), f"--runtime-dir={folder}/run"]
        with network.proxy.entered():
            daemon = [*options.daemon.split()[:-1], str(pathlib.Path(options.daemon.split()[-1]).resolve())]
            started = subprocess.run([*daemon, "--config-file=relative.conf", "--runtime-dir=run", "--pidfile=pid"], cwd=folder,
                                     stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
            check.equal(started.returncode, 0, "it goes to the background: exit code")
            pid = int(pathlib.Path(folder, "pid").read_text())
            try:
                same = subprocess.run([*ctl, "reload"], capture_output=True, text=True, timeout=30)
                check.equal(same.stdout, "instance core: unchanged\ninstance edge: unchanged\n", "nothing has changed")
                upgraded = subprocess.run([*ctl, "upgrade"], capture_output=True, text=True, timeout=30)
                check.equal((upgraded.returncode, upgraded.stderr), (0, ""), "another program takes over: exit code, complaints")
                check(int(pathlib.Path(folder, "pid").read_text()) == pid and os.path.exists(f"/proc/{pid}"), "in the same process")
                config.write_text(MAIN + section("core", 30000, timeout=33) + section("edge", 31000))
                done = subprocess.run([*ctl, "reload"], capture_output=True, text=True, timeout=30)
                check("timeout 60 -> 33" in done.stdout, "the file is read again", done.stdout + done.stderr)
            finally:
                os.kill(pid, signal.SIGTERM)
        check(wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 20), "it ends")


def removed_with_calls(check, network, options):
    """An instance that is removed while it has a call drains first"""
    with instances(options, network) as daemon:
        call = start_call(network, "last", PORTS["edge"])
        daemon.config.write_text(MAIN + section("core", 30000))
        check.equal(daemon.ctl("reload")[0], 0, "reload: exit code")
        check.equal(call.exchange(), (0, 0), "its call goes on: lost")
        refused = None
        try:
            start_call(network, "too-late", PORTS["edge"])
        except Refused as fault:
            refused = fault.reply
        check(refused, "a new call is refused", refused)
        check.equal(call.delete().get("result"), "ok", "the last call ends")
        check(wait_until(lambda: not answers(network, PORTS["edge"]), 10), "then the instance goes")
        check(answers(network, PORTS["core"]), "the other one stays")


def drain(check, network, options):
    """drain waits until an instance is empty, or until the deadline"""
    with instances(options, network) as daemon:
        call = start_call(network, "last", PORTS["edge"])
        code, out, err = daemon.ctl("--deadline=1", "drain", "edge")
        check.equal(code, 4, "with a call: exit code after the deadline")
        check("1 calls" in out, "it says how many there are", out.strip())
        call.delete()
        check.equal(daemon.ctl("drain", "edge")[0], 0, "empty: exit code")
        check.equal(daemon.ctl("--off", "drain", "edge")[0], 0, "off: exit code")
        again = start_call(network, "again", PORTS["edge"])
        check.equal(again.exchange(), (0, 0), "new calls are taken again: lost")
        again.delete()
        check.equal(daemon.ctl("drain", "nobody")[0], 1, "an instance that isn't there: exit code")


def drained_change(check, network, options):
    """A drained instance takes any change: other ports, other sockets, and none that can't be had"""
    with instances(options, network) as daemon:
        call = start_call(network, "lasting", PORTS["core"])
        changes = [("other ports", section("edge", 34000, listen_ng="127.0.0.1:2224"), 0),
                   ("other sockets", section("edge", 34000, listen_ng="127.0.0.1:2224", media_sockets="bound"), 0),
                   ("an address that isn't here", section("edge", 35000, listen_ng="127.0.0.1:2224", interface="outer/10.9.9.9"), 1)]
        with Flow(call) as flow:
            for what, edge, wanted in changes:
                daemon.config.write_text(MAIN + section("core", 30000) + edge)
                check.equal(daemon.ctl("drain", "edge")[0], 0, f"{what}: drained")
                code, out, err = daemon.ctl("reload")
                check.equal(code, wanted, f"{what}: exit code of reload")
                said = "instance edge: changed" if wanted == 0 else "it has its former settings again"
                check(said in out + err, "it says what it did", (out + err).strip())
                check.equal(daemon.ctl("--off", "drain", "edge")[0], 0, "taken out of the drain")
                fresh = start_call(network, "fresh", PORTS["edge"])
                check(all(34000 <= port < 35000 for port in fresh.ports()), "a new call has ports of the range", fresh.ports())
                check.equal(fresh.exchange(), (0, 0), "its media: lost")
                fresh.delete()
        check.equal(len(flow.lost()), 0, "packets lost in the other instance")
        check(wait_until(daemon.all_up, 10), "all children are up")
        check.equal(len(daemon.status()["supervisor"]["children"]), 5, "and there is none too many")
        check.equal(daemon.ctl("upgrade")[0], 0, "upgrade after it: exit code")
        check.equal(call.exchange(), (0, 0), "media: lost")
        call.delete()


def drained_change_without_control(check, network, options):
    """A drained instance that control can't be told to do without stays as it is: another reload changes it, or the end of the drain"""
    with copied_programs(options) as programs, instances(options, network, programs=programs) as daemon:
        call, control = start_call(network, "lasting", PORTS["core"]), programs / "rtpengine-control"
        good, first = control.read_bytes(), 31000
        for what, program, goes_on, ports in (
                ("one that ends at once", "#!/bin/sh\nexit 1\n", "reload", 34000),
                ("one that never stands by", "#!/bin/sh\nexec sleep 1000\n", "reload", 35000),
                ("one that ends at once, without another reload", "#!/bin/sh\nexit 1\n", None, 36000)):
            check.equal(daemon.ctl("drain", "edge")[0], 0, f"{what}: drained")
            daemon.config.write_text(MAIN + section("core", 30000) + section("edge", ports, listen_ng="127.0.0.1:2224"))
            children = [c["name"] for c in daemon.status()["supervisor"]["children"]]
            put(control, program)
            code, out, err = daemon.ctl("reload")
            check(code and "not everything follows it" in daemon.log(), f"{what}: the reload fails, and says so", (code, err.strip()))
            check(wait_until(daemon.all_up, 10), f"{what}: all children are up")
            check.equal(sorted(c["name"] for c in daemon.status()["supervisor"]["children"]), sorted(children), f"{what}: the same ones")
            check(answers(network, PORTS["edge"]), f"{what}: the instance answers")
            put(control, good)
            if goes_on:
                check.equal(daemon.ctl(goes_on)[0], 0, f"{what}: {goes_on}: exit code")
                first = ports
            check.equal(daemon.ctl("--off", "drain", "edge")[0], 0, f"{what}: taken out of the drain")
            fresh = start_call(network, "fresh", PORTS["edge"])
            check(all(first <= port < first + 1000 for port in fresh.ports()), f"{what}: a new call has ports of the range", fresh.ports())
            check.equal(fresh.exchange(), (0, 0), f"{what}: its media: lost")
            fresh.delete()
        check.equal(daemon.ctl("upgrade")[0], 0, "upgrade after it: exit code")
        check.equal(call.exchange(), (0, 0), "media: lost")
        call.delete()


def conflicts(check, network, options):
    """Two instances with the same table are refused at start, by one message that names both"""
    config = pathlib.Path("/tmp", f"rtpe2e-conflict-{os.getpid()}.conf")
    config.write_text(MAIN + section("core", 30000, table=3) + section("edge", 31000, table=3))
    try:
        for more in ([], ["--check-config"]):
            with network.proxy.entered():
                done = subprocess.run([*options.daemon.split(), f"--config-file={config}", "--foreground", *more],
                                      capture_output=True, text=True, timeout=20)
            check.equal(done.returncode, 255, "exit code")
            check("instances core and edge both have kernel table 3: give each its own" in done.stderr, "the message",
                  done.stderr.strip().splitlines()[0])
    finally:
        config.unlink()


def example(check, network, options):
    """The example file: two instances, addressed by their NG ports"""
    network.proxy.ip("addr replace 10.64.73.31/32 dev lo", "addr replace 192.168.65.73/32 dev lo")
    with instances(options, network, EXAMPLE.read_text().replace("pidfile", "# pidfile")) as daemon:
        for port, address in ((2223, "10.64.73.31"), (2224, "192.168.65.73")):
            offer = Ng(network.proxy, port=port).offer("x", "v=0\r\no=- 1 1 IN IP4 10.1.0.2\r\ns=-\r\nc=IN IP4 10.1.0.2\r\n"
                                                       "t=0 0\r\nm=audio 4000 RTP/AVP 8\r\n")
            check(f"c=IN IP4 {address}" in offer.get("sdp", ""), f"port {port} offers {address}")


CASES = {"reload": reload, "hangup": hangup, "daemonized": daemonized, "removed-with-calls": removed_with_calls, "drain": drain,
         "drained-change": drained_change, "drained-change-without-control": drained_change_without_control, "conflicts": conflicts, "example": example}
