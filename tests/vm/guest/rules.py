# SPDX-License-Identifier: Apache-2.0
"""iptables in its two makes, for both families."""
import shlex
import subprocess

from proc import run

COMMANDS = ["iptables-legacy", "ip6tables-legacy", "iptables-nft", "ip6tables-nft"]


def send_to_table(ident, commands=("iptables-legacy", "ip6tables-legacy")):
    """The seed's rule; complaints, if there are any."""
    return "".join(run(c, "-I", "INPUT", "-p", "udp", "-j", "RTPENGINE", "--id", str(ident)) for c in commands)


def flush(commands=("iptables-legacy", "ip6tables-legacy")):
    return "".join(run(c, "-F", "INPUT") for c in commands)


def output(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options).stdout


class Row:
    """A row of a .t file: may the rule be in that chain, and how is it listed then?"""

    def __init__(self, table, chain, line):
        self.table, self.chain = table, chain
        self.rule, listing, verdict = line.split(";")
        self.listing = self.rule if listing == "=" else listing
        self.good = {"OK": True, "FAIL": False}[verdict]

    def __str__(self):
        return f"{self.table} {self.chain} {self.rule}"

    def try_with(self, command):
        """"" if all is as the row says. Leaves nothing behind."""
        base = [command, "-t", self.table]
        refusal = run(*base, "-A", self.chain, *shlex.split(self.rule))
        listed = [line for line in output(*base, "-S", self.chain).splitlines() if line.startswith("-A ")]
        if not self.good:
            return "" if refusal and not listed else f"was not refused; listed {listed}"
        if refusal or listed != [f"-A {self.chain} {self.listing}"]:
            return refusal or f"listed {listed}"
        return run(*base, "-D", self.chain, *shlex.split(self.rule))


def rows(file):
    """Of iptables' own test format."""
    table, chains = "filter", []
    for line in file.read_text().splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith(":"):
            chains = line[1:].split(",")
        elif line and not line.startswith("#"):
            yield from (Row(table, chain, line) for chain in chains)
