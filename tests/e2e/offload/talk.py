# SPDX-License-Identifier: Apache-2.0
"""Calls between hosts, with RTP and RTCP both ways, and what is to be seen of the kernel's part in them."""
import contextlib
import select
import socket
import threading
import time

from harness import rtp
from harness.check import wait_until
from harness.daemon import Daemon
from harness.ng import media, sdp

PAUSE = 0.02
SO_RCVBUFFORCE = 33
INTERFACES = ["--interface=10.1.0.1", "--interface=10.2.0.1", "--interface=fd01::1", "--interface=fd02::1",
              "--port-max=31999"]
RECEIVER_REPORT = bytes([0x80, 201, 0, 1, 1, 2, 3, 4])


@contextlib.contextmanager
def daemon(network, options, *more):
    running = Daemon(options.daemon, network.proxy, [*INTERFACES, "--offload=bpf", *more])
    try:
        ng = running.wait_ready()
        wait_until(lambda: running.log().count("startup complete"), 30)  # of the workers too
        yield running, ng
    finally:
        running.stop()


class Party:
    """One end: an RTP socket and, unless it multiplexes, one for RTCP."""

    def __init__(self, host, address, mux=False):
        self.address, self.mux = address, mux
        while True:  # a pair of ports
            self.rtp = host.udp(address)
            port = self.rtp.getsockname()[1]
            try:
                self.rtcp = self.rtp if mux else host.udp(address, port + 1)
                break
            except OSError:
                self.rtp.close()
        self.toward = self.toward_rtcp = None
        self.known = set()  # where packets may come from

        for sock in (self.rtp, self.rtcp):  # a slow machine reads late
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)

    def sdp(self):
        return sdp(self.address, self.rtp.getsockname()[1], ["a=rtcp-mux"] if self.mux else [])

    def hear(self, body):
        self.toward = media(body)
        muxed = "a=rtcp-mux" in body
        self.toward_rtcp = self.toward if muxed else (self.toward[0], self.toward[1] + 1)
        self.known |= {self.toward, self.toward_rtcp}

    def close(self):
        self.rtp.close()
        self.rtcp.close()


class Talk:
    """A call, and while the block runs 50 packets a second each way, with RTCP now and then."""

    def __init__(self, network, ng, name, caller="10.1.0.2", callee="10.2.0.2", mux=False, offer=None, answer=None):
        self.ng, self.name, self.network = ng, name, network
        self.offer_keys, self.answer_keys = offer or {}, answer or {}
        self.caller, self.callee = Party(network.caller, caller, mux), Party(network.callee, callee, mux)
        self.sent = {}     # (party, kind, number) -> when
        self.arrived = []  # (receiving party, kind, number, source)
        self.heard = {}    # party -> the payload that it got last
        self.payload_type = 8
        self._done, self._thread = threading.Event(), None
        self.lock = threading.Lock()  # held while parties change

    def set_up(self):
        offer = self.ng.offer(self.name, self.caller.sdp(), **self.offer_keys)
        answer = self.ng.answer(self.name, self.callee.sdp(), **self.answer_keys)
        for reply in (offer, answer):
            if reply.get("result") != "ok":
                raise RuntimeError(str(reply))
        self.callee.hear(offer["sdp"])
        self.caller.hear(answer["sdp"])
        return self

    def __enter__(self):
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()

    def _run(self):
        number, due = 0, time.monotonic()
        while not self._done.is_set():
            number += 1
            with self.lock:
                for party in (self.caller, self.callee):
                    self._send(party, number)
            due += PAUSE
            self._collect(due)
        self._collect_rest()

    def _send(self, party, number):
        self.sent[party, "rtp", number] = time.monotonic()
        packet = bytearray(rtp.packet(number, number * rtp.FRAME, 0x3000 + party.rtp.fileno(), bytes(160)))
        packet[1] = packet[1] & 0x80 | self.payload_type
        party.rtp.sendto(packet, party.toward)
        if number % 10 == 0:
            self.sent[party, "rtcp", number] = time.monotonic()
            party.rtcp.sendto(RECEIVER_REPORT[:4] + number.to_bytes(4, "big"), party.toward_rtcp)

    def _collect(self, until):
        while (left := until - time.monotonic()) > 0:
            sockets = {sock: party for party in (self.caller, self.callee) for sock in (party.rtp, party.rtcp)}
            for sock in select.select(list(sockets), [], [], left)[0]:
                data, source = sock.recvfrom(2048)
                rtcp = len(data) == 8
                number = int.from_bytes(data[4:8] if rtcp else data[2:4], "big")
                if not rtcp:
                    self.heard[sockets[sock]] = data[12:]
                self.arrived.append((sockets[sock], "rtcp" if rtcp else "rtp", number, source[:2]))

    def _collect_rest(self):
        """Until nothing comes any more: on a slow machine much waits in the sockets."""
        before = -1
        while before != len(self.arrived):
            before = len(self.arrived)
            self._collect(time.monotonic() + 0.5)

    def other(self, party):
        return self.callee if party is self.caller else self.caller

    def lost(self):
        """What was sent and did not come; each once, by the sender."""
        got = {(self.other(party), kind, number) for party, kind, number, _ in list(self.arrived)}
        return sorted(key[1:] for key in self.sent if key not in got)

    def repeated(self):
        return len(self.arrived) - len({entry[:3] for entry in self.arrived})

    def strays(self):
        """Sources of packets that did not come from where they had to."""
        return {source for party, _, _, source in self.arrived if source not in party.known}

    def sent_count(self, kind):
        return sum(1 for key in self.sent if key[1] == kind)

    def streams(self):
        tags = self.ng.request("query", call_id=self.name)["tags"].values()
        return [stream for tag in tags for m in tag["medias"] for stream in m["streams"]]

    def all_in_kernel(self, seconds=30):
        """Every stream whose peer sends."""
        def check():
            used = [s for s in self.streams() if s["stats"]["packets"]]
            return len(used) > 1 and all("kernelized" in s["flags"] for s in used)
        return wait_until(check, seconds, 0.2)

    def totals(self):
        return self.ng.request("query", call_id=self.name)["totals"]

    def delete(self):
        reply = self.ng.delete(self.name, **{"delete delay": 0})
        self.caller.close()
        self.callee.close()
        return reply


def check_exact(check, talk, what):
    """Everything arrived, once, from the right ports, and was counted."""
    check.equal(len(talk.lost()), 0, f"{what}: nothing is lost")
    check.equal(talk.repeated(), 0, f"{what}: nothing comes twice")
    check.equal(talk.strays(), set(), f"{what}: everything comes from the right port")
    sent = talk.sent_count("rtp") + talk.sent_count("rtcp")
    totals = talk.totals()
    counted = totals["RTP"]["packets"] + totals["RTCP"]["packets"]
    check.equal(counted, sent, f"{what}: every packet is counted once")
    out = sum(s["stats_out"]["packets"] for s in talk.streams())
    check.equal(out, sent, f"{what}: and was counted as sent once")
