# SPDX-License-Identifier: Apache-2.0
"""A phone that speaks DTLS-SRTP: OpenSSL for the handshake, libsrtp2 for the packets."""
import ctypes
import ctypes.util
import hashlib
import os
import select
import socket
import struct
import subprocess
import tempfile
import threading
import time

from .call import Call, Refused
from .check import wait_until
from .ng import media, sdp
from .srtp import INBOUND, OUTBOUND, Session

PROFILES = {"SRTP_AEAD_AES_256_GCM": ("AEAD_AES_256_GCM", 32, 12), "SRTP_AEAD_AES_128_GCM": ("AEAD_AES_128_GCM", 16, 12),
            "SRTP_AES128_CM_SHA1_80": ("AES_CM_128_HMAC_SHA1_80", 16, 14), "SRTP_AES128_CM_SHA1_32": ("AES_CM_128_HMAC_SHA1_32", 16, 14)}
_ssl = None
_VERIFY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_accept = _VERIFY(lambda ok, store: 1)  # the fingerprint is looked at by who has it
_WANT_READ, _SET_MTU, _NO_QUERY_MTU = 2, 17, 0x1000
_GET_TIMEOUT, _HANDLE_TIMEOUT = 73, 74


def _library():
    global _ssl
    if _ssl is None:
        ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3", mode=ctypes.RTLD_GLOBAL)
        _ssl = ctypes.CDLL(ctypes.util.find_library("ssl") or "libssl.so.3")
        pointer = ctypes.c_void_p
        for name in ("DTLS_method", "SSL_CTX_new", "SSL_new", "SSL_get_selected_srtp_profile", "BIO_new", "BIO_s_mem", "SSL_get1_peer_certificate"):
            getattr(_ssl, name).restype = pointer
    return _ssl


class Certificate:
    def __init__(self):
        with tempfile.TemporaryDirectory() as folder:
            self.pem = os.path.join(folder, "pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=phone",
                            "-days", "9", "-keyout", self.pem, "-out", self.pem + ".crt"], check=True, capture_output=True)
            der = subprocess.run(["openssl", "x509", "-in", self.pem + ".crt", "-outform", "DER"], check=True, capture_output=True).stdout
            self.fingerprint = "sha-256 " + ":".join(
                f"{byte:02X}" for byte in hashlib.sha256(der).digest())
            lib, p = _library(), ctypes.c_void_p
            self.context = p(lib.SSL_CTX_new(p(lib.DTLS_method())))
            assert lib.SSL_CTX_use_certificate_file(self.context, (self.pem + ".crt").encode(), 1) == 1
            assert lib.SSL_CTX_use_PrivateKey_file(self.context, self.pem.encode(), 1) == 1
        lib.SSL_CTX_set_verify(self.context, 3, _accept)
        assert lib.SSL_CTX_set_tlsext_use_srtp(self.context, b":".join(name.encode() for name in PROFILES)) == 0


class Handshake:
    """OpenSSL over memory; records are put into datagrams by who sends them."""

    def __init__(self, certificate, active):
        lib, p = _library(), ctypes.c_void_p
        self.ssl, self.certificate = p(lib.SSL_new(certificate.context)), certificate
        self._in, self._out = p(lib.BIO_new(p(lib.BIO_s_mem()))), p(lib.BIO_new(p(lib.BIO_s_mem())))
        for bio in (self._in, self._out):
            lib.BIO_ctrl(bio, 130, ctypes.c_long(-1), None)  # BIO_C_SET_BUF_MEM_EOF_RETURN: nothing there isn't the end
        lib.SSL_set_bio(self.ssl, self._in, self._out)
        lib.SSL_set_options(self.ssl, ctypes.c_uint64(_NO_QUERY_MTU))
        lib.SSL_ctrl(self.ssl, _SET_MTU, ctypes.c_long(1100), None)
        (lib.SSL_set_connect_state if active else lib.SSL_set_accept_state)(self.ssl)
        self.done = self.failed = False
        self.keys = None

    def step(self, datagram=None):
        """What to send, a datagram each."""
        lib = _library()
        if datagram:
            lib.BIO_write(self._in, datagram, len(datagram))
        lib.ERR_clear_error()
        if self.done:
            lib.SSL_read(self.ssl, ctypes.create_string_buffer(1), 1)
            return self._outgoing()
        status = lib.SSL_do_handshake(self.ssl)
        if status == 1:
            self.done, self.keys = True, self._derive()
        elif lib.SSL_get_error(self.ssl, status) != _WANT_READ:
            self.failed = True
        return self._outgoing()

    def late(self):
        """Retransmissions that are due."""
        if not self.done and not self.failed:
            _library().SSL_ctrl(self.ssl, _HANDLE_TIMEOUT, ctypes.c_long(0), None)
        return self._outgoing()

    def _outgoing(self):
        room = ctypes.create_string_buffer(65536)
        size = _library().BIO_read(self._out, room, len(room))
        data, records = room.raw[:max(size, 0)], []
        while data:
            end = 13 + struct.unpack("!H", data[11:13])[0]
            records.append(data[:end])
            data = data[end:]
        return records

    def _derive(self):
        lib = _library()
        profile = lib.SSL_get_selected_srtp_profile(self.ssl)
        suite, key, salt = PROFILES[ctypes.string_at(ctypes.cast(profile, ctypes.POINTER(ctypes.c_char_p))[0]).decode()]
        room, label = ctypes.create_string_buffer(2 * (key + salt)), b"EXTRACTOR-dtls_srtp"
        assert lib.SSL_export_keying_material(self.ssl, room, ctypes.c_size_t(len(room)), label, ctypes.c_size_t(len(label)), None, ctypes.c_size_t(0), 0) == 1
        raw = room.raw
        client = raw[:key] + raw[2 * key:2 * key + salt]
        server = raw[key:2 * key] + raw[2 * key + salt:]
        return suite, client, server


