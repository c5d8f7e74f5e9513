# SPDX-License-Identifier: Apache-2.0
"""The program at interfaces: what it leaves alone, how it follows, what it leaves behind."""
import json
import os
import pathlib
import signal
import subprocess
import time

from harness.check import wait_until
from harness.net import wire

from .talk import Talk, check_exact, daemon


def tc(network, *words):
    return subprocess.run(["tc", "-n", network.proxy.name, *words], capture_output=True, text=True, check=True).stdout


def programs(pid):
    """Ids of the BPF programs that a process has open: others of this machine have theirs."""
    infos = [path.read_text() for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir()]
    return {line.split()[1] for info in infos for line in info.splitlines() if line.startswith("prog_id:")}


def left(ids):
    """Those of the programs that the kernel still has."""
    loaded = json.loads(subprocess.run(["bpftool", "-j", "prog", "show"], capture_output=True, check=True).stdout)
    return ids & {str(program["id"]) for program in loaded}


def routing(network):
    with network.proxy.entered():
        return [pathlib.Path("/proc/sys/net", family, "conf/lo/forwarding").read_text() for family in ("ipv4", "ipv6")]


def others_stay(check, network, options):
    """Another program on the hook, and everything as it was after the end."""
    tc(network, "qdisc", "add", "dev", "toa", "clsact")
    tc(network, "filter", "add", "dev", "toa", "ingress", "prio", "7", "bpf", "bytecode", "1,6 0 0 0,")
    others, switches = tc(network, "filter", "show", "dev", "toa", "ingress"), routing(network)
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "beside").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            ours = programs(running.pid)
            check(ours and left(ours) == ours, "our programs are loaded")
        check_exact(check, talk, "beside another program")
    check.equal(tc(network, "filter", "show", "dev", "toa", "ingress"), others, "the other filter is there as before")
    check("clsact" not in tc(network, "qdisc", "show", "dev", "tob"), "no qdisc is left")
    check(wait_until(lambda: not left(ours), 5), "no program is left")
    check.equal(routing(network), switches, "lo's forwarding is as it was")
    tc(network, "qdisc", "del", "dev", "toa", "clsact")


def address_moves(check, network, options):
    """A media address goes to another interface, and so does the program."""
    wire(network.proxy, "toc", [], network.caller, "eth1", [])
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "moving").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            with talk.lock:  # nobody sends while the cable is changed
                network.caller.ip("address del 10.1.0.2/24 dev eth0", "address add 10.1.0.2/24 dev eth1")
                network.proxy.ip("address del 10.1.0.1/24 dev toa", "address add 10.1.0.1/24 dev toc")
                network.caller.ip("route replace default via 10.1.0.1 dev eth1")
            check(wait_until(lambda: "BPF: forwarding what arrives on toc" in running.log(), 5), "toc has the program")
            before = network.proxy.udp_counter("InDatagrams")
            time.sleep(1)
            after = network.proxy.udp_counter("InDatagrams")
            check(after - before < 20, "packets are forwarded by the kernel there", after - before)
        check_exact(check, talk, "moved")
        network.proxy.ip("address del 10.1.0.1/24 dev toc", "address add 10.1.0.1/24 dev toa", "link del toc")
        network.caller.ip("address add 10.1.0.2/24 dev eth0", "route replace default via 10.1.0.1 dev eth0")
        check(wait_until(lambda: "BPF: no longer on toc" in running.log(), 5), "toc is left")
        talk.delete()


def killed_whole(check, network, options):
    """The supervisor is killed: the next one starts as if nothing had been."""
    with daemon(network, options) as (running, ng):
        Talk(network, ng, "lost").set_up()
        ours, children = programs(running.pid), [pid for pid, _ in running.family()]
        os.kill(running.pid, signal.SIGKILL)
        running.process.wait()
        check(ours and wait_until(lambda: not left(ours), 5), "no program is left")
        check(wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), 10), "and no process, which had the NG port")
        running.start()
        ng = running.wait_ready()
        talk = Talk(network, ng, "after").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
        check_exact(check, talk, "after a new start")


CASES = {"others-stay": others_stay, "address-moves": address_moves, "killed-whole": killed_whole}
