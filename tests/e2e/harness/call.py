# SPDX-License-Identifier: Apache-2.0
"""A plain audio call made with NG, and media through it."""
import os
import select
import threading
import time

from . import rtp
from .ng import media, sdp

PAUSE = 0.02  # between two packets of a stream, seconds


class Refused(Exception):
    def __init__(self, reply):
        super().__init__(str(reply))
        self.reply = reply


class Call:
    """One caller and one callee with a socket each; `toward` says where each of them sends."""

    def __init__(self, network, ng, name, caller="10.1.0.2", callee="10.2.0.2"):
        self.ng, self.name = ng, name
        self.caller, self.callee = network.caller.udp(caller), network.callee.udp(callee)
        self.toward = {}
        self._sequence = 0
        self.flown = 0 # highest sequence number of a Flow: another one goes on from there, as SRTP wants it

    def set_up(self, **offer_keys):
        offer = self.ng.offer(self.name, self._sdp(self.caller), **offer_keys)
        if offer.get("result") != "ok":
            raise Refused(offer)
        answer = self.ng.answer(self.name, self._sdp(self.callee))
        if answer.get("result") != "ok":
            raise Refused(answer)
        self.toward = {self.callee: media(offer["sdp"]), self.caller: media(answer["sdp"])}
        return self

    @staticmethod
    def _sdp(sock):
        return sdp(*sock.getsockname()[:2])

    def ports(self):
        return sorted(port for _, port in self.toward.values())

    def close(self):
        self.caller.close()
        self.callee.close()

    def delete(self):
        reply = self.ng.delete(self.name, **{"delete delay": 0})
        self.close()
        return reply

    def drain(self):
        """Throws away what waits in both sockets."""
        while readable := select.select([self.caller, self.callee], [], [], 0.1)[0]:
            for sock in readable:
                sock.recv(2048)

    def exchange(self, count=5, timeout=2.0):
        """Sends `count` packets each way; (lost from caller to callee, lost from callee to caller)."""
        sent = {self.caller: set(), self.callee: set()}
        for sock in (self.caller, self.callee):
            for _ in range(count):
                self._sequence += 1
                packet = rtp.packet(self._sequence, self._sequence * rtp.FRAME, 0x1000 + sock.fileno(),
                                    os.urandom(8) + bytes(152))
                sent[sock].add(packet)
                sock.sendto(packet, self.toward[sock])
        missing = {self.callee: sent[self.caller], self.caller: sent[self.callee]}
        deadline = time.monotonic() + timeout
        while any(missing.values()) and time.monotonic() < deadline:
            for sock in select.select(list(missing), [], [], deadline - time.monotonic())[0]:
                missing[sock].discard(sock.recv(2048))
        return len(missing[self.callee]), len(missing[self.caller])


class Flow(threading.Thread):
    """Media both ways at 50 packets a second while the block runs; then when what was lost."""

    def __init__(self, call):
        super().__init__(daemon=True)
        self.call, self.done = call, threading.Event()
        self.sent_at = {}     # (sending socket, sequence) -> seconds
        self.arrived = set()
        self.twice = 0        # packets that arrived once more

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()

    def run(self):
        due = time.monotonic()
        while not self.done.is_set():
            self.call.flown = sequence = self.call.flown + 1
            for sock in (self.call.caller, self.call.callee):
                packet = rtp.packet(sequence, sequence * rtp.FRAME, 0x2000 + sock.fileno(), bytes(160))
                self.sent_at[sock, sequence] = time.monotonic()
                sock.sendto(packet, self.call.toward[sock])
            due += PAUSE
            self.collect(due)
        self.collect(time.monotonic() + 0.3)
        late = time.monotonic() + 3 # a successor that is late has them still
        while self.lost() and time.monotonic() < late:
            self.collect(time.monotonic() + 0.1)

    def collect(self, until):
        pair = {self.call.caller: self.call.callee, self.call.callee: self.call.caller}
        while (left := until - time.monotonic()) > 0:
            for sock in select.select(list(pair), [], [], left)[0]:
                found = rtp.parse(sock.recv(2048))
                if not found:
                    continue
                key = pair[sock], found[1]
                self.twice += key in self.arrived
                self.arrived.add(key)

    def arrived_since(self, moment):
        """Both directions have had a packet that was sent after `moment`."""
        senders = {key[0] for key in list(self.arrived) if self.sent_at[key] > moment}
        return len(senders) == 2

    def lost(self):
        return sorted(t for key, t in self.sent_at.items() if key not in self.arrived)

    def gap(self):
        """Seconds from the first lost packet to the last one."""
        lost = self.lost()
        return lost[-1] - lost[0] + PAUSE if lost else 0.0
