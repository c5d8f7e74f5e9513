# SPDX-License-Identifier: Apache-2.0
"""An NG client over UDP, bencode or JSON."""
import itertools
import json
import os
import socket


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, (list, tuple)):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    return b"d" + b"".join(bencode(k) + bencode(v) for k, v in value.items()) + b"e"


def _decode(data, at):
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1:end]), end + 1
    if kind in (b"l", b"d"):
        items, at = [], at + 1
        while data[at:at + 1] != b"e":
            item, at = _decode(data, at)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2]))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    if end > len(data):
        raise ValueError("string runs past the end")
    return data[colon + 1:end].decode("utf-8", "surrogateescape"), end


def bdecode(data):
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError("bytes behind the dictionary")
    return value


class NoAnswer(Exception):
    pass


class Ng:
    def __init__(self, host, address="127.0.0.1", port=2223):
        self.to = (address, port)
        self.sock = host.udp("::" if ":" in address else "0.0.0.0")
        self._cookies = itertools.count(1)
        self._prefix = os.urandom(4).hex()

    def raw(self, datagram, timeout=2.0):
        """Sends bytes as they are and returns the next datagram that comes back; None if none does."""
        self.sock.settimeout(timeout)
        self.sock.sendto(datagram, self.to)
        try:
            return self.sock.recv(65536)
        except (socket.timeout, ConnectionRefusedError):
            return None

    def request(self, command, encoding="bencode", timeout=2.0, tries=3, **keys):
        """The reply dictionary. Underscores in key names stand for hyphens."""
        body = {"command": command, **{k.replace("_", "-"): v for k, v in keys.items()}}
        cookie = f"{self._prefix}_{next(self._cookies)}".encode()
        text = json.dumps(body).encode() if encoding == "json" else bencode(body)
        for _ in range(tries):
            self.sock.settimeout(timeout)
            try:
                self.sock.sendto(cookie + b" " + text, self.to)
                while True:
                    got = self.sock.recv(65536)
                    if got.startswith(cookie + b" "):
                        reply = got[len(cookie) + 1:]
                        return json.loads(reply) if encoding == "json" else bdecode(reply)
            except (socket.timeout, ConnectionRefusedError):
                continue
        raise NoAnswer(f"no answer to NG {command}")

    def offer(self, call, sdp, tag="caller", **keys):
        return self.request("offer", call_id=call, from_tag=tag, sdp=sdp, **{"ICE": "remove", **keys})

    def answer(self, call, sdp, tag="caller", to="callee", **keys):
        return self.request("answer", call_id=call, from_tag=tag, to_tag=to, sdp=sdp, **{"ICE": "remove", **keys})

    def delete(self, call, tag="caller", **keys):
        return self.request("delete", call_id=call, from_tag=tag, **keys)

    def calls(self):
        return self.request("list", limit=100000).get("calls", [])


def sdp(address, port, extra=()):
    """A plain one-section audio SDP."""
    family = "IP6" if ":" in address else "IP4"
    lines = ["v=0", f"o=- 1 1 IN {family} {address}", "s=-", f"c=IN {family} {address}", "t=0 0",
             f"m=audio {port} RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=sendrecv", *extra]
    return "\r\n".join(lines) + "\r\n"


def media(body):
    """(address, port) of the first section of an SDP."""
    address = port = None
    for line in body.splitlines():
        if line.startswith("c=") and address is None:
            address = line.split()[2]
        if line.startswith("m=") and port is None:
            port = int(line.split()[1])
    return address, port
