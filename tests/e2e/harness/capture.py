# SPDX-License-Identifier: Apache-2.0
"""What a host's link saw, by tcpdump."""
import ipaddress
import os
import struct
import subprocess
import tempfile
from collections import namedtuple

Datagram = namedtuple("Datagram", "time source destination payload")  # source, destination: (address, port)

LINK_HEADER = 14


class Capture:
    """All UDP on one device of a host while the block runs; then `datagrams`."""

    def __init__(self, host, device):
        self.host, self.device, self.datagrams = host, device, []

    def __enter__(self):
        handle, self.path = tempfile.mkstemp(prefix="rtpe2e-", suffix=".pcap")
        os.close(handle)
        # -U with immediate mode: nothing is left in a buffer when it is told to stop
        self.process = self.host.popen(["tcpdump", "-i", self.device, "-U", "-B", "32768", "-s", "400", "-Z", "root",
                                        "-w", self.path, "udp"], stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "listening on" in line:
                return self
        raise RuntimeError("tcpdump did not start")

    def __exit__(self, *_):
        self.process.terminate()
        summary = self.process.stderr.read()
        self.process.wait()
        with open(self.path, "rb") as file:
            self.datagrams = list(_parse(file.read()))
        os.unlink(self.path)
        if "0 packets dropped by kernel" not in summary:
            raise RuntimeError("the capture lost packets: " + summary)


def _parse(data):
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, length, _ = struct.unpack_from(order + "IIII", data, at)
        frame = data[at + 16:at + 16 + length]
        at += 16 + length
        found = _datagram(seconds + fraction / 1e6, frame)
        if found:
            yield found


def _datagram(time, frame):
    kind = frame[12:14]
    if kind == b"\x08\x00":
        udp = LINK_HEADER + (frame[LINK_HEADER] & 0x0f) * 4
        addresses, protocol = frame[26:34], frame[23]
    elif kind == b"\x86\xdd":
        udp = LINK_HEADER + 40
        addresses, protocol = frame[22:54], frame[20]
    else:
        return None
    if protocol != 17 or len(frame) < udp + 8:
        return None
    half = len(addresses) // 2
    source, destination = struct.unpack_from("!HH", frame, udp)
    return Datagram(time, (str(ipaddress.ip_address(addresses[:half])), source),
                    (str(ipaddress.ip_address(addresses[half:])), destination), frame[udp + 8:])
