# SPDX-License-Identifier: Apache-2.0
"""Media sockets: one for all ports, or one for each; what privileges and neighbours make of it."""
import contextlib
import os
import pathlib
import select
import signal
import socket
import subprocess
import time

from harness import rtp
from harness.call import Call, Flow
from harness.check import wait_until
from harness.daemon import instance
from harness.net import die_with_parent
from .starting import GOOD, fails
from .whole import halted

ONE = ["--interface=10.1.0.1"]
TWO = ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"]
DIRECTION = {"direction": ["outer", "inner"]}
RESERVED = "ipv4/ip_local_reserved_ports"
CONTAINER = ["net_admin", "net_raw", "bpf"]
SO_RCVBUFFORCE = 33  # which the module doesn't name


class With:
    """The options of a test with another command line in front of the daemon's."""

    def __init__(self, options, *words):
        self.daemon = " ".join([*words, options.daemon])


def limited_to(options, capabilities):
    bounds = ",".join(["-all", *(f"+{name}" for name in capabilities)])
    return With(options, "setpriv", f"--bounding-set={bounds}", f"--inh-caps={bounds}")


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def descriptors_at_rest(pid):
    """When ports in stock are as many as there shall be: they grow fewer once a second after a rush."""
    counts = []

    def at_rest():
        counts.append(descriptors(pid))
        return len(counts) > 30 and len(set(counts[-30:])) == 1

    wait_until(at_rest, 60, 0.05)
    return counts[-1]


def sysctl(network, name):
    with network.proxy.entered():
        return pathlib.Path("/proc/sys/net", name).read_text().strip()


