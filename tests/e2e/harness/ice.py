# SPDX-License-Identifier: Apache-2.0
"""A phone that speaks ICE (RFC 8445): one component, whatever addresses it has, full or lite."""
import binascii
import hashlib
import hmac
import os
import select
import socket
import struct
import time

from .call import Call, Refused
from .ng import media, sdp

COOKIE = 0x2112A442
REQUEST, SUCCESS, ERROR = 0x0001, 0x0101, 0x0111
USERNAME, INTEGRITY, ERROR_CODE, MAPPED, PRIORITY, USE, FINGERPRINT = 0x6, 0x8, 0x9, 0x20, 0x24, 0x25, 0x8028
CONTROLLED, CONTROLLING = 0x8029, 0x802A
PACE = 0.05  # between checks of one candidate, seconds


def is_stun(data):
    return len(data) >= 20 and data[0] < 4 and data[4:8] == struct.pack("!I", COOKIE)


def message(kind, transaction, attributes, key=None):
    """With MESSAGE-INTEGRITY if there is a key, and FINGERPRINT."""
    body = b"".join(struct.pack("!HH", name, len(value)) + value + bytes(-len(value) % 4) for name, value in attributes)
    head = lambda more: struct.pack("!HHI", kind, len(body) + more, COOKIE) + transaction
    if key is not None:
        seal = hmac.new(key.encode(), head(24) + body, hashlib.sha1).digest()
        body += struct.pack("!HH", INTEGRITY, 20) + seal
    crc = binascii.crc32(head(8) + body) ^ 0x5354554E
    return head(8) + body + struct.pack("!HHI", FINGERPRINT, 4, crc)


def attributes(data):
    """{name: value}, the first of each."""
    found, at = {}, 20
    while at + 4 <= len(data):
        name, size = struct.unpack_from("!HH", data, at)
        found.setdefault(name, data[at + 4:at + 4 + size])
        at += 4 + size + -size % 4
    return found


def authentic(data, key):
    at = 20
    while at + 4 <= len(data):
        name, size = struct.unpack_from("!HH", data, at)
        if name == INTEGRITY:
            text = data[:2] + struct.pack("!H", at + 24 - 20) + data[4:at]
            return hmac.compare_digest(hmac.new(key.encode(), text, hashlib.sha1).digest(), data[at + 4:at + 24])
        at += 4 + size + -size % 4
    return False


def mapped(address):
    host, port = address[:2]
    raw = socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    return struct.pack("!BBH", 0, 1 if len(raw) == 4 else 2, port ^ COOKIE >> 16), raw


def check(name, key, transaction=None, nominates=True, controlling=True):
    """A connectivity check, whoever makes it."""
    role = CONTROLLING if controlling else CONTROLLED
    parts = [(USERNAME, name.encode()), (PRIORITY, struct.pack("!I", 1862270975)), (role, struct.pack("!Q", 1))]
    return message(REQUEST, transaction or os.urandom(12), parts + ([(USE, b"")] if nominates else []), key)


