# SPDX-License-Identifier: Apache-2.0
"""kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h for Python. `check_sizes` compares with what the header asserts."""
import ctypes
import fcntl
import ipaddress
import os
import pathlib
import re
import time
from ctypes import c_uint8 as u8, c_uint32 as u32, c_uint64 as u64

HEADER = pathlib.Path(__file__).resolve().parents[3] / "kmod/xt_RTPENGINE/uapi/xt_RTPENGINE.h"
VERSION = 4
HELLO, SET, DELETE, GET, FORGET = 1, 2, 3, 4, 5
WITHDRAWN, FINAL = 1, 2
ANY, RTP, RTCP, MUXED = 0, 1, 2, 3
IGNORE, DROP, USERSPACE = 0, 1, 2
PAYLOAD_TYPES, COUNT_SOURCES, BLACKHOLE, DROP_RTP = 1, 2, 4, 8
TAKES_RTP, TAKES_RTCP, TAKES_OTHER = 1, 2, 4
KEEP_SRTP = 1
MAX_DESTINATIONS = MAX_PAYLOAD_TYPES = 16
MAX_SOURCES = 4
CALL = 3 << 30 | 16 << 16 | ord("R") << 8 | 0x52  # _IOWR('R', 0x52, struct rtpengine_header)
MAX_ANSWER = 16384


def _struct(c_name, *fields):
    return type(c_name, (ctypes.Structure,), {"_fields_": list(fields)})


Info = _struct("xt_rtpengine_info", ("id", u32), ("reserved", u32), ("kernel", u64))
Endpoint = _struct("rtpengine_endpoint", ("address", u8 * 16), ("port", u8 * 2), ("family", u8), ("reserved", u8),
                   ("scope", u32))
Counters = _struct("rtpengine_counters", ("packets", u64), ("bytes", u64), ("errors", u64))
Source = _struct("rtpengine_source", ("ssrc", u32), ("jitter", u32), ("packets", u64), ("bytes", u64),
                 ("highest", u64), ("window", u64), ("lost", u64), ("duplicates", u64), ("timestamp", u32),
                 ("transit", u32))
Srtp = _struct("rtpengine_srtp", ("flags", u8), ("cipher", u8), ("auth", u8), ("mki_length", u8),
               ("reserved", u8 * 4), ("master_key", u8 * 32), ("master_salt", u8 * 16), ("mki", u8 * 32))
SrtpSource = _struct("rtpengine_srtp_source", ("ssrc", u32), ("flags", u32), ("rtp_index", u64),
                     ("rtp_window", u64 * 2), ("rtcp_index", u32), ("reserved", u32), ("rtcp_window", u64 * 2))
PayloadType = _struct("rtpengine_payload_type", ("type", u8), ("reserved", u8 * 3), ("clock_rate", u32))
Destination = _struct("rtpengine_destination", ("stream", u64), ("from_", Endpoint), ("to", Endpoint), ("takes", u8),
                      ("tos", u8), ("ttl", u8), ("reserved", u8 * 5), ("srtp", Srtp),
                      ("srtp_sources", SrtpSource * MAX_SOURCES))
Stream = _struct("rtpengine_stream", ("id", u64), ("local", Endpoint), ("source", Endpoint), ("component", u8),
                 ("mismatch", u8), ("flags", u8), ("n_payload_types", u8), ("n_sources", u8),
                 ("n_destinations", u8), ("reserved", u8 * 2), ("payload_types", PayloadType * MAX_PAYLOAD_TYPES),
                 ("sources", Source * MAX_SOURCES), ("srtp", Srtp), ("srtp_sources", SrtpSource * MAX_SOURCES))
PayloadTypeState = _struct("rtpengine_payload_type_state", ("type", u8), ("reserved", u8 * 7), ("packets", u64),
                           ("bytes", u64))
DestinationState = _struct("rtpengine_destination_state", ("stream", u64), ("out", Counters),
                           ("n_srtp_sources", u8), ("reserved", u8 * 7))
StateHead = _struct("rtpengine_state", ("size", u32), ("n_payload_types", u8), ("n_sources", u8),
                    ("n_srtp_sources", u8), ("n_destinations", u8), ("id", u64), ("local", Endpoint),
                    ("in_", Counters), ("to_userspace", u64), ("last_seen", u64), ("other_packets", u64),
                    ("other_bytes", u64), ("other_types", u64), ("ssrc", u32), ("tos", u8), ("life", u8),
                    ("reserved", u8 * 2))
Header = _struct("rtpengine_header", ("command", u32), ("size", u32), ("capacity", u32), ("reserved", u32))
Hello = _struct("rtpengine_hello", ("header", Header), ("version", u32), ("table", u32), ("stream_size", u32),
                ("destination_size", u32), ("state_size", u32), ("destination_state_size", u32))
Set = _struct("rtpengine_set", ("header", Header), ("flags", u32), ("reserved", u32), ("stream", Stream))
Key = _struct("rtpengine_key", ("header", Header), ("id", u64), ("local", Endpoint))


def sizes_differ():
    """What the header says otherwise."""
    asserted = dict(re.findall(r"RTPENGINE_ASSERT_SIZE\((\w+), (\d+)\);", HEADER.read_text()))
    ours = {kind.__name__: kind for kind in globals().values() if isinstance(kind, type(ctypes.Structure))}
    return [f"{name}: {size}, here {ctypes.sizeof(ours[name])}" for name, size in asserted.items()
            if ctypes.sizeof(ours[name]) != int(size)]