def steered_worker_killed(check, network, options):
    """SIGKILL of a worker with steered sockets: every packet waits for the successor"""
    with instance(options, network, [*TWO, "--media-sockets=steered"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up(**DIRECTION)
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        for victim in daemon.workers():
            with Flow(call) as flow:
                time.sleep(0.3)  # some packets before
                os.kill(victim, signal.SIGKILL)
                back = wait_until(lambda: not os.path.exists(f"/proc/{victim}")
                                  and flow.arrived_since(time.monotonic() - 0.2), 10)
            check(back, f"worker {victim} killed: media flows again")
            check.equal(flow.lost(), [], "lost of both directions")
        call.delete()


@contextlib.contextmanager
def held_up(victim, call, moment):
    """The process spends most of its time right before (delay_enter) or after (delay_exit) a system call."""
    with subprocess.Popen(["strace", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{moment}=200000",
                           "-p", str(victim)], stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent) as strace:
        said = strace.stderr.readline()
        if "attached" not in said:
            raise RuntimeError(f"strace: {said}")
        try:
            yield
        finally:
            strace.terminate()


def steered_worker_killed_in_a_batch(check, network, options):
    """SIGKILL of a worker that has taken packets and not sent them, or not noted that they are sent"""
    killed_in_a_batch(check, network, options, [("recvmmsg", "delay_exit", "taken"),
                                                ("sendmmsg", "delay_enter", "about to be sent"),
                                                ("sendmmsg", "delay_exit", "sent")])
    ordinary = limited_to(options, ["net_admin", "bpf"])
    killed_in_a_batch(check, network, ordinary, [("recvmmsg", "delay_exit", "taken, ordinary egress"),
                                                 ("sendmsg", "delay_exit", "the first ones sent, ordinary egress")])


def killed_in_a_batch(check, network, options, moments):
    with instance(options, network, [*ONE, "--media-sockets=steered"]) as daemon:
        call = Call(network, daemon.wait_ready(), "lasting").set_up()
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        sent = 2 * 5
        for system_call, moment, what in moments:
            victim = daemon.workers()[0]
            with Flow(call) as flow, held_up(victim, system_call, moment):
                time.sleep(0.7)  # so that it meets several packets at once, and is held up with them
                os.kill(victim, signal.SIGKILL)
                back = wait_until(lambda: not os.path.exists(f"/proc/{victim}")
                                  and flow.arrived_since(time.monotonic() - 0.2), 10)
            check(back, f"{what}, killed: media flows again")
            check.equal((flow.lost(), flow.twice), ([], 0), "lost, and sent twice")
            sent += len(flow.sent_at)
        check.equal(call.delete()["totals"]["RTP"]["packets"], sent, "each is counted once")


def steered_costs_no_descriptors(check, network, options):
    """a hundred calls need as many descriptors as none; a bound socket for each port where that is asked for"""
    for kind, expected in (("steered", 0), ("bound", 400)):
        with instance(options, network, [*ONE, f"--media-sockets={kind}"]) as daemon:
            ng = daemon.wait_ready()
            first = Call(network, ng, "first").set_up()
            first.delete()
            before = descriptors_at_rest(daemon.workers()[0])
            calls = [Call(network, ng, f"{number}").set_up() for number in range(100)]
            check.equal(descriptors_at_rest(daemon.workers()[0]) - before, expected, f"{kind}: descriptors of 100 calls")
            check.equal([c.exchange(1) for c in calls], [(0, 0)] * 100, "all have media: lost")
            for call in calls:
                call.delete()
            check.equal(descriptors_at_rest(daemon.workers()[0]) - before, 0, "afterwards")


def privileges_missing(check, network, options):
    """a container with few capabilities: it runs, and says what it lacks and what follows"""
    with instance(limited_to(options, CONTAINER), network, [*ONE, "--media-sockets=steered"]) as daemon:
        call = Call(network, daemon.wait_ready(), "full").set_up()
        check.equal(call.exchange(), (0, 0), f"with {', '.join(CONTAINER)}: lost")
        check("steered sockets, raw egress" in daemon.log(), "steered sockets, raw egress")
        call.delete()
    for lacking, said in (("bpf", "CAP_BPF"), ("net_admin", "CAP_NET_ADMIN")):
        few = limited_to(options, [name for name in CONTAINER if name != lacking])
        with instance(few, network, ONE) as daemon:
            call = Call(network, daemon.wait_ready(), "few").set_up()
            check.equal(call.exchange(), (0, 0), f"without {lacking}: lost")
            line = next((line for line in daemon.log().splitlines() if said in line), "")
            check("a socket of its own" in line, "says so", line)
            check("bound sockets" in daemon.log(), "and which sockets it has")
            call.delete()
        fails(check, f"steered sockets demanded without {lacking}", network, few, [*GOOD, "--media-sockets=steered"], said)
    few = limited_to(options, [name for name in CONTAINER if name != "net_raw"])
    with instance(few, network, ONE) as daemon:
        call = Call(network, daemon.wait_ready(), "few").set_up()
        check.equal(call.exchange(), (0, 0), "without net_raw: lost")
        check("grant CAP_NET_RAW" in daemon.log(), "says so")
        call.delete()


def neighbours(check, network, options):
    """another daemon's ports, and the kernel's choice of source ports"""
    low = [*ONE, "--port-min=30000", "--port-max=30999"]
    with network.proxy.entered():  # a supervisor that is killed leaves its own
        pathlib.Path("/proc/sys/net", RESERVED).write_text("5000\n")
    with instance(options, network, [*low, "--media-sockets=steered"]) as first:
        ng = first.wait_ready()
        check.equal(sysctl(network, RESERVED), "5000,30000-30999", "media ports are reserved")
        for kind in ("steered", "bound"):
            other = ["--listen-ng=127.0.0.1:2224", *GOOD[:3], *GOOD[4:], "--port-min=30500", "--port-max=31499",
                     f"--media-sockets={kind}"]
            fails(check, f"a second daemon with ports of the first, {kind}", network, options, other,
                  r"30500-31499(.|\n)*30000-30999")
        call = Call(network, ng, "first").set_up()
        check.equal(call.exchange(), (0, 0), "the first one is undisturbed: lost")
        call.delete()
    check.equal(sysctl(network, RESERVED), "5000", "and not afterwards")


def shards(check, network, options):
    """three workers for one interface"""
    for kind in ("steered", "bound"):
        with instance(options, network, [*ONE, "--workers-per-interface=3", f"--media-sockets={kind}"]) as daemon:
            ng = daemon.wait_ready()
            calls = [Call(network, ng, f"{number}").set_up() for number in range(12)]
            check.equal([c.exchange(2) for c in calls], [(0, 0)] * 12, f"{kind}: twelve calls: lost")
            found = daemon.status()["control"]["workers"]
            check.equal([w["name"] for w in found], ["-1/default/0", "-1/default/1", "-1/default/2"], "workers")
            for what in ("streams", "packets"):  # 48 in all; which pairs are in stock isn't told
                each = [w[what] for w in found]
                check(sum(each) == 48 and min(each) >= 10, f"{what} are shared out", each)
            check.equal([w["errors"] + w["overruns"] for w in found], [0] * 3, "errors")
            victim = daemon.workers()[1]
            os.kill(victim, signal.SIGKILL)
            check(wait_until(lambda: all(c.exchange(1, 0.3) == (0, 0) for c in calls), 10), "one is killed: all go on")
            for call in calls:
                call.delete()


def overruns(check, network, options):
    """more than a worker can take is counted and shown"""
    with instance(options, network, [*ONE, "--media-sockets=steered"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "flood").set_up()
        check.equal(call.exchange(), (0, 0), "media: lost")
        worker = daemon.workers()[0]
        os.kill(worker, signal.SIGSTOP)  # shorter than what the supervisor takes for a fault
        try:
            packet, most = bytes([0x80, 8]) + bytes(170), 100_000
            for _ in range(most):
                call.caller.sendto(packet, call.toward[call.caller])
        finally:
            os.kill(worker, signal.SIGCONT)
        overrun = lambda: daemon.status()["control"]["workers"][0]["overruns"]
        check(wait_until(lambda: 0 < overrun() < most, 5), "what found a full buffer is in the status", overrun())
        check("receive buffer was full" in daemon.log(), "and in the log")
        call.drain()
        check(wait_until(lambda: call.exchange(1, 0.3) == (0, 0), 5), "the call goes on")
        call.delete()


def relayed_bursts(check, network, options):
    """without CAP_NET_RAW what leaves by another worker's port goes there; a burst while that one is late or dead arrives whole"""
    few = limited_to(options, [name for name in CONTAINER if name != "net_raw"])
    for kind in ("steered", "bound"):
        with instance(few, network, [*TWO, f"--media-sockets={kind}"]) as daemon:
            ng = daemon.wait_ready()
            call = Call(network, ng, "burst").set_up(**DIRECTION)
            call.callee.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            check.equal(call.exchange(), (0, 0), f"{kind}, a call with media: lost")
            process = lambda name: next(c["pid"] for c in daemon.status()["supervisor"]["children"] if c["name"] == name)
            unsent = lambda: {w["name"]: w["unsent"] for w in daemon.status()["control"]["workers"]}
            outer, inner = process("-1/outer"), process("-1/inner")
            with halted(daemon.pid, inner):  # the supervisor, too: else it would replace the worker some time
                sent = burst(check, ng, call, outer, 500)
            check(arrived(call.callee, sent) == sent, "500 for a halted worker leave when it goes on, in their order")
            check.equal(unsent(), {"-1/outer": 0, "-1/inner": 0}, "unsent")
            with halted(daemon.pid):
                os.kill(inner, signal.SIGKILL)
                check(wait_until(lambda: ended(inner), 20), "the worker is killed, and has no successor yet")
                sent = burst(check, ng, call, outer, 500)
            check(arrived(call.callee, sent) == sent, "500 that come meanwhile leave when it has one, in their order")
            check.equal(unsent(), {"-1/outer": 0, "-1/inner": 0}, "unsent")
            with halted(daemon.pid, process("-1/inner")):  # more than there is room for
                sent = burst(check, ng, call, outer, 3000, size=1200)
            missing = unsent()["-1/outer"]
            check(0 < missing < 2000, "of 3000 large ones those that there is no room for are counted as unsent", missing)
            first = sent[:3000 - missing]
            check(arrived(call.callee, first) == first, "the others leave, in their order")
            check(wait_until(lambda: "for ports of other workers" in daemon.log(), 20), "it is told in the log")
            check.equal(call.exchange(), (0, 0), "the call goes on: lost")
            call.delete()


def ended(pid):
    """With all its threads, so its sockets are closed; its parent may not have asked for its status yet."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" and len(os.listdir(f"/proc/{pid}/task")) == 1
    except FileNotFoundError:
        return True


def unread(pid):
    """Bytes that wait in the UDP sockets of the process's network namespace."""
    tables = [pathlib.Path(f"/proc/{pid}/net", name).read_text().splitlines()[1:] for name in ("udp", "udp6")]
    return sum(int(line.split()[4].split(":")[1], 16) for table in tables for line in table)


def burst(check, ng, call, worker, count, size=172):
    """Packets from the caller, of that many bytes and each different, as fast as the worker takes them from its sockets."""
    taken = lambda: ng.request("query", call_id=call.name)["totals"]["RTP"]["packets"]
    before = taken()
    packets = [rtp.packet(number, number * rtp.FRAME, 0xb0457, os.urandom(size - 12)) for number in range(1, count + 1)]
    for number, packet in enumerate(packets):
        call.caller.sendto(packet, call.toward[call.caller])
        if number % 40 == 39:
            wait_until(lambda: not unread(worker), 20, every=0.001)
    check(wait_until(lambda: taken() == before + count, 20), f"{count} packets are taken")
    return packets


def arrived(sock, sent, quiet=20):
    """What comes until as much as was sent is there."""
    got = []
    while len(got) < len(sent) and select.select([sock], [], [], quiet)[0]:
        got.append(sock.recv(2048))
    return got


CASES = {"relayed-bursts": relayed_bursts, "steered-worker-killed": steered_worker_killed,
         "steered-worker-killed-in-a-batch": steered_worker_killed_in_a_batch, "steered-descriptors": steered_costs_no_descriptors,
         "privileges-missing": privileges_missing, "neighbours": neighbours, "shards": shards, "overruns": overruns}