class Phone:
    """Sockets, each a host candidate. Its media goes where checks have led."""

    def __init__(self, socks, controlling, lite=False, hidden=False):
        self.socks, self.controlling, self.lite = socks, controlling, lite
        self.hidden = hidden  # its candidates are names that nobody else can resolve
        self.selected = None  # (socket, where)
        self.silent = False   # answers nothing, asks nothing
        self.peer = None
        self.renew()

    def renew(self):
        self.ufrag, self.pwd = os.urandom(4).hex(), os.urandom(13).hex()
        self.checks, self.valid, self.nominated, self.due = {}, set(), set(), 0

    def sdp(self, lines=()):
        body = sdp(*self.socks[0].getsockname()[:2], ["a=rtcp-mux", f"a=ice-ufrag:{self.ufrag}", f"a=ice-pwd:{self.pwd}", *lines])
        for number, sock in enumerate(self.socks):
            address, port = sock.getsockname()[:2]
            name = f"{os.urandom(8).hex()}.local" if self.hidden else address
            body += f"a=candidate:{number + 1} 1 UDP {2130706431 - number * 256} {name} {port} typ host\r\n"
        return body.replace("s=-\r\n", "s=-\r\na=ice-lite\r\n") if self.lite else body

    def hear(self, body):
        """What the other side said. Other credentials begin anew."""
        value = lambda name: next(line.split(":", 1)[1] for line in body.splitlines() if line.startswith(f"a={name}:"))
        peer = value("ice-ufrag"), value("ice-pwd")
        if peer != self.peer:
            self.valid, self.nominated, self.checks = set(), set(), {}
        self.peer, self.due = peer, 0
        words = [line.split() for line in body.splitlines() if line.startswith("a=candidate:")]
        self.remotes = [(w[4], int(w[5])) for w in words if w[1] == "1"]

    # ---- as a socket ----

    def fileno(self):
        return (self.selected or (self.socks[0],))[0].fileno()

    def getsockname(self):
        return self.socks[0].getsockname()

    def sendto(self, packet, _):
        sock, where = self.selected
        sock.sendto(packet, where)

    def recv(self, size):
        sock = (self.selected or (self.socks[0],))[0]
        data, source = sock.recvfrom(size)
        return b"" if self.take(sock, data, source) else data

    def close(self):
        for sock in self.socks:
            sock.close()

    # ---- checks ----

    def take(self, sock, data, source):
        """True: it was STUN."""
        if not is_stun(data):
            return False
        kind, transaction, source = struct.unpack_from("!H", data)[0], data[8:20], source[:2]
        if self.silent:
            return True
        if kind == REQUEST and authentic(data, self.pwd):
            self.asked(sock, data, source)
        elif kind == SUCCESS and self.checks.pop(transaction, None) == (sock, source) and authentic(data, self.peer[1]):
            self.valid.add((sock, source))
        self.choose()
        return True

    def asked(self, sock, data, source):
        port, raw = mapped(source)
        mask = struct.pack("!I", COOKIE) + data[8:20]
        place = port + bytes(a ^ b for a, b in zip(raw, mask))
        sock.sendto(message(SUCCESS, data[8:20], [(MAPPED, place)], self.pwd), source)
        if self.lite:
            self.valid.add((sock, source))
        if USE in attributes(data) and not self.controlling:
            self.nominated.add((sock, source))

    def choose(self):
        if not self.controlling and (good := self.nominated & self.valid):
            self.selected = next(iter(good))
        if self.controlling and self.valid and self.selected not in self.valid:
            self.selected = min(self.valid, key=lambda pair: self.remotes.index(pair[1]) if pair[1] in self.remotes else 99)

    def ask(self):
        """What is due."""
        if self.lite or self.silent or not self.peer or time.monotonic() < self.due:
            return
        self.due = time.monotonic() + PACE
        for sock in self.socks:
            for remote in self.remotes:
                if (":" in remote[0]) != (sock.family == socket.AF_INET6):
                    continue
                transaction = os.urandom(12)
                self.checks[transaction] = sock, remote
                nominates = self.controlling and self.selected == (sock, remote)
                sock.sendto(check(f"{self.peer[0]}:{self.ufrag}", self.peer[1], transaction, nominates, self.controlling), remote)


def pump(phones, condition, seconds=20):
    """Lets phones check and answer until `condition()`; its last value."""
    deadline = time.monotonic() + seconds
    socks = {sock: phone for phone in phones for sock in phone.socks}
    while not (value := condition()) and time.monotonic() < deadline:
        for phone in phones:
            phone.ask()
        for sock in select.select(list(socks), [], [], PACE / 2)[0]:
            socks[sock].take(sock, *sock.recvfrom(2048))
    return value


class IceCall(Call):
    """A call whose caller and callee have ICE, or are plain sockets."""

    def __init__(self, network, ng, name, caller=None, callee=None):
        super().__init__(network, ng, name)
        self.caller, self.callee = caller or self.caller, callee or self.callee
        self.toward = {}

    def phones(self):
        return [party for party in (self.caller, self.callee) if isinstance(party, Phone)]

    def _body(self, party):
        return party.sdp() if isinstance(party, Phone) else sdp(*party.getsockname()[:2], ["a=rtcp-mux"])

    def offer(self, **keys):
        ice = "force" if isinstance(self.callee, Phone) else "remove"
        reply = self.ng.offer(self.name, self._body(self.caller), **{"ICE": ice, "rtcp-mux": ["offer"], **keys})
        if reply.get("result") != "ok":
            raise Refused(reply)
        self._heard(self.callee, reply["sdp"])
        return reply

    def answer(self):
        reply = self.ng.answer(self.name, self._body(self.callee), ICE="default")
        if reply.get("result") != "ok":
            raise Refused(reply)
        self._heard(self.caller, reply["sdp"])
        return reply

    def _heard(self, party, body):
        if isinstance(party, Phone):
            party.hear(body)
        self.toward[party] = media(body)

    def set_up(self, **keys):
        self.offer(**keys)
        self.answer()
        return self

    def connect(self, seconds=20):
        """Until every phone has a pair, and the daemon sends to each."""
        return pump(self.phones(), lambda: all(phone.selected for phone in self.phones()) and self.settled(), seconds)

    def settled(self):
        """The daemon's pair is the phone's, of each."""
        streams = [part["streams"][0] for tag in self.ng.request("query", call_id=self.name)["tags"].values() for part in tag["medias"]]
        leads_to = {(s["endpoint"]["address"], s["endpoint"]["port"]) for s in streams if "confirmed" in s["flags"]}
        return all(phone.selected[0].getsockname()[:2] in leads_to for phone in self.phones())
