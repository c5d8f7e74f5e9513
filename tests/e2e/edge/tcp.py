# SPDX-License-Identifier: Apache-2.0
"""An NG client over TCP."""
import json
import os
import socket

from harness.ng import _decode, bencode


class Closed(Exception):
    pass


class Stream:
    """One connection from inside a host; reads messages by their ends, as a client must."""

    def __init__(self, host, port, address="127.0.0.1", timeout=15):
        with host.entered():
            self.sock = socket.create_connection((address, port), timeout=timeout)
        self.sock.settimeout(timeout)
        self.left = b""
        self.prefix, self.count = os.urandom(4).hex(), 0

    def send(self, data):
        self.sock.sendall(data)

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Closed
        self.left += data

    def is_closed(self):
        """The server ends the connection; whatever else it sends first is kept."""
        try:
            while True:
                self.more()
        except (Closed, ConnectionResetError):
            return True
        except socket.timeout:
            return False

    def reply(self):
        """(cookie, dictionary) of the next message."""
        while True:
            cookie, blank, body = self.left.partition(b" ")
            try:
                if blank and body[:1] == b"{":
                    value, end = json.JSONDecoder().raw_decode(body.decode())
                    end = len(body.decode()[:end].encode())
                elif blank and body:
                    value, end = _decode(body, 0)
                else:
                    raise ValueError
                self.left = body[end:]
                return cookie.decode(), value
            except (ValueError, IndexError):
                self.more()

    def message(self, command, encoding="bencode", cookie=None, **keys):
        """(cookie, bytes). Underscores in key names stand for hyphens."""
        body = {"command": command, **{k.replace("_", "-"): v for k, v in keys.items()}}
        self.count += 1
        cookie = cookie or f"{self.prefix}_{self.count}"
        return cookie, cookie.encode() + b" " + (json.dumps(body).encode() if encoding == "json" else bencode(body))

    def request(self, command, encoding="bencode", **keys):
        cookie, data = self.message(command, encoding, **keys)
        self.send(data)
        got, reply = self.reply()
        if got != cookie:
            raise ValueError(f"a reply to {got}, wanted {cookie}")
        return reply

    def close(self):
        self.sock.close()