class DtlsPhone:
    """A socket whose packets are protected after a handshake of its own."""

    def __init__(self, sock, role="actpass"):
        self.sock, self.role, self.certificate, self.refused = sock, role, Certificate(), 0
        self.shake, self._in, self._out, self.tls_id = None, None, None, os.urandom(16).hex()
        self.fingerprint = self.certificate.fingerprint  # what is said of it
        self._hello = None  # the random of the ClientHello that came last
        self.more = ""  # lines of its section

    def sdp(self, answering=None):
        address, port = self.sock.getsockname()[:2]
        self.active = self.role == "active" if answering is not None else None
        body = sdp(address, port).replace("RTP/AVP", "UDP/TLS/RTP/SAVP")
        return body + f"a=setup:{self.role}\r\na=fingerprint:{self.fingerprint}\r\na=tls-id:{self.tls_id}\r\n" + self.more

    def hear(self, body):
        """What the other side said of it."""
        lines = dict(line[2:].split(":", 1) for line in body.splitlines() if line.startswith(("a=setup:", "a=fingerprint:", "a=tls-id:")))
        self.theirs = lines
        if self.active is None:
            self.active = lines["setup"] == "passive"
        self.to = media(body)

    def begin(self):
        self.shake = Handshake(self.certificate, self.active)
        if self.active:
            self.send(self.shake.step())

    def send(self, datagrams):
        for datagram in datagrams:
            self.sock.sendto(datagram, self.to)

    def take(self, datagram):
        """What isn't media: True."""
        if not datagram or not 20 <= datagram[0] <= 63:
            return False
        if self.shake:
            if self._begun_again(datagram):
                self.begin()
            self.send(self.shake.step(datagram))
            if self.shake.done and not self._out:
                suite, client, server = self.shake.keys
                mine, theirs = (client, server) if self.active else (server, client)
                self._out, self._in = Session(suite, mine, OUTBOUND), Session(suite, theirs, INBOUND)
        return True

    def _begun_again(self, datagram):
        """Another ClientHello, before there are keys: who sent it was killed meanwhile."""
        if self.active or self._out or len(datagram) < 59 or datagram[0] != 22 or datagram[13] != 1:
            return False
        before, self._hello = self._hello, datagram[27:59]
        return before not in (None, self._hello)

    def again(self):
        """Another association."""
        self.shake = self._in = self._out = None

    def connect(self, seconds=20):
        """The handshake, to its end. False: none in that time."""
        if not self.shake:
            self.begin()
        until, late = time.monotonic() + seconds, time.monotonic() + 1
        while not self._out and time.monotonic() < until and not self.shake.failed:
            if select.select([self.sock], [], [], 0.1)[0]:
                self.take(self.sock.recv(65536))
            elif time.monotonic() > late:
                self.send(self.shake.late())
                late = time.monotonic() + 1
        return self._out is not None

    def verified(self):
        """The certificate of who shook hands is the one that its SDP names."""
        lib = _library()
        certificate = ctypes.c_void_p(lib.SSL_get1_peer_certificate(self.shake.ssl))
        der = ctypes.c_void_p()
        size = lib.i2d_X509(certificate, ctypes.byref(der))
        digest = hashlib.sha256(ctypes.string_at(der, size)).digest()
        return self.theirs["fingerprint"] == "sha-256 " + ":".join(f"{byte:02X}" for byte in digest)

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def sendto(self, packet, to):
        self.sock.sendto(self._out.protect(packet), to)

    def recv(self, size):
        packet = self.sock.recv(65536)
        if self.take(packet):
            return b""
        text = self._in.unprotect(packet) if self._in else None
        self.refused += text is None
        return text or b""


