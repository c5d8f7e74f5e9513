# SPDX-License-Identifier: Apache-2.0
"""Hosts as network namespaces of this machine, joined by veth. No packet leaves it."""
import atexit
import contextlib
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys

CLONE_NEWNET = 0x40000000
_PREFIX = "rtpe2e-"
_libc = ctypes.CDLL(None, use_errno=True)


def _setns(fd):
    if _libc.setns(fd, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def die_with_parent():
    """For preexec_fn: a helper program never outlives its script."""
    _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _sweep():
    """Namespaces of scripts that were killed before they could clean up."""
    names = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout.split()
    for name in names:
        if name.startswith(_PREFIX) and not os.path.exists("/proc/" + name.split("-")[1]):
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def _exit_on_signal(number, _frame):
    sys.exit(128 + number)


signal.signal(signal.SIGTERM, _exit_on_signal)
signal.signal(signal.SIGHUP, _exit_on_signal)
_sweep()


class Host:
    """A named network namespace; deleted when the script ends."""

    def __init__(self, name):
        self.name = f"{_PREFIX}{os.getpid()}-{name}"
        subprocess.run(["ip", "netns", "add", self.name], check=True)
        atexit.register(self.delete)
        self.ip("link set lo up")
        with self.entered():
            for path, value in (("ipv4/conf/all/rp_filter", "0"), ("ipv4/conf/default/rp_filter", "0"),
                                ("ipv6/conf/all/accept_dad", "0"), ("ipv6/conf/default/accept_dad", "0")):
                pathlib.Path("/proc/sys/net", path).write_text(value)

    def delete(self):
        """With what a killed daemon left: its runtime directory bears the namespace's inode."""
        with contextlib.suppress(OSError):
            inode = os.stat("/run/netns/" + self.name).st_ino
            for left in pathlib.Path("/run/rtpengine").glob(f"*@{inode}"):
                shutil.rmtree(left, ignore_errors=True)
        subprocess.run(["ip", "netns", "delete", self.name], capture_output=True)

    def ip(self, *commands):
        subprocess.run(["ip", "-n", self.name, "-batch", "-"], input="\n".join(commands) + "\n",
                       text=True, check=True)

    @contextlib.contextmanager
    def entered(self):
        """The calling thread is inside for the length of the block."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.name, os.O_RDONLY)
        try:
            _setns(there)
            yield
        finally:
            _setns(home)
            os.close(there)
            os.close(home)

    def udp(self, address="0.0.0.0", port=0, timeout=2.0):
        with self.entered():
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((address, port))
        sock.settimeout(timeout)
        return sock

    def popen(self, command, **options):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *command],
                                preexec_fn=die_with_parent, **options)

    def udp_ports(self):
        """Every UDP port in use here."""
        ports = set()
        with self.entered():
            for table in ("udp", "udp6"):
                for line in pathlib.Path("/proc/thread-self/net", table).read_text().splitlines()[1:]:
                    ports.add(int(line.split()[1].rsplit(":", 1)[1], 16))
        return ports

    def udp_counter(self, name):
        """Sum over IPv4 and IPv6 of a UDP counter such as RcvbufErrors or NoPorts."""
        total = 0
        with self.entered():
            lines = pathlib.Path("/proc/thread-self/net/snmp").read_text().splitlines()
            names, values = [line.split() for line in lines if line.startswith("Udp:")]
            total += int(dict(zip(names, values))[name])
            for line in pathlib.Path("/proc/thread-self/net/snmp6").read_text().splitlines():
                if line.split()[0] == "Udp6" + name:
                    total += int(line.split()[1])
        return total


def wire(left, left_device, left_addresses, right, right_device, right_addresses):
    """A veth pair between two hosts; addresses with prefix length, IPv4 or IPv6."""
    left.ip(f"link add {left_device} type veth peer name {right_device} netns {right.name}")
    for host, device, addresses in ((left, left_device, left_addresses), (right, right_device, right_addresses)):
        host.ip(f"link set {device} up", *(f"address add {a} dev {device}" for a in addresses))


class ThreeHosts:
    """caller 10.1.0.2, fd01::2 -- 10.1.0.1, fd01::1 proxy 10.2.0.1, fd02::1 -- 10.2.0.2, fd02::2 callee

    The proxy forwards nothing itself; each party reaches every address of the proxy."""

    def __init__(self):
        self.caller, self.proxy, self.callee = Host("caller"), Host("proxy"), Host("callee")
        wire(self.proxy, "toa", ["10.1.0.1/24", "fd01::1/64"], self.caller, "eth0", ["10.1.0.2/24", "fd01::2/64"])
        wire(self.proxy, "tob", ["10.2.0.1/24", "fd02::1/64"], self.callee, "eth0", ["10.2.0.2/24", "fd02::2/64"])
        self.caller.ip("route add default via 10.1.0.1", "route add default via fd01::1")
        self.callee.ip("route add default via 10.2.0.1", "route add default via fd02::1")
