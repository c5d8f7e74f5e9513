# SPDX-License-Identifier: Apache-2.0
"""Start-up as an operator types it: one instance, then two on one host, each with a call that the kernel takes."""
import os
import pathlib
import signal
import subprocess

import proc
from harness.check import run_cases, wait_until
from harness.ng import Ng, NoAnswer
from live import LiveCall
from network import HomeNetwork
from proc import run

ADDRESSES = ("10.64.73.31/32", "192.168.65.73/32", "2001:db8::4f3:3d/128")

ONE = """modprobe xt_RTPENGINE
iptables -I INPUT -p udp -j RTPENGINE --id 0
ip6tables -I INPUT -p udp -j RTPENGINE --id 0
echo 'del 0' > /proc/rtpengine/control
rtpengine --table=0 --interface=10.64.73.31 --interface=2001:db8::4f3:3d --listen-ng=127.0.0.1:2223 --tos=184 \
--pidfile=/run/rtpengine.pid --no-fallback
"""

TWO = """modprobe xt_RTPENGINE
iptables -I INPUT -p udp -d 10.64.73.31 -j RTPENGINE --id 0
iptables -I INPUT -p udp -d 192.168.65.73 -j RTPENGINE --id 1
echo 'del 0' > /proc/rtpengine/control
echo 'del 1' > /proc/rtpengine/control
rtpengine --table=0 --interface=10.64.73.31 --listen-ng=127.0.0.1:2223 --tos=184 --pidfile=/run/rtpengine-10.pid \
--no-fallback
rtpengine --table=1 --interface=192.168.65.73 --listen-ng=127.0.0.1:2224 --tos=184 --pidfile=/run/rtpengine-192.pid \
--no-fallback
"""


def shell(command):
    """Its complaints. Into a file: a daemon that goes to the background would keep a pipe open."""
    with open("/run/said", "w+b") as said:
        status = subprocess.run(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=said, stderr=said).returncode
        said.seek(0)
        return "" if status == 0 else said.read().decode().strip() or f"status {status}"


def type_in(check, commands):
    """`del` finds no table at the first start: that is how it is meant."""
    for command in commands.splitlines():
        said = shell(command)
        fine = not said or (command.startswith("echo 'del") and "No such file or directory" in said)
        check(fine, command, said)


def ready(check, net, port):
    ng = Ng(net.proxy, port=port)

    def pong():
        try:
            return ng.request("ping", timeout=0.5, tries=1).get("result") == "pong"
        except NoAnswer:
            return False

    check(wait_until(pong, 30), f"answers on port {port}")
    return ng


def stop(check, pidfile, table):
    pid = int(pathlib.Path(pidfile).read_text())
    os.kill(pid, signal.SIGTERM)
    check(wait_until(lambda: not os.path.exists(f"/proc/{pid}"), 20), f"{pidfile}: ends when it is asked to")
    check(str(table) not in proc.tables().split(), f"table {table} has gone with it")


def clear(check):
    check.equal(run("iptables", "-F", "INPUT") + run("ip6tables", "-F", "INPUT"), "", "the rules go")
    check(wait_until(lambda: not proc.unload(), 5, 0.5), "and the module")


def one(check, net):
    """the single instance, IPv4 and IPv6"""
    type_in(check, ONE)
    ng = ready(check, net, 2223)
    check.equal(proc.tables().split(), ["0"], "table 0 is there")
    for name, parties, keys in (("IPv4", {}, {}),
                                ("IPv6", {"caller": "fd01::2", "callee": "fd02::2"}, {}),
                                ("IPv4 to IPv6", {"callee": "fd02::2"}, {"address_family": "IP6"})):
        call = LiveCall(net, ng, name.replace(" ", "-"), **parties).set_up(**keys)
        call.check_kernel(check, name)
        call.check_totals(check, name)
    stop(check, "/run/rtpengine.pid", 0)
    clear(check)


def two(check, net):
    """two instances, each with its own table and rule"""
    type_in(check, TWO)
    calls = []
    for table, port in ((0, 2223), (1, 2224)):
        calls.append(LiveCall(net, ready(check, net, port), f"instance-{table}", table).set_up())
    check.equal(proc.tables().split(), ["0", "1"], "both tables are there")
    for call in calls:
        call.check_kernel(check, f"table {call.table}")
    stop(check, "/run/rtpengine-10.pid", 0)
    calls[1].check_kernel(check, "table 1 while the other instance has gone")
    stop(check, "/run/rtpengine-192.pid", 1)
    clear(check)


def hide_configuration():
    """Nothing is meant but what is typed in; the host may have a file for another daemon of that name."""
    folder = "/etc/rtpengine"
    if os.path.isdir(folder) and (problem := run("mount", "-t", "tmpfs", "none", folder)):
        raise SystemExit(problem)


def main():
    hide_configuration()
    net = HomeNetwork()
    net.proxy.ip(*(f"address add {address} dev lo" for address in ADDRESSES))
    run_cases({"one": one, "two": two}, [], net)


main()