class PlainPhone:
    def __init__(self, sock):
        self.sock, self.refused, self.more = sock, 0, ""

    def sdp(self, answering=None):
        return sdp(*self.sock.getsockname()[:2]) + self.more

    def hear(self, body):
        self.to = media(body)

    def connect(self, seconds=0):
        return True

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def sendto(self, packet, to):
        self.sock.sendto(packet, to)

    def recv(self, size):
        return self.sock.recv(size)


def rtcp_port(body):
    return int(next(line for line in body.splitlines() if line.startswith("a=rtcp:"))[7:].split()[0])


def beside(phone, sock):
    """The same phone on its RTCP port."""
    if not isinstance(phone, DtlsPhone):
        return PlainPhone(sock)
    leg = DtlsPhone(sock, phone.role)
    leg.certificate, leg.fingerprint = phone.certificate, phone.fingerprint
    return leg


class DtlsCall(Call):
    """A call with DTLS on one side, or both: roles are those of a=setup, None: plain."""

    def __init__(self, network, ng, name, caller=None, callee=None):
        super().__init__(network, ng, name)
        self.caller, self.callee = [DtlsPhone(sock, role) if role else PlainPhone(sock)
                                    for sock, role in ((self.caller, caller), (self.callee, callee))]
        self.rtcp, self._legs = [], []  # of either, where RTCP has sockets of its own; and those that there are

    def separate(self, network):
        """RTCP has sockets of its own from the next SDP on, and handshakes of its own there: the same ones whenever it has."""
        if not self._legs:
            self._legs = [beside(self.caller, network.caller.udp("10.1.0.2")), beside(self.callee, network.callee.udp("10.2.0.2"))]
        self.rtcp = self._legs
        for phone, leg in zip((self.caller, self.callee), self.rtcp):
            phone.more = f"a=rtcp:{leg.sock.getsockname()[1]}\r\n"
        return self

    def multiplex(self):
        """RTCP goes with RTP from the next SDP on."""
        self.rtcp = []
        for phone in (self.caller, self.callee):
            phone.more = "a=rtcp-mux\r\n"
        return self

    def talk(self, **keys):
        """SDP goes both ways; nobody has shaken hands yet."""
        wanted = "UDP/TLS/RTP/SAVP" if isinstance(self.callee, DtlsPhone) else "RTP/AVP"
        offer = self.ng.offer(self.name, self.caller.sdp(), **{"transport-protocol": wanted, **keys})
        if offer.get("result") != "ok":
            raise Refused(offer)
        body = self.callee.sdp(answering=offer["sdp"])
        self.callee.hear(offer["sdp"])
        answer = self.ng.answer(self.name, body)
        if answer.get("result") != "ok":
            raise Refused(answer)
        self.caller.hear(answer["sdp"])
        self.toward = {self.callee: self.callee.to, self.caller: self.caller.to}
        self.offer, self.answer = offer["sdp"], answer["sdp"]
        for leg, phone, body in zip(self.rtcp, (self.caller, self.callee), (self.answer, self.offer)):
            leg.active, leg.to = getattr(phone, "active", None), (phone.to[0], rtcp_port(body))
        return self

    def reports(self, count=10):
        """RTCP both ways; how many were lost either way."""
        sides = self.rtcp or (self.caller, self.callee)
        sent = [{struct.pack("!BBHI", 0x80, 201, 1, 0x4000 + number) for number in range(count)} for _ in sides]
        for side, packets in zip(sides, sent):
            for packet in packets:
                side.sendto(packet, side.to)
        missing = dict(zip(sides, reversed(sent)))
        deadline = time.monotonic() + 5
        while any(missing.values()) and time.monotonic() < deadline:
            for side in select.select(list(missing), [], [], 0.2)[0]:
                missing[side].discard(side.recv(2048))
        return tuple(len(missing[side]) for side in sides)

    def connect(self, seconds=20):
        """Both hands are shaken."""
        results = {}
        threads = [threading.Thread(target=lambda phone=phone: results.update({phone: phone.connect(seconds)}))
                   for phone in (self.caller, self.callee, *self.rtcp)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(results) == len(threads) and all(results.values()) and wait_until(self.keyed, seconds)

    def keyed(self):
        """The keys are a part of the rules: who isn't DTLS is heard from then on."""
        sides = [phone for phone in (self.caller, self.callee, *self.rtcp) if isinstance(phone, DtlsPhone)]
        return str(self.ng.request("query", call_id=self.name)).count("crypto suite") >= len(sides)

    def refused(self):
        return self.caller.refused, self.callee.refused

    def close(self):
        super().close()
        for leg in self._legs:
            leg.close()
