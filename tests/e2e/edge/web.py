# SPDX-License-Identifier: Apache-2.0
"""HTTP by curl, and WebSocket by Debian's client or byte by byte."""
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

from harness import net

PORT, TLS_PORT = 2225, 2226


def curl(host, path, *more, port=PORT, scheme="http", body=None):
    """(status, headers in lower case, body); status 0: no answer."""
    with tempfile.NamedTemporaryFile() as head, host.entered():
        done = subprocess.run(["curl", "-s", "-k", "--max-time", "20", "-D", head.name, "-w", "\n%{http_code}", *more,
                               f"{scheme}://127.0.0.1:{port}{path}"], input=body, capture_output=True, preexec_fn=net.die_with_parent)
        body, _, status = done.stdout.rpartition(b"\n")
        lines = pathlib.Path(head.name).read_text().splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
    return int(status or 0), headers, body


def post(host, path, body, content_type, *more, **where):
    body = body.encode() if isinstance(body, str) else body
    return curl(host, path, "-H", f"Content-Type: {content_type}", "--data-binary", "@-", *more, body=body, **where)


def frame(payload, opcode=2, last=True, masked=True, reserved=0):
    """One frame as a client writes it, or as it must not."""
    head = bytes([0x80 * last | reserved | opcode])
    size, mask = len(payload), os.urandom(4) if masked else b""
    bit = 0x80 if masked else 0
    if size < 126:
        head += bytes([bit | size])
    elif size < 65536:
        head += bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", size)
    return head + mask + bytes(b ^ mask[i % 4] if masked else b for i, b in enumerate(payload))


UPGRADE = (b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
           b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\n\r\n")


class Refused(Exception):
    pass


class WebSocket:
    """One connection, by the letter of RFC 6455; `tls`: a context."""

    def __init__(self, host, protocol, port=PORT, path="/", tls=None):
        with host.entered():
            self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        if tls:
            self.sock = tls.wrap_socket(self.sock, server_hostname="server")
        self.left = b""
        self.sock.sendall((UPGRADE % protocol.encode()).replace(b"GET / ", f"GET {path} ".encode()))
        head = self.until(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Refused(head.decode())

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise Refused("the connection ended")
        self.left += data

    def until(self, end):
        while end not in self.left:
            self.more()
        head, _, self.left = self.left.partition(end)
        return head

    def bytes(self, count):
        while len(self.left) < count:
            self.more()
        got, self.left = self.left[:count], self.left[count:]
        return got

    def send(self, payload, opcode=1):
        self.sock.sendall(frame(payload.encode() if isinstance(payload, str) else payload, opcode))

    def recv(self):
        """The payload of the next binary message; answers to pings are passed over."""
        while True:
            first, size = self.bytes(2)
            size = struct.unpack("!H", self.bytes(2))[0] if size == 126 else struct.unpack("!Q", self.bytes(8))[0] if size == 127 else size
            payload = self.bytes(size)
            if first == 0x82:
                return payload
            if first != 0x8a:
                raise Refused(f"a frame {first:#x} {payload!r}")


# Debian's python3-websocket, which Debian's python has: somebody else's reading of the RFC.
OTHER = """
import sys, websocket
sock = websocket.create_connection(sys.argv[1], subprotocols=["ng-plain.rtpengine.com"], timeout=20)
sock.ping("x")
sock.send(sys.argv[2])
print(sock.recv().decode())
sock.close()
"""


def by_another_client(host, text):
    with host.entered():
        done = subprocess.run(["/usr/bin/python3", "-c", OTHER, f"ws://127.0.0.1:{PORT}/", text], capture_output=True, text=True, timeout=30,
                              preexec_fn=net.die_with_parent)
    return done.stdout.strip() or done.stderr.strip()


def certificates(folder):
    """An authority, a certificate of 127.0.0.1 and one of a client, each with its key: PEM files by their names."""
    def run(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=authority", "-days", "2")
    for name in ("server", "client"):
        run("req", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        run("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", f"{name}.pem", "-days", "2")
    for file in pathlib.Path(folder).iterdir():
        file.chmod(0o644)
