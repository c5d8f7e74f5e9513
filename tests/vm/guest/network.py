# SPDX-License-Identifier: Apache-2.0
"""The hosts of the forwarding tests and what passes between them.

    caller 10.1.0.2, fd01::2 -- 10.1.0.1, fd01::1 proxy 10.2.0.1, fd02::1 -- 10.2.0.2, fd02::2 callee

The script itself enters the proxy's namespace for good; table 0 and the seed's rules are there."""
import contextlib
import ctypes
import fcntl
import pathlib
import socket
import struct
import subprocess

import proc
import uapi
from harness.net import Host, ThreeHosts, _setns
from rules import send_to_table

CALLER, CALLEE = {4: "10.1.0.2", 6: "fd01::2"}, {4: "10.2.0.2", 6: "fd02::2"}
TO_CALLER, TO_CALLEE = {4: "10.1.0.1", 6: "fd01::1"}, {4: "10.2.0.1", 6: "fd02::1"}
SIOCETHTOOL, ETHTOOL_STXCSUM = 0x8946, 0x17
BIG_BUFFER = 8 << 20


class Network(ThreeHosts):
    def __init__(self, table=0):
        super().__init__()
        with open("/run/netns/" + self.proxy.name) as namespace:
            _setns(namespace.fileno())
        problem = proc.load() + proc.command(f"add {table}\n") + send_to_table(table)
        if problem:
            raise RuntimeError(problem)

    def checksum_offload(self, on):
        """On every device: when off, checksums are made in software before the wire."""
        for host, device in ((self.caller, "eth0"), (self.callee, "eth0"), (self.proxy, "toa"), (self.proxy, "tob")):
            with host.entered(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                value = (ctypes.c_uint32 * 2)(ETHTOOL_STXCSUM, on)
                fcntl.ioctl(sock, SIOCETHTOOL, struct.pack("16sP16x", device.encode(), ctypes.addressof(value)))



class Home(Host):
    """The guest's first namespace, where a command that is typed runs."""

    def __init__(self):
        self.name = "home"

    def ip(self, *commands):
        subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True, check=True)

    @contextlib.contextmanager
    def entered(self):
        yield

    def popen(self, command, **options):
        return subprocess.Popen(command, **options)


class HomeNetwork:
    """The same topology with the proxy in the guest's first namespace."""

    def __init__(self):
        self.caller, self.proxy, self.callee = Host("caller"), Home(), Host("callee")
        for name in ("conf/all/rp_filter", "conf/default/rp_filter"):
            pathlib.Path("/proc/sys/net/ipv4", name).write_text("0")
        for name in ("conf/all/accept_dad", "conf/default/accept_dad"):
            pathlib.Path("/proc/sys/net/ipv6", name).write_text("0")
        for device, network, host in (("toa", 1, self.caller), ("tob", 2, self.callee)):
            self.proxy.ip(f"link add {device} type veth peer name eth0 netns {host.name}", f"link set {device} up",
                          f"address add 10.{network}.0.1/24 dev {device}", f"address add fd0{network}::1/64 dev {device}")
            host.ip("link set eth0 up", f"address add 10.{network}.0.2/24 dev eth0",
                    f"address add fd0{network}::2/64 dev eth0", f"route add default via 10.{network}.0.1",
                    f"route add default via fd0{network}::1")


class Party:
    """A socket that knows what else came with a datagram."""

    def __init__(self, host, address, port=0):
        self.sock = host.udp(address, port, timeout=0.5)
        self.six = ":" in address
        self.sock.setsockopt(socket.SOL_SOCKET, 33, BIG_BUFFER)  # SO_RCVBUFFORCE
        for level, option in (((41, 51), (41, 66)) if self.six else ((0, 12), (0, 13))):  # hop limit, class; TTL, TOS
            self.sock.setsockopt(level, option, 1)
        self.address = self.sock.getsockname()[:2]

    def send(self, data, to):
        self.sock.sendto(data, to)

    def receive(self, timeout=0.5):
        """(data, source, TTL, TOS) or None."""
        self.sock.settimeout(timeout)
        try:
            data, control, _, source = self.sock.recvmsg(70000, 256)
        except socket.timeout:
            return None
        values = {(level, kind): int.from_bytes(value, "little") for level, kind, value in control}
        ttl, tos = ((41, 52), (41, 67)) if self.six else ((0, 2), (0, 1))
        return data, source[:2], values.get(ttl), values.get(tos)

    def everything(self, quiet=0.3):
        """Datagrams until none comes for a while."""
        found = []
        while (got := self.receive(quiet)):
            found.append(got[0])
        return found

    def set(self, level, option, value):
        self.sock.setsockopt(level, option, value)

    def close(self):
        self.sock.close()


class Leg:
    """A stream in table 0 from the caller to the callee: its sockets, what the daemon would hold, and the way up.

    `local`: where the caller sends; `up`: a socket of the proxy's own there, for what the kernel leaves alone."""
    next_port = 20000

    def __init__(self, net, control, family_in=4, family_out=4, n_destinations=1, to=None, destination=None, **rule):
        Leg.next_port += 2
        self.control, self.id = control, Leg.next_port
        self.caller = Party(net.caller, CALLER[family_in])
        self.callees = [Party(net.callee, CALLEE[family_out]) for _ in range(n_destinations)]
        self.local = (TO_CALLER[family_in], Leg.next_port)
        self.out = (TO_CALLEE[family_out], Leg.next_port + 1)
        self.up = Party(net.proxy, *self.local)
        self.destinations = [uapi.destination(self.out, c.address, stream=n + 1, **(destination or {}))
                             for n, c in enumerate(self.callees)]
        self.rule = rule
        self.set()

    @property
    def callee(self):
        return self.callees[0]

    def set(self, **changes):
        self.rule.update(changes)
        return self.control.set(self.id, self.local, self.destinations, **self.rule)

    def send(self, data):
        self.caller.send(data, self.local)

    def state(self):
        return self.control.get(self.id, self.local)

    def fate(self, data, sender=None):
        """Where a datagram came out: "callee", "up", "both" or "nowhere"."""
        (sender or self.caller).send(data, self.local)
        forwarded, left = (data in party.everything(0.15) for party in (self.callee, self.up))
        return {(True, False): "callee", (False, True): "up", (True, True): "both"}.get((forwarded, left), "nowhere")

    def close(self):
        state = self.control.delete(self.id, self.local)
        for party in (self.caller, self.up, *self.callees):
            party.close()
        return state
