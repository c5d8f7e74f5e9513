# SPDX-License-Identifier: Apache-2.0
"""Debian's Kamailio as a stateful proxy that anchors media at the daemon."""
import pathlib
import subprocess

from .check import wait_until

CONFIGURATION = pathlib.Path(__file__).parents[1] / "kamailio" / "kamailio.cfg"


def bracketed(address):
    return f"[{address}]" if ":" in address else address


class Kamailio:
    """`caller_side`, `callee_side`: its own addresses; `callee`: where calls go; the flags: as rtpengine_manage() has them."""

    def __init__(self, host, folder, caller_side, callee_side, callee, offer_flags, answer_flags):
        self.log_path = folder / "kamailio.log"
        defines = {"CALLER_SIDE": f"udp:{bracketed(caller_side)}:5060", "CALLEE_SIDE": f"udp:{bracketed(callee_side)}:5060",
                   "CALLEE": f'"sip:callee@{bracketed(callee)}:5060"',
                   "OFFER_FLAGS": f'"{offer_flags}"', "ANSWER_FLAGS": f'"{answer_flags}"'}
        command = ["kamailio", "-f", str(CONFIGURATION), "-DD", "-E", "-m", "64", "-M", "8",
                   "-Y", str(folder), "-P", str(folder / "kamailio.pid")]
        for name, value in defines.items():
            command += ["-A", f"{name}={value}"]
        self.log = open(self.log_path, "w")
        self.process = host.popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=folder)
        if not wait_until(lambda: 5060 in host.udp_ports() or self.process.poll() is not None, 10) \
                or self.process.poll() is not None:
            raise RuntimeError("Kamailio did not start:\n" + self.log_path.read_text()[-3000:])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
