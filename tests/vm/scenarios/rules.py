# SPDX-License-Identifier: Apache-2.0
"""The iptables target: xtables/libxt_RTPENGINE.t, and what one row can't say."""
import os
import pathlib
import sys

import proc
import uapi
from harness.check import run_cases
from network import Leg, Network
from packets import voice
from proc import run
from rules import COMMANDS, flush, output, rows, send_to_table

TABLE = pathlib.Path(os.environ["TOP"], "xtables/libxt_RTPENGINE.t")


def table(check):
    """each row with each of iptables' makes"""
    for command in COMMANDS:
        for row in rows(TABLE):
            fault = row.try_with(command)
            check(not fault, f"{command} {row}: {'accepted' if row.good else 'refused'}", fault)


def messages(check):
    """help, listing, and errors that say what is wrong"""
    for command in COMMANDS:
        shown = output(command, "-j", "RTPENGINE", "--help")
        check("--id N" in shown and "media proxy" in shown, f"{command} -j RTPENGINE --help")
        send_to_table(42, [command])
        check("RTPENGINE id 42" in output(command, "-nL", "INPUT"), f"{command} -L")
        flush([command])
        check('"--id" must be specified' in run(command, "-A", "INPUT", "-j", "RTPENGINE"), f"{command} without --id")
        check("out of range (0-65535)" in run(command, "-A", "INPUT", "-j", "RTPENGINE", "--id", "70000"),
              f"{command} with an id out of range")
    run("iptables-legacy", "-A", "INPUT", "-j", "RTPENGINE", "--id", "64")
    check("max_tables" in output("dmesg"), "the kernel's log says which parameter has to be larger")


def restore(check):
    """save, flush, restore"""
    for command in COMMANDS:
        send_to_table(11, [command])
        saved = output(f"{command}-save")
        check("-A INPUT -p udp -j RTPENGINE --id 11" in saved, f"{command}-save")
        flush([command])
        check.equal(run(f"{command}-restore", input=saved), "", f"{command}-restore")
        check("-j RTPENGINE --id 11" in output(command, "-S", "INPUT"), "the rule is back")
        check.equal(run(command, "-C", "INPUT", "-p", "udp", "-j", "RTPENGINE", "--id", "11"), "", f"{command} -C finds it")
        flush([command])


def chains(check):
    """a chain of one's own, called from INPUT; never from elsewhere"""
    for command in COMMANDS:
        run(command, "-N", "media")
        check.equal(run(command, "-A", "media", "-p", "udp", "-j", "RTPENGINE", "--id", "0"), "", f"{command}: own chain")
        check(run(command, "-A", "OUTPUT", "-j", "media"), f"{command}: it can't be called from OUTPUT")
        check(run(command, "-A", "FORWARD", "-j", "media"), f"{command}: nor from FORWARD")
        check.equal(run(command, "-A", "INPUT", "-j", "media"), "", f"{command}: but from INPUT")
        for clear in ("-F", "-X"):
            run(command, clear)


def forwarding(check):
    """packets are forwarded with either make, in a chain called from INPUT too, and only while there is a rule"""
    net = Network()
    with uapi.Control(0) as control:
        for six, pair in ((4, ("iptables-legacy", "iptables-nft")), (6, ("ip6tables-legacy", "ip6tables-nft"))):
            leg = Leg(net, control, six, six, component=uapi.RTP)
            flush()
            check.equal(leg.fate(voice(1)), "up", f"v{six}: no rule, no forwarding")
            for command in pair:
                send_to_table(0, [command])
                check.equal(leg.fate(voice(2)), "callee", f"{command}: forwarded")
                flush([command])
                run(command, "-N", "media")
                run(command, "-A", "media", "-j", "RTPENGINE", "--id", "0")
                run(command, "-A", "INPUT", "-p", "udp", "-j", "media")
                check.equal(leg.fate(voice(3)), "callee", f"{command}: forwarded by a chain of one's own")
                flush([command])
                send_to_table(1, [command])
                check.equal(leg.fate(voice(4)), "up", f"{command}: the rule of another table leaves them alone")
                check.equal(flush([command]) + run(command, "-F", "media") + run(command, "-X", "media"), "", "rules gone")
            leg.close()


def main():
    problem = proc.load()
    if problem:
        sys.exit(f"modprobe: {problem}")
    run_cases({case.__name__: case for case in (table, messages, restore, chains, forwarding)}, [])


main()
