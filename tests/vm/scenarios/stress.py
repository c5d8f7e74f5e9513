# SPDX-License-Identifier: Apache-2.0
"""Nothing is lost or leaked when much happens at once, on two CPUs."""
import os
import pathlib
import select
import time

import proc
import uapi
from harness.check import run_cases, wait_until
from network import Leg, Network, Party
from packets import voice
from rules import flush

PACKETS = 15000  # of each sender
STREAMS = 10000
ROUNDS = 3


def start(work, *arguments):
    """A process of its own; `finished` says whether it is done."""
    pid = os.fork()
    if pid == 0:
        try:
            work(*arguments)
            os._exit(0)
        except BaseException as fault:
            print(f"{work.__name__}: {fault!r}", flush=True)
        os._exit(1)
    return os.pidfd_open(pid)


def finished(process):
    """None while it runs, then whether it did its work."""
    if not select.select([process], [], [], 0)[0]:
        return None
    status = os.waitid(os.P_PIDFD, process, os.WEXITED).si_status
    os.close(process)
    return status == 0


def flood(party, to, count):
    party.sock.connect(to)
    for n in range(count):
        party.sock.send(voice(n))
        if n % 32 == 31:
            os.sched_yield()


class Arrivals:
    """Counts what comes to sockets; has to be called often enough that they don't run over."""

    def __init__(self, *parties):
        self.socks, self.count = [party.sock for party in parties], 0

    def __call__(self):
        for sock in self.socks:
            sock.setblocking(False)
            try:
                while True:
                    sock.recv(2048)
                    self.count += 1
            except BlockingIOError:
                pass
        return self.count


def while_running(processes, work):
    """Does `work` again and again until all are done; True if they did theirs."""
    results = []
    while processes:
        work()
        for process in list(processes):
            result = finished(process)
            if result is not None:
                processes.remove(process)
                results.append(result)
    return all(results)


def replaced(check, net, control):
    """a stream that is replaced over and over loses and counts twice no packet"""
    leg = Leg(net, control, component=uapi.RTP)
    other = Leg(net, control, 6, 6, component=uapi.RTP, payload_types=[(8, 8000)], flags=uapi.COUNT_SOURCES)
    arrived, total, sets = Arrivals(leg.callee, other.callee), [0, 0, 0, 0], 0

    def count(state):
        total[0] += state.in_.packets
        total[1] += state.destinations[0].out.packets
        total[2] += state.destinations[0].out.errors
        total[3] += state.to_userspace

    def again():
        nonlocal sets
        sets += 1
        leg.set()
        other.set()
        arrived()

    senders = [start(flood, leg.caller, leg.local, PACKETS), start(flood, other.caller, other.local, PACKETS)]
    check(while_running(senders, again), "two senders sent all their packets", 2 * PACKETS)
    wait_until(lambda: arrived() == 2 * PACKETS, 10)
    check.equal(arrived.count, 2 * PACKETS, "packets that arrived")
    count(leg.close())
    count(other.close())
    check(sets > 20, "streams replaced meanwhile", 2 * sets)
    check.equal(total, [2 * PACKETS, 2 * PACKETS, 0, 0], "packets in, out, errors, left to userspace")


def withdrawn(check, net, control):
    """a stream that comes and goes: each packet is counted by the kernel or reaches userspace"""
    leg = Leg(net, control, component=uapi.RTP)
    arrived, up, total, rounds = Arrivals(leg.callee), Arrivals(leg.up), 0, 0

    def again():
        nonlocal total, rounds
        if rounds % 2:
            total += control.delete(leg.id, leg.local).in_.packets
        else:
            control.withdraw(leg.id, leg.local)  # and its counters go on
        leg.set()
        rounds += 1
        arrived(), up()

    check(while_running([start(flood, leg.caller, leg.local, PACKETS)], again), "all packets sent", PACKETS)
    wait_until(lambda: arrived() + up() == PACKETS, 10)
    total += control.delete(leg.id, leg.local).in_.packets
    check(rounds > 10, "times that it came and went", rounds)
    check.equal(arrived.count, total, "what the kernel counted arrived")
    check.equal(total + up.count, PACKETS, "the rest went to userspace")
    check(up.count > 0 and arrived.count > 0, "both ways were used", (arrived.count, up.count))