def endpoint(address, port):
    packed = ipaddress.ip_address(address)
    return Endpoint((u8 * 16)(*packed.packed), (u8 * 2)(*port.to_bytes(2, "big")), packed.version)


def destination(from_, to, takes=TAKES_RTP | TAKES_RTCP | TAKES_OTHER, stream=0, tos=0, ttl=0):
    return Destination(stream, endpoint(*from_), endpoint(*to), takes, tos, ttl)


def srtp(cipher, auth, key, salt):
    return Srtp(1, cipher, auth, 0, (u8 * 4)(), (u8 * 32)(*key), (u8 * 16)(*salt))


def stream(ident, local, destinations=(), source=None, component=ANY, mismatch=IGNORE, flags=0, payload_types=(),
           srtp=None, srtp_sources=()):
    """A stream and its destinations, as bytes. `payload_types`: of (type, clock rate)."""
    head = Stream(ident, endpoint(*local), endpoint(*source) if source else Endpoint(), component, mismatch, flags,
                  len(payload_types), 0, len(destinations))
    for slot, (kind, rate) in zip(head.payload_types, payload_types):
        slot.type, slot.clock_rate = kind, rate
    if srtp:
        head.srtp = srtp
    for place, state in enumerate(srtp_sources):
        head.srtp_sources[place] = state
    return bytes(head) + b"".join(map(bytes, destinations))


def set_message(body, flags=0):
    return bytes(Header(SET, ctypes.sizeof(Header) + 8 + len(body))) + flags.to_bytes(8, "little") + body


def key_message(command, ident, local):
    return bytes(Key(Header(command, ctypes.sizeof(Key)), ident, endpoint(*local)))


def hello_message(version=VERSION, stream_size=ctypes.sizeof(Stream)):
    return bytes(Hello(Header(HELLO, ctypes.sizeof(Hello)), version, 0, stream_size, ctypes.sizeof(Destination),
                       ctypes.sizeof(StateHead), ctypes.sizeof(DestinationState)))


class State:
    """What became of a stream: a rtpengine_state with what follows it."""

    def __init__(self, data):
        head = StateHead.from_buffer_copy(data)
        self.size, self.id, self.in_, self.to_userspace = head.size, head.id, head.in_, head.to_userspace
        self.last_seen, self.ssrc, self.tos = head.last_seen, head.ssrc, head.tos
        self.withdrawn, self.final = bool(head.life & WITHDRAWN), bool(head.life & FINAL)
        self.others = head.other_packets, head.other_bytes, head.other_types
        at = ctypes.sizeof(StateHead)

        def take(kind, count):
            nonlocal at
            found = (kind * count).from_buffer_copy(data, at)
            at += ctypes.sizeof(found)
            return list(found)

        self.payload_types = {p.type: p.packets for p in take(PayloadTypeState, head.n_payload_types)}
        self.sources = {s.ssrc: s for s in take(Source, head.n_sources)}
        self.srtp_sources = take(SrtpSource, head.n_srtp_sources)
        self.destinations = take(DestinationState, head.n_destinations)
        for found in self.destinations:
            found.srtp_sources = take(SrtpSource, found.n_srtp_sources)
        if at != self.size:
            raise ValueError(f"state of {self.size} bytes has parts of {at}")


class Control:
    """A table under control; `greet=False` leaves the handshake out."""

    def __init__(self, table, greet=True):
        self.folder = pathlib.Path("/proc/rtpengine", str(table))
        self.fd = os.open(self.folder / "control", os.O_WRONLY)
        if greet:
            self.call(hello_message())

    def close(self):
        os.close(self.fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, message, capacity=MAX_ANSWER):
        """The answer's bytes behind its header."""
        buffer = bytearray(message.ljust(max(capacity, len(message)), b"\0"))
        buffer[8:12] = capacity.to_bytes(4, "little")
        fcntl.ioctl(self.fd, CALL, buffer)
        size = Header.from_buffer_copy(buffer).size
        return bytes(buffer[ctypes.sizeof(Header):size])

    def set(self, *arguments, set_flags=0, **more):
        """The state of the stream that it replaces, or None."""
        answer = self.call(set_message(stream(*arguments, **more), set_flags))
        return State(answer) if answer else None

    def withdraw(self, ident, local):
        """What it has counted by now."""
        return State(self.call(key_message(DELETE, ident, local)))

    def forget(self, ident, local):
        self.call(key_message(FORGET, ident, local))

    def collect(self, ident, local):
        """The final state of a stream that was withdrawn, which is forgotten then."""
        deadline = time.monotonic() + 60
        while not (state := self.get(ident, local)).final:
            if time.monotonic() > deadline:
                raise TimeoutError(f"stream {ident} is not final after a minute")
            time.sleep(0.001)
        self.forget(ident, local)
        return state

    def delete(self, ident, local):
        """Its final state; nothing is left of it."""
        self.withdraw(ident, local)
        return self.collect(ident, local)

    def get(self, ident, local):
        return State(self.call(key_message(GET, ident, local)))

    def blist(self):
        return blist(self.folder.name)


def blist(table):
    """id -> state of every stream of a table."""
    data, states = pathlib.Path(f"/proc/rtpengine/{table}/blist").read_bytes(), {}
    while data:
        state = State(data)
        states[state.id] = state
        data = data[state.size:]
    return states
