# SPDX-License-Identifier: Apache-2.0
"""UDP as it is on the wire, with its checksum worked out anew."""
import socket
import struct

ETH_P_ALL = 3


def _sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


class Datagram:
    """From an Ethernet frame; `good` says whether both checksums are right."""

    def __init__(self, frame):
        packet = frame[14:]
        if packet[0] >> 4 == 4:
            self.ttl, self.tos, protocol, at = packet[8], packet[1], packet[9], (packet[0] & 15) * 4
            addresses, header_good = packet[12:20], _sum(packet[:at]) == 0xffff
            self.fragment = bool(int.from_bytes(packet[6:8], "big") & 0x3fff)
            length = int.from_bytes(packet[2:4], "big")
        else:
            self.ttl, self.tos, protocol, at = packet[7], int.from_bytes(packet[:2], "big") >> 4 & 255, packet[6], 40
            addresses, header_good, self.fragment = packet[8:40], True, packet[6] == 44
            length = 40 + int.from_bytes(packet[4:6], "big")
        self.udp = packet[at:length]
        self.payload = self.udp[8:]
        pseudo = addresses + struct.pack("!II", len(self.udp), protocol)
        self.good = header_good and self.udp[6:8] != b"\0\0" and _sum(pseudo + self.udp) == 0xffff


class Capture:
    """Everything that a device of a host receives."""

    def __init__(self, host, device="eth0"):
        with host.entered():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self.sock.bind((device, ETH_P_ALL))
        self.sock.settimeout(0.5)

    def udp_with(self, payload):
        """The datagram with that payload, or None."""
        try:
            while True:
                frame, (_, protocol, kind, *_) = self.sock.recvfrom(70000)
                if kind != socket.PACKET_OUTGOING and protocol in (0x0800, 0x86dd):
                    found = Datagram(frame)
                    if found.payload == payload:
                        return found
        except socket.timeout:
            return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()
