# SPDX-License-Identifier: Apache-2.0
"""How long the turns of a daemon's loops take, measured by what one call costs control on the same machine."""
import pathlib

from .check import wait_until

# One turn may take the CPU time that so many calls cost control: what goes over all of very many calls in one go takes more.
MOST_CALLS = 200


def cpu_us(pid):
    """Of a process's loop thread."""
    return int(pathlib.Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) // 1000


class Turns:
    """`daemon`: has status(). From here on until set_up() calls are set up."""

    def __init__(self, daemon):
        self.daemon, self.limit_us = daemon, None
        self.before_us = cpu_us(self._control())

    def _control(self):
        return next(c["pid"] for c in self.daemon.status()["supervisor"]["children"] if c["name"] == "control")

    def set_up(self, calls):
        self.limit_us = MOST_CALLS * (cpu_us(self._control()) - self.before_us) / calls

    def beats(self):
        """Every process says how its loop turns once a second: what happened before is in it two seconds later."""
        def counts():
            return [sum(c["turns"]["cpu"]) for c in self.daemon.status()["supervisor"]["children"]]
        for _ in range(2):
            before = counts()
            wait_until(lambda: all(now != then for now, then in zip(counts(), before)), 20)

    def look(self, check, what):
        """The machine may have stood still, so CPU time is what counts."""
        self.beats()
        supervisor = self.daemon.status()["supervisor"]
        of = {"supervisor": supervisor["turns"], **{c["name"]: c["turns"] for c in supervisor["children"]}}
        found = {name: (t["longest_cpu_us"], t["longest_us"]) for name, t in of.items()}
        check(all(cpu < self.limit_us for cpu, _ in found.values()),
              f"{what}: no turn took {self.limit_us:.0f} us of CPU time; longest ones (CPU us, elapsed us)", found)
