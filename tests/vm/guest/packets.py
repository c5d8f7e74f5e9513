# SPDX-License-Identifier: Apache-2.0
"""One of each kind of packet that comes to a media port."""
import struct

from harness import rtp

MAGIC = 0x2112a442  # RFC 8489


def voice(sequence=1, payload_type=rtp.PCMA, ssrc=0x1234, timestamp=None, size=160):
    at = sequence * rtp.FRAME if timestamp is None else timestamp
    return rtp.packet(sequence, at, ssrc, bytes([sequence & 0x7f]) * size, payload_type)


def rtcp(kind=200):
    """A sender report without blocks, or what else of RTCP."""
    return struct.pack("!BBH", 0x80, kind, 6) + bytes(24)


def stun():
    return struct.pack("!HHI", 1, 0, MAGIC) + bytes(12)


def dtls():
    """A handshake record of DTLS 1.2."""
    return b"\x16\xfe\xfd" + bytes(8) + struct.pack("!H", 20) + b"\x01" + bytes(19)


def other():
    return b"\xf0 neither RTP nor anything else" + bytes(20)
