# SPDX-License-Identifier: Apache-2.0
"""Steered ports have no socket of their own: nobody else may bind there, connect to the peer and take the stream."""
import socket

from harness.call import Call
from harness.check import wait_until
from harness.daemon import instance

TWO = ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1", "--interface=outer/fd01::1"]
FIRST, LAST = 40000, 40099


def bound(network, family, address, port, *options):
    """What comes of binding a UDP socket in the daemon's host: the socket, or the errno."""
    with network.proxy.entered():
        sock = socket.socket(family, socket.SOCK_DGRAM)
    for level, option, value in options:
        sock.setsockopt(level, option, value)
    try:
        sock.bind((address, port))
    except OSError as fault:
        sock.close()
        return fault.strerror
    return sock


REUSE = (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
DUAL = (socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
V4, V6 = socket.AF_INET, socket.AF_INET6
FORBIDDEN = [(V4, "10.1.0.1"), (V4, "0.0.0.0"), (V4, "10.1.0.1", REUSE), (V6, "fd01::1"), (V6, "::"), (V6, "::", DUAL),
             (V6, "::ffff:10.1.0.1", DUAL), (V6, "::ffff:0.0.0.0", DUAL)]


def protected(running):
    return all(not entry["unguarded_ports"] for entry in running.status()["supervisor"]["instances"])


def foreign_binds(check, network, options):
    """sockets of others on media ports: refused, whatever they try; ours and those of other ports are not"""
    with instance(options, network, ["--media-sockets=steered", *TWO, f"--port-min={FIRST}", f"--port-max={LAST}"]) as daemon:
        ng = daemon.wait_ready()
        check(protected(daemon), "status: the ports are protected")
        call = Call(network, ng, "taken").set_up(direction=["outer", "inner"])
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        port = call.toward[call.caller][1]
        for family, address, *more in FORBIDDEN:
            for number in (port, LAST):
                got = bound(network, family, address, number, *more)
                check(got == "Operation not permitted", f"{address} port {number}{' and more' if more else ''}: refused", got)
        # The attack: connected to the caller, the kernel would give this socket what the caller sends.
        thief = bound(network, V4, "10.1.0.1", port)
        if not isinstance(thief, str):
            thief.connect(call.caller.getsockname())
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        for family, address, number in ((V4, "10.1.0.1", LAST + 1), (V4, "127.0.0.1", FIRST), (V4, "10.1.0.1", 0), (V6, "fd02::1", FIRST)):
            got = bound(network, family, address, number)
            check(not isinstance(got, str), f"{address} port {number}: none of ours, allowed", got if isinstance(got, str) else "")
        out = daemon.ctl("upgrade")
        check(protected(daemon) and bound(network, V4, "10.1.0.1", port) == "Operation not permitted", "after an upgrade, too", out)
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        call.delete()
        fill = [Call(network, ng, f"more{i}").set_up(direction=["outer", "inner"]) for i in range(30)]
        check.equal([c.exchange(1) for c in fill], [(0, 0)] * 30, "our own ports open: lost")
        for each in fill:
            each.delete()
    check(wait_until(lambda: not isinstance(bound(network, V4, "10.1.0.1", FIRST), str), 5), "without the daemon, anybody may")


def side_by_side(check, network, options):
    """two daemons with ranges of their own: each refuses others on its ports, and serves"""
    first = ["--media-sockets=steered", "--interface=10.1.0.1", "--port-min=40000", "--port-max=40019"]
    second = ["--media-sockets=steered", "--interface=10.1.0.1", "--port-min=40020", "--port-max=40039"]
    with instance(options, network, first) as one, instance(options, network, second, ng_port=2224, name="second") as two:
        for daemon in (one, two):
            ng = daemon.wait_ready()
            call = Call(network, ng, "each").set_up()
            check.equal(call.exchange(), (0, 0), "media: lost")
            call.delete()
        for port in (40000, 40039):
            check.equal(bound(network, V4, "10.1.0.1", port), "Operation not permitted", f"port {port}")


CASES = {"foreign-binds": foreign_binds, "foreign-binds-two": side_by_side}
