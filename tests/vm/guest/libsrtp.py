# SPDX-License-Identifier: Apache-2.0
"""SRTP by libsrtp2: somebody else's idea of what is right. The structures are those of srtp2/srtp.h, 2.4 and later."""
import ctypes
import os

ANY_INBOUND, ANY_OUTBOUND = 2, 3
MAX_TRAILER = 256
AUTH_FAIL, REPLAY_FAIL, REPLAY_OLD = 7, 9, 10


class CryptoPolicy(ctypes.Structure):
    _fields_ = [("cipher_type", ctypes.c_uint32), ("cipher_key_len", ctypes.c_int), ("auth_type", ctypes.c_uint32),
                ("auth_key_len", ctypes.c_int), ("auth_tag_len", ctypes.c_int), ("sec_serv", ctypes.c_int)]


class Policy(ctypes.Structure):
    _fields_ = [("ssrc_type", ctypes.c_int), ("ssrc", ctypes.c_uint), ("rtp", CryptoPolicy), ("rtcp", CryptoPolicy),
                ("key", ctypes.c_char_p), ("keys", ctypes.c_void_p), ("num_keys", ctypes.c_ulong),
                ("ekt", ctypes.c_void_p), ("window_size", ctypes.c_ulong), ("allow_repeat_tx", ctypes.c_int),
                ("enc_xtn_hdr", ctypes.c_void_p), ("enc_xtn_hdr_count", ctypes.c_int), ("next", ctypes.c_void_p)]


class Suite:
    """`cipher`, `auth`: of the kernel's ABI; `rtp`, `rtcp`: names of libsrtp's policies."""

    def __init__(self, name, cipher, auth, key_bytes, salt_bytes, rtp, rtcp=None):
        self.name, self.cipher, self.auth, self.rtp, self.rtcp = name, cipher, auth, rtp, rtcp or rtp
        self.key_bytes, self.salt_bytes = key_bytes, salt_bytes

    def new_key(self):
        """Master key and salt."""
        return os.urandom(self.key_bytes), os.urandom(self.salt_bytes)


SUITES = [Suite("AES_CM_128_HMAC_SHA1_80", 1, 1, 16, 14, "rtp_default"),
          Suite("AES_CM_128_HMAC_SHA1_32", 1, 2, 16, 14, "aes_cm_128_hmac_sha1_32", "rtcp_default"),
          Suite("AES_256_CM_HMAC_SHA1_80", 3, 1, 32, 14, "aes_cm_256_hmac_sha1_80"),
          Suite("AEAD_AES_128_GCM", 4, 0, 16, 12, "aes_gcm_128_16_auth"),
          Suite("AEAD_AES_256_GCM", 5, 0, 32, 12, "aes_gcm_256_16_auth"),
          Suite("NULL_HMAC_SHA1_80", 0, 1, 16, 14, "null_cipher_hmac_sha1_80")]


class Refused(Exception):
    """`args[0]`: srtp_err_status_t."""


class Session:
    """One direction of one peer, for any SSRC."""
    library = None

    def __init__(self, suite, key, outbound):
        if Session.library is None:
            Session.library = ctypes.CDLL("libsrtp2.so.1")
            self.check(Session.library.srtp_init())
        self.key = b"".join(key)
        policy = Policy(ssrc_type=ANY_OUTBOUND if outbound else ANY_INBOUND, key=self.key)
        for part in ("rtp", "rtcp"):
            setter = getattr(Session.library, f"srtp_crypto_policy_set_{getattr(suite, part)}")
            setter(ctypes.byref(getattr(policy, part)))
        self.handle = ctypes.c_void_p()
        self.check(Session.library.srtp_create(ctypes.byref(self.handle), ctypes.byref(policy)))

    @staticmethod
    def check(status):
        if status:
            raise Refused(status)

    def transform(self, function, data):
        buffer = ctypes.create_string_buffer(data, len(data) + MAX_TRAILER)
        length = ctypes.c_int(len(data))
        self.check(getattr(Session.library, function)(self.handle, buffer, ctypes.byref(length)))
        return buffer.raw[:length.value]

    def protect(self, data, rtcp=False):
        return self.transform("srtp_protect_rtcp" if rtcp else "srtp_protect", data)

    def unprotect(self, data, rtcp=False):
        return self.transform("srtp_unprotect_rtcp" if rtcp else "srtp_unprotect", data)
