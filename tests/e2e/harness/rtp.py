# SPDX-License-Identifier: Apache-2.0
"""RTP packets, A-law and tones, as far as the tests need them."""
import math
import struct

PCMA = 8
RATE = 8000
FRAME = 160  # samples of 20 ms


def packet(sequence, timestamp, ssrc, payload, payload_type=PCMA, marker=False):
    return struct.pack("!BBHII", 0x80, payload_type | (0x80 if marker else 0), sequence & 0xffff,
                       timestamp & 0xffffffff, ssrc) + payload


def parse(data):
    """(payload type, sequence, timestamp, SSRC, payload) or None if it can't be plain RTP."""
    if len(data) < 12 or data[0] >> 6 != 2 or 200 <= data[1] <= 211:
        return None
    _, kind, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
    return kind & 0x7f, sequence, timestamp, ssrc, data[12:]


def _alaw_byte(sample):
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(abs(sample), 32767) >> 3
    if magnitude < 32:
        code = magnitude >> 1
    else:
        exponent = magnitude.bit_length() - 5
        code = exponent << 4 | (magnitude >> exponent) & 0x0f
    return (sign | code) ^ 0x55


def _alaw_sample(byte):
    byte ^= 0x55
    exponent, mantissa = byte >> 4 & 7, byte & 0x0f
    magnitude = mantissa * 2 + 1 if exponent == 0 else (mantissa * 2 + 33) << exponent - 1
    return (magnitude << 3) * (1 if byte & 0x80 else -1)


_DECODE = [_alaw_sample(b) for b in range(256)]


def alaw_decode(data):
    return [_DECODE[b] for b in data]


def tone(frequency, seconds, amplitude=12000):
    """A-law samples of a sine."""
    step = 2 * math.pi * frequency / RATE
    return bytes(_alaw_byte(int(amplitude * math.sin(step * i))) for i in range(int(RATE * seconds)))


def share_of_tone(samples, frequency, rate=RATE):
    """Which part of the energy is at a frequency: about 1 for a pure tone (Goertzel)."""
    energy = sum(s * s for s in samples)
    if not energy:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * frequency / rate)
    a = b = 0.0
    for sample in samples:
        a, b = sample + coefficient * a - b, a
    power = a * a + b * b - coefficient * a * b
    return 2 * power / (len(samples) * energy)
