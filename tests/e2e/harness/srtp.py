# SPDX-License-Identifier: Apache-2.0
"""A phone that speaks SRTP by SDES, with libsrtp2."""
import base64
import ctypes
import ctypes.util
import os
import select
import threading
import time

from . import rtp
from .call import Call, Refused
from .ng import media, sdp

MOST_ADDED = 144  # bytes that libsrtp2 may add
ENOUGH = 25  # packets each way


class _Crypto(ctypes.Structure):
    _fields_ = [("cipher", ctypes.c_uint32), ("cipher_key", ctypes.c_int), ("auth", ctypes.c_uint32), ("auth_key", ctypes.c_int),
                ("tag", ctypes.c_int), ("services", ctypes.c_int)]


class _Policy(ctypes.Structure):
    _fields_ = [("ssrc_type", ctypes.c_int), ("ssrc", ctypes.c_uint), ("rtp", _Crypto), ("rtcp", _Crypto),
                ("key", ctypes.c_char_p), ("keys", ctypes.c_void_p), ("key_count", ctypes.c_ulong), ("ekt", ctypes.c_void_p),
                ("window", ctypes.c_ulong), ("repeat", ctypes.c_int), ("headers", ctypes.c_void_p), ("header_count", ctypes.c_int),
                ("next", ctypes.c_void_p)]


INBOUND, OUTBOUND = 2, 3
# Suite -> bytes of key and salt, and what sets a policy's two halves.
_CM_80, _CM_32 = "srtp_crypto_policy_set_rtp_default", "srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32"
_256_80, _256_32 = "srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80", "srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32"
_GCM_128, _GCM_256 = "srtp_crypto_policy_set_aes_gcm_128_16_auth", "srtp_crypto_policy_set_aes_gcm_256_16_auth"
SUITES = {
    "AES_CM_128_HMAC_SHA1_80": (30, _CM_80, _CM_80),
    "AES_CM_128_HMAC_SHA1_32": (30, _CM_32, _CM_80),
    "AES_256_CM_HMAC_SHA1_80": (46, _256_80, _256_80),
    "AES_256_CM_HMAC_SHA1_32": (46, _256_32, _256_80),
    "AEAD_AES_128_GCM": (28, _GCM_128, _GCM_128),
    "AEAD_AES_256_GCM": (44, _GCM_256, _GCM_256),
}
_library, _loading = None, threading.Lock()


def _srtp2():
    global _library
    with _loading:
        if _library is None:
            library = ctypes.CDLL(ctypes.util.find_library("srtp2") or "libsrtp2.so.1")
            if library.srtp_init():
                raise RuntimeError("srtp_init failed")
            _library = library
    return _library


class Session:
    """One direction under one key."""

    def __init__(self, suite, key, direction):
        _, rtp, rtcp = SUITES[suite]
        self._policy = _Policy(ssrc_type=direction, key=key, window=128)
        getattr(_srtp2(), rtp)(ctypes.byref(self._policy.rtp))
        getattr(_srtp2(), rtcp)(ctypes.byref(self._policy.rtcp))
        self._session = ctypes.c_void_p()
        if status := _srtp2().srtp_create(ctypes.byref(self._session), ctypes.byref(self._policy)):
            raise RuntimeError(f"srtp_create: {status}")

    def _run(self, function, data):
        room = ctypes.create_string_buffer(bytes(data), len(data) + MOST_ADDED)
        size = ctypes.c_int(len(data))
        status = getattr(_srtp2(), function)(self._session, room, ctypes.byref(size))
        return None if status else room.raw[:size.value]

    def protect(self, packet):
        return self._run("srtp_protect_rtcp" if is_rtcp(packet) else "srtp_protect", packet)

    def unprotect(self, packet):
        """None: refused, as one that isn't authentic or was there before."""
        return self._run("srtp_unprotect_rtcp" if is_rtcp(packet) else "srtp_unprotect", packet)


def is_rtcp(packet):
    return len(packet) > 1 and 192 <= packet[1] <= 223


def crypto_lines(body):
    """[(tag, suite, key)] of an SDP."""
    lines = []
    for line in body.splitlines():
        if line.startswith("a=crypto:"):
            tag, suite, key = line[9:].split()[:3]
            text = key.removeprefix("inline:").split("|")[0]
            lines.append((int(tag), suite, base64.b64decode(text + "=" * (-len(text) % 4))))
    return lines


class Phone:
    """A socket whose packets are protected on the way; without a suite, one as any other."""

    def __init__(self, sock, suite=None):
        self.sock, self.suite, self.refused, self.held = sock, suite, 0, False
        self.renew()
        self._in = None

    def renew(self):
        """Another key to send with."""
        if self.suite:
            self.key = os.urandom(SUITES[self.suite][0])
            self._out = Session(self.suite, self.key, OUTBOUND)

    def sdp(self, tag=1):
        address, port = self.sock.getsockname()[:2]
        body = sdp(address, port)
        if self.held:
            body = body.replace("a=sendrecv", "a=inactive")
        if not self.suite:
            return body
        key = base64.b64encode(self.key).decode()
        return body.replace("RTP/AVP", "RTP/SAVP") + f"a=crypto:{tag} {self.suite} inline:{key}\r\n"

    def hear(self, body):
        """What the other side said. The tag of its line that we take."""
        if not self.suite:
            return None
        tag, _, key = next(line for line in crypto_lines(body) if line[1] == self.suite)
        if getattr(self, "heard", None) != key:
            self.heard, self._in = key, Session(self.suite, key, INBOUND)
        return tag

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def sendto(self, packet, to):
        self.sock.sendto(self._out.protect(packet) if self.suite else packet, to)

    def recv(self, size):
        packet = self.sock.recv(size)
        if not self.suite:
            return packet
        text = self._in.unprotect(packet) if self._in else None
        self.refused += text is None
        return text or b""


class SecureCall(Call):
    """A call whose caller and callee have a suite each, or none: then RTP."""

    def __init__(self, network, ng, name, caller=None, callee=None):
        super().__init__(network, ng, name)
        self.caller, self.callee = Phone(self.caller, caller), Phone(self.callee, callee)

    def set_up(self, **keys):
        keys = {"transport-protocol": "RTP/SAVP" if self.callee.suite else "RTP/AVP", "DTLS": "off", **keys}
        offer = self.ng.offer(self.name, self.caller.sdp(), **keys)
        if offer.get("result") != "ok":
            raise Refused(offer)
        tag = self.callee.hear(offer["sdp"])
        answer = self.ng.answer(self.name, self.callee.sdp(tag))
        if answer.get("result") != "ok":
            raise Refused(answer)
        self.caller.hear(answer["sdp"])
        self.toward = {self.callee: media(offer["sdp"]), self.caller: media(answer["sdp"])}
        return self

    def refused(self):
        return self.caller.refused, self.callee.refused


def all_arrives(check, call, what):
    """ENOUGH packets each way, and the phones take each."""
    check.equal((call.exchange(ENOUGH), call.refused()), ((0, 0), (0, 0)), f"{what}: lost, and refused by the phones")


def echo_of(phone, to):
    """ENOUGH packets from a phone: how many came back to it."""
    packets = [rtp.packet(number, number * rtp.FRAME, 0x7777, os.urandom(160)) for number in range(ENOUGH)]
    for packet in packets:
        phone.sendto(packet, to)
    missing, deadline = {packet[12:] for packet in packets}, time.monotonic() + 5
    while missing and time.monotonic() < deadline:
        if select.select([phone], [], [], 0.2)[0] and (found := rtp.parse(phone.recv(2048))):
            missing.discard(found[4])
    return ENOUGH - len(missing)
