# SPDX-License-Identifier: Apache-2.0
"""The supervisor's side of the kernel: its table, its netfilter rules, and what is left of them after any end."""
import ctypes
import functools
import json
import os
import pathlib
import signal
import subprocess
import tempfile

import proc
import uapi
from harness.check import run_cases, wait_until
from proc import run

PIDFD_GETFD = 438  # its system call
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="tables-"))
FOLDER.chmod(0o755)
PUBLIC = FOLDER / "public"
PUBLIC.mkdir()
PUBLIC.chmod(0o777)


def options(table, *more, ng=2223):
    return ["rtpengine", "--config-file=none", "-f", "-E", "--interface=127.0.0.1", f"--table={table}",
            f"--listen-ng=127.0.0.1:{ng}", f"--runtime-dir={FOLDER}/{ng}", *more]


class Daemon:
    """Started and ready."""
    started = []

    def __init__(self, table, *more, ng=2223):
        self.runtime, self.log = FOLDER / str(ng), ""
        self.process = subprocess.Popen(options(table, *more, ng=ng), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.started.append(self)
        for line in self.process.stderr:
            self.log += line
            if "startup complete" in line:
                return
        raise AssertionError(self.log)

    def status(self):
        done = subprocess.run(["rtpengine-ctl", f"--runtime-dir={self.runtime}", "--json", "status"],
                              capture_output=True, text=True)
        return json.loads(done.stdout)[0]["supervisor"]

    def kernel(self):
        return self.status()["instances"][0]["kernel"]

    def children(self):
        return {c["kind"]: c["pid"] for c in self.status()["children"]}

    def end(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.log += self.process.stderr.read()  # until its children have gone too
        return self.process.wait()


def refused(check, why, command, user=None):
    """It ends with 255 and says why."""
    done = subprocess.run(command, capture_output=True, text=True, user=user)
    said = next((line for line in done.stderr.splitlines() if line.startswith("Fatal error: ")), done.stderr)
    return check(done.returncode == 255 and why in said, why, said)


def action(verb, *more):
    done = subprocess.run(["rtpengine", "--config-file=none", f"--nftables-{verb}", *more], capture_output=True, text=True)
    return done.returncode, done.stdout.strip()


def ruleset():
    return subprocess.run(["nft", "list", "ruleset"], capture_output=True, text=True).stdout


def rules(command="iptables-nft"):
    return subprocess.run([command, "-S"], capture_output=True, text=True).stdout.splitlines()


def files(pid):
    """What it has open of /proc/rtpengine; a process that has ended has nothing."""
    try:
        links = [os.readlink(link) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        links = []
    return sorted(link.rsplit("/", 1)[1] for link in links if "/rtpengine/" in link and "/net/" in link)


class Borrowed(uapi.Control):
    """The descriptor by which a process controls a table."""

    def __init__(self, table, pid):
        self.folder = proc.ROOT / str(table)
        theirs = next(int(link.name) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir()
                      if os.readlink(link).endswith(f"/rtpengine/{table}/control"))
        pidfd = os.pidfd_open(pid)
        self.fd = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, pidfd, theirs, 0)
        os.close(pidfd)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")


def add_stream(daemon, table):
    """As if a worker had done it."""
    with Borrowed(table, daemon.process.pid) as control:
        control.set(1, ("10.9.9.9", 4000))


def forget():
    run("nft", "flush", "ruleset")


def no_module(check):
    """without the module"""
    refused(check, "modprobe xt_RTPENGINE", options(0, "--no-fallback", "--offload=kmod"))
    daemon = Daemon(0, "--offload=kmod")
    check("forwarding in userspace" in daemon.log, "a warning, and userspace")
    check.equal(daemon.kernel()["state"], "failed", "status says so")
    check("modprobe xt_RTPENGINE" in daemon.kernel()["detail"], "and what to do")
    check.equal(daemon.end(), 0, "it ends well")
    daemon = Daemon(0, "--no-fallback", "--nftables-chain=voip")
    check(proc.loaded(), "rules of its own let the kernel load the module")
    check.equal(daemon.end(), 0, "it ends well")
    forget()
    check.equal(proc.unload(), "", "and nothing holds the module")
    check.equal(proc.load(), "", "modprobe")


def life(check):
    """a table from start to end"""
    daemon = Daemon(0, "--no-fallback")
    check("no netfilter rule leads to kernel table 0" in daemon.log, "a notice that there is no rule")
    check.equal(proc.tables(), "0\n", "the table is there")
    check(f"Control PID: {daemon.process.pid}\n" in proc.status(0), "and the supervisor's")
    check.equal(daemon.kernel(), {"table": 0, "state": "open", "detail": ""}, "status says so")
    children = daemon.children()
    check.equal(files(children["worker"]), ["blist", "control"], "the worker has what it needs")
    check.equal(files(children["control"]), [], "control has nothing of it")
    check.equal(ruleset(), "", "no rules were made")
    check.equal(daemon.end(), 0, "it ends well")
    check.equal(proc.tables(), "", "the table is gone")


def worker_killed(check):
    """kill -9 of a worker: the table stays, its successor gets the same files"""
    daemon = Daemon(0)
    first = daemon.children()["worker"]
    for pid in (daemon.process.pid, first):  # nobody acts while we look
        os.kill(pid, signal.SIGSTOP)
    add_stream(daemon, 0)
    os.kill(first, signal.SIGKILL)
    check(wait_until(lambda: files(first) == [], 30), "the worker has gone")
    check("Streams: 1\n" in proc.status(0), "its stream has not")
    os.kill(daemon.process.pid, signal.SIGCONT)
    second = wait_until(lambda: (now := daemon.children()["worker"]) not in (0, first) and now, 30)
    check(second, "a new worker", second)
    check(f"Control PID: {daemon.process.pid}\n" in proc.status(0), "the table never changed hands")
    check(wait_until(lambda: files(second) == ["blist", "control"], 30), "the new worker has the same files")
    daemon.end()


def supervisor_killed(check):
    """kill -9 of the supervisor: table and rules stay, the next start replaces them"""
    daemon = Daemon(0, "--nftables-chain=voip")
    os.kill(daemon.children()["worker"], signal.SIGSTOP)
    add_stream(daemon, 0)
    daemon.end(signal.SIGKILL)
    check(wait_until(lambda: "Control PID: 0\n" in proc.status(0), 30), "nobody controls the table, but it is there")
    check("Streams: 1\n" in proc.status(0), "so is its stream")
    check("Rules: 2\n" in proc.status(0), "and so are its rules")
    daemon = Daemon(0, "--no-fallback", "--nftables-chain=voip")
    check("kernel table 0 was left by a former run" in daemon.log, "the next start says that it replaces it")
    check("Rules: 2\n" in proc.status(0), "rules are there once")
    check.equal(daemon.end(), 0, "it ends well")
    check.equal((proc.tables(), "voip" in ruleset()), ("", False), "nothing is left")
    forget()


def two(check):
    """two instances"""
    zero = Daemon(0, "--no-fallback", "--nftables-chain=a")
    refused(check, f"kernel table 0 is controlled by process {zero.process.pid}", options(0, "--no-fallback", ng=2224))
    check.equal(proc.tables(), "0\n", "the first one's table is untouched")
    one = Daemon(1, "--no-fallback", "--nftables-chain=b", "--port-min=40000", "--port-max=40999", ng=2224)
    check.equal(proc.tables(), "0\n1\n", "with another number both are there")
    check.equal(zero.end(), 0, "the first one ends")
    check.equal((proc.tables(), "chain a" in ruleset(), "chain b" in ruleset()), ("1\n", False, True), "the other stays")
    one.end()
    forget()


def own_rules(check):
    """rules of its own, as others see them"""
    run("iptables-nft", "-A", "INPUT", "-p", "tcp", "-j", "ACCEPT")
    run("iptables-nft", "-P", "INPUT", "DROP")
    before = rules()
    daemon = Daemon(7, "--no-fallback", "--nftables-chain=voip")
    jump = "-A INPUT -p udp -m comment --comment rtpengine -j voip"
    for command in ("iptables-nft", "ip6tables-nft"):
        listed = rules(command)
        check(jump in listed, f"{command} -S shows the jump", listed)
        check(any(line.startswith("-A voip ") and "-j RTPENGINE --id 7" in line for line in listed), "and the target")
    check(rules().index(jump) < rules().index("-A INPUT -p tcp -j ACCEPT"), "the jump is on top")
    check("-P INPUT DROP" in rules(), "the policy is still the operator's")
    daemon.end()
    check.equal(rules(), before, "afterwards all is as before")
    daemon = Daemon(7, "--nftables-chain=voip", "--nftables-append", "--nftables-family=ip")
    check(rules().index(jump) > rules().index("-A INPUT -p tcp -j ACCEPT"), "appended, it is last")
    check("ip6 filter" not in ruleset() or "voip" not in "\n".join(rules("ip6tables-nft")), "one family alone")
    run("iptables-nft", "-A", "INPUT", "-j", "voip")
    daemon.end()
    check("-A INPUT -j voip" in rules() and jump not in rules(), "somebody else's jump stays, ours goes", rules())
    check("rules that are not ours lead to chain voip" in daemon.log, "and the log says so")
    forget()


def by_hand(check):
    """--nftables-start, -status, -stop"""
    check.equal(action("status", "--table=3"),
                (1, "Netfilter rules check NOT successful: no rule for kernel table 3 in chain rtpengine_3 of table ip filter"),
                "status without rules")
    check.equal(action("start", "--table=3"), (0, "Success"), "start")
    check.equal(action("start", "--table=3"), (0, "Success"), "and again")
    check.equal(action("status", "--table=3"), (0, "Netfilter rules check successful"), "status")
    check.equal(action("status", "--table=4", "--nftables-chain=rtpengine_3")[0], 1, "another table's are not these")
    check.equal(action("stop", "--table=3"), (0, "Success"), "stop")
    check.equal(action("stop", "--table=3"), (0, "Success"), "and again")
    check("rtpengine_3" not in ruleset(), "nothing is left")
    check.equal(action("start", "--table=3", "--nftables-base-chain="), (0, "Success"), "start, hooked itself")
    check("jump" not in ruleset() and "chain rtpengine_3 {\n\t\ttype filter hook input" in ruleset(), "there is no jump")
    action("stop", "--table=3", "--nftables-base-chain=")
    refused(check, "exclude each other", ["rtpengine", "--config-file=none", "-t3", "--nftables-start", "--nftables-stop"])
    refused(check, "max_tables", ["rtpengine", "--config-file=none", "-t64", "--nftables-start"])
    check("rtpengine_64" not in ruleset(), "what was refused leaves nothing")
    forget()


def faults(check):
    """what can't be done is undone"""
    refused(check, "raise its parameter max_tables", options(64, "--no-fallback"))
    refused(check, "Permission denied", options(0, "--no-fallback", f"--runtime-dir={PUBLIC}/run"), user="nobody")
    refused(check, "cannot write the pidfile", options(0, "--nftables-chain=voip", "--pidfile=/nonexistent/x"))
    check.equal((proc.tables(), "voip" in ruleset()), ("", False), "no table and no chain is left")
    forget()
    check.equal(proc.unload(), "", "nothing holds the module")


def alone(case):
    """The case, and nothing of it left for the next one, however it ended."""
    @functools.wraps(case)
    def wrapper(check):
        try:
            case(check)
        finally:
            for daemon in Daemon.started:
                daemon.end(signal.SIGKILL)
            Daemon.started.clear()
    return wrapper


CASES = (no_module, life, worker_killed, supervisor_killed, two, own_rules, by_hand, faults)
run_cases({case.__name__: alone(case) for case in CASES}, [])
