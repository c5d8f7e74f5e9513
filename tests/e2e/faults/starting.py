# SPDX-License-Identifier: Apache-2.0
"""Starts that can't work, and two instances on one host."""
import re
import shlex
import subprocess

from harness.call import Call
from harness.daemon import instance, STOP_SECONDS
from harness.net import die_with_parent

GOOD = ["--config-file=none", "--table=-1", "--interface=10.1.0.1", "--listen-ng=127.0.0.1:2223", "--foreground",
        "--log-stderr"]

# name: (arguments, what the fatal error must say)
BAD_STARTS = {
    "an address that isn't here": ([*GOOD, "--interface=x/192.0.2.77"], r"192\.0\.2\.77"),
    "an unknown option": ([*GOOD, "--port-mni=3000"], r"port-mni(.|\n)*port-min"),
    "a value that isn't a number": ([*GOOD, "--timeout=soon"], r"timeout|soon"),
    "ports upside down": ([*GOOD, "--port-min=5000", "--port-max=4000"], r"port"),
    "ports without a pair": ([*GOOD, "--port-min=30001", "--port-max=30002"], r"30001-30002 hold no even port"),
    "a multicast address": ([*GOOD, "--interface=x/224.0.0.1"], r"224\.0\.0\.1 is multicast"),
    "a port out of range": ([*GOOD, "--port-max=70000"], r"port-max|70000"),
    "no interface": (["--config-file=none", "--listen-ng=127.0.0.1:2223", "--foreground"], r"interface"),
    "no listener": (["--config-file=none", "--interface=10.1.0.1", "--foreground"], r"listen"),
    "an unreadable file": (["--config-file=/nonexistent/rtpengine.conf", *GOOD[1:]], r"/nonexistent/rtpengine\.conf"),
    "a folder as file": (["--config-file=/tmp", *GOOD[1:]], r"/tmp"),
    "a listener's port out of range": ([*GOOD, "--listen-ng=127.0.0.1:99999"], r"99999"),
}


def attempt(network, options, arguments):
    """Exit status and output of a start that should end by itself."""
    with network.proxy.entered():
        done = subprocess.run([*shlex.split(options.daemon), *arguments], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=STOP_SECONDS, text=True,
                              preexec_fn=die_with_parent)
    return done.returncode, done.stdout


def fails(check, what, network, options, arguments, pattern):
    status, output = attempt(network, options, arguments)
    said = "Fatal error" in output and re.search(pattern, output)
    check(status == 255 and said, f"{what}: status 255 and why", output.strip().splitlines()[-1:] if said else
          f"status {status}\n{output[-1500:]}")


def bad_starts(check, network, options):
    """wrong command lines and configurations end with status 255 and a clear message"""
    for name, (arguments, pattern) in BAD_STARTS.items():
        fails(check, name, network, options, arguments, pattern)


def ng_port_in_use(check, network, options):
    """the NG port belongs to another program, or to another instance"""
    other = network.proxy.udp("127.0.0.1", 2223)
    fails(check, "another program has the NG port", network, options, GOOD, r"2223")
    other.close()
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "first").set_up()
        fails(check, "another instance has it", network, options, GOOD, r"2223")
        check.equal(call.exchange(), (0, 0), "the first instance is undisturbed: lost")
        check.equal(ng.request("ping").get("result"), "pong", "ping")
        call.delete()


def side_by_side(check, network, options):
    """two instances on one host, each with its NG port and its ports"""
    low = ["--interface=10.1.0.1", "--port-min=30000", "--port-max=30999"]
    high = ["--interface=10.1.0.1", "--port-min=31000", "--port-max=31999"]
    with instance(options, network, low) as first, instance(options, network, high, ng_port=2224) as second:
        one, two = first.wait_ready(), second.wait_ready()
        a, b = Call(network, one, "same").set_up(), Call(network, two, "same").set_up()
        check.equal((a.exchange(), b.exchange()), ((0, 0), (0, 0)), "a call on each: lost")
        check(max(a.ports()) < 31000 <= min(b.ports()), "in their own ranges", (a.ports(), b.ports()))
        a.delete()
        check.equal((one.calls(), two.calls(), b.exchange()), ([], ["same"], (0, 0)), "deleting one leaves the other")
        b.delete()


CASES = {"bad-starts": bad_starts, "ng-port-in-use": ng_port_in_use, "side-by-side": side_by_side}