def flood_all(party, to, rounds):
    for n in range(rounds):
        for where in to:
            party.send(voice(n), where)
        os.sched_yield()


def in_a_row(check, net, control):
    """many streams under traffic are withdrawn in a row, their port given to others: no packet is lost or counted twice"""
    count, rounds = 200, 40
    leg = Leg(net, control, component=uapi.RTP)
    ids = range(1 << 12, (1 << 12) + count)
    locals_ = [(leg.local[0], 40000 + n) for n in range(count)]
    ups = [Party(net.proxy, *local) for local in locals_]
    arrived, up, total = Arrivals(leg.callee), Arrivals(*ups), 0
    for ident, local in zip(ids, locals_):
        control.set(ident, local, [uapi.destination(leg.out, leg.callee.address)], component=uapi.RTP)
    look = lambda: arrived() + up()
    sender = start(flood_all, leg.caller, locals_, rounds)
    wait_until(lambda: look() > count * rounds // 8, 30, 0.001)
    for ident, local in zip(ids, locals_):
        control.withdraw(ident, local)
        control.set(ident + count, local, [uapi.destination(leg.out, leg.callee.address)], component=uapi.RTP)
    check(while_running([sender], look), "all packets sent", count * rounds)
    wait_until(lambda: look() == count * rounds, 10)
    for ident, local in zip(ids, locals_):
        first, second = control.collect(ident, local), control.delete(ident + count, local)
        total += first.in_.packets + second.in_.packets
    check.equal(arrived.count, total, "what the kernel counted arrived")
    check.equal(total + up.count, count * rounds, "the rest went to userspace")
    check.equal(control.blist().keys() - {leg.id}, set(), "none of them is left")
    leg.close()
    for party in ups:
        party.close()


HOLD = pathlib.Path("/sys/module/vm_hold/parameters/cpu")


def held(check, net, control):
    """a packet that is on its way for ever delays no command: nobody waits for a grace period"""
    leg, count = Leg(net, control, component=uapi.RTP), 1000
    for n in range(count):
        add(control, 1 << 13 | n)
    before = memory()
    check.equal(proc.run("modprobe", "vm_hold"), "", "the module that holds a processor")
    os.sched_setaffinity(0, {0})
    HOLD.write_text("1")
    try:
        for _ in range(count):
            leg.set()
        states = [control.withdraw(1 << 13 | n, place(1 << 13 | n)) for n in range(count)]
        check.equal([state.final for state in states].count(True), 0, "withdrawn, and none is final")
        check.equal(proc.attempt(control.forget, 1 << 13, place(1 << 13)), "EAGAIN", "none can be forgotten")
        check.equal(leg.fate(voice(1)), "callee", "packets are forwarded meanwhile")
        check(f"Streams: 1\nWithdrawn: {count}\nRetired: {count}\n" in proc.status(0), "they wait", proc.status(0))
    finally:
        HOLD.write_text("-1")
        os.sched_setaffinity(0, {0, 1})
    for n in range(count):
        control.collect(1 << 13 | n, place(1 << 13 | n))
    check(wait_until(lambda: control.get(leg.id, leg.local) and "Withdrawn: 0\nRetired: 0\n" in proc.status(0), 30, 0.001),
          "then all of them go, whatever command comes", proc.status(0))
    check.equal(leg.close().in_.packets, 1, "and the packet was counted")
    check.equal(proc.run("rmmod", "vm_hold"), "", "the module goes")
    check(memory() < before + 500, "memory afterwards, kB", (before, memory()))


def churn(control, first, count, seconds):
    """Adds and deletes streams of its own."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for n in range(count):
            add(control, first + n)
        delete_all(control, range(first, first + count))


def delete_all(control, ids):
    for ident in ids:
        control.withdraw(ident, place(ident))
    for ident in ids:
        control.collect(ident, place(ident))


def watch(seconds):
    """Reads whatever there is to read."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for name in ("list", "0/list", "0/blist", "0/status"):
            (proc.ROOT / name).read_bytes()


def tables(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for n in range(1, 20):
            proc.write(proc.ROOT / "control", f"add {n}")
        for n in range(1, 20):
            proc.write(proc.ROOT / "control", f"del {n}")


def place(ident):
    return f"10.1.{ident >> 12 & 15}.1", 1024 + (ident & 4095)


def add(control, ident):
    control.set(ident, place(ident), [uapi.destination(("10.2.0.1", 9), ("10.2.0.2", 9))])


def together(check, net, control):
    """traffic, streams and tables that come and go, readers, rules"""
    leg = Leg(net, control, component=uapi.MUXED, flags=uapi.COUNT_SOURCES)
    arrived = Arrivals(leg.callee)
    workers = [start(flood, leg.caller, leg.local, PACKETS), start(churn, control, 1 << 13, 300, 8),
               start(churn, control, 1 << 14, 50, 8), start(watch, 8), start(tables, 8)]
    check(while_running(workers, lambda: (control.get(leg.id, leg.local), arrived())), "all five did their work")
    wait_until(lambda: arrived() == PACKETS, 10)
    check.equal(arrived.count, PACKETS, "all packets arrived")
    state = leg.close()
    check.equal((state.in_.packets, state.destinations[0].out.packets), (PACKETS, PACKETS), "and were counted")
    check.equal((control.blist(), proc.tables()), ({}, "0\n"), "no stream and no table is left")


def memory():
    """kB that the kernel has taken for itself."""
    values = dict(line.split(":") for line in pathlib.Path("/proc/meminfo").read_text().splitlines())
    kilobytes = {key: int(value.split()[0]) for key, value in values.items()}
    return kilobytes["SUnreclaim"] + kilobytes["Percpu"] + kilobytes["VmallocUsed"]


def growth(check, net, control):
    """ten thousand streams, again and again"""
    after = []
    for number in range(ROUNDS):
        start_time = time.monotonic()
        for n in range(STREAMS):
            add(control, 1 << 15 | n)
        full = memory()
        if number == 0:
            check.equal(len(control.blist()), STREAMS, "streams in blist")
            check((proc.ROOT / "0/list").read_text().count("\n") >= STREAMS, "streams in list")
        delete_all(control, [1 << 15 | n for n in range(STREAMS)])
        wait_until(lambda: memory() < full - 1000, 5)
        after.append(memory())
        check(True, f"round {number + 1}: {full} kB with them, {after[-1]} kB without, "
              f"{time.monotonic() - start_time:.1f} s")
    check(after[-1] - after[0] < 500, "memory after the last round against the first, kB", after[-1] - after[0])
    check.equal(control.blist(), {}, "none is left")


def ended(check, net, control):
    """a controller that is killed leaves its streams forwarding; with the table they go"""
    leg = Leg(net, control, component=uapi.RTP)
    add(control, 1)
    control.close()
    check.equal(leg.fate(voice()), "callee", "packets are forwarded without a controller")
    with uapi.Control(0) as successor:
        found = successor.blist()
        check.equal(sorted(found), sorted([1, leg.id]), "a new one finds the streams in blist")
        check.equal(found[leg.id].in_.packets, 1, "with their counters")
        check.equal(successor.delete(leg.id, leg.local).in_.packets, 1, "and can take them over")
    flush()
    check.equal(proc.command("del 0\n"), "", "the table goes, and a stream with it")
    check.equal(proc.unload(), "", "the module too")


def main():
    net = Network()
    control = uapi.Control(0)
    cases = (replaced, withdrawn, in_a_row, held, together, growth, ended)
    run_cases({case.__name__: case for case in cases}, [], net, control)


main()
