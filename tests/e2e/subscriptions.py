#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who publishes and who listens, through the whole daemon: packets of one for many, plain and as SRTP.

     caller host                proxy host                 callee host
    +-----------+            +--------------+            +-----------+
    | publisher | 10.1.0.2   |    daemon    |   10.2.0.2 |  callee,  |
    | or caller |------------|   NG 2223    |------------| listeners |
    |           |    10.1.0.1+--------------+10.2.0.1    |           |
    +-----------+                                        +-----------+
"""
import os
import select
import signal
import time

from harness import rtp
from harness.check import arguments, run_cases, wait_until
from harness.daemon import running
from harness.net import ThreeHosts
from harness.ng import media, sdp
from harness.srtp import ENOUGH, Phone, SecureCall, all_arrives

SUITE, OTHER = "AES_CM_128_HMAC_SHA1_80", "AEAD_AES_256_GCM"


class Listener(Phone):
    """Has asked for what somebody sends, in the clear or under a suite of its own."""

    def __init__(self, network, ng, call, tag, suite=None):
        super().__init__(network.callee.udp("10.2.0.2"), suite)
        self.ng, self.call, self.tag, self.heard_packets = ng, call, tag, {}

    def ask(self, **sources):
        keys = {"transport-protocol": "RTP/SAVP", "DTLS": "off"} if self.suite else {"transport-protocol": "RTP/AVP"}
        reply = self.ng.request("subscribe request", call_id=self.call, to_tag=self.tag, **keys, **sources)
        tag = self.hear(reply["sdp"])
        self.reply = reply
        return self.ng.request("subscribe answer", call_id=self.call, to_tag=self.tag,
                               sdp=self.sdp(tag or 1).replace("a=sendrecv", "a=recvonly"))["result"]


class Publication:
    """A stream of one that several hear; each of them counts what it has had."""

    def __init__(self, network, ng, name):
        self.ng, self.name, self.sock, self.sequence = ng, name, network.caller.udp("10.1.0.2"), 0
        reply = ng.request("publish", call_id=name, from_tag="source",
                           sdp=sdp(*self.sock.getsockname()[:2]).replace("a=sendrecv", "a=sendonly"))
        self.toward = media(reply["sdp"])

    def send(self):
        self.sequence += 1
        self.sock.sendto(rtp.packet(self.sequence, self.sequence * rtp.FRAME, 0x7777, bytes(160)), self.toward)

    def collect(self, listeners, until):
        """What arrives up to then: sequence -> how often."""
        while (left := until - time.monotonic()) > 0:
            for listener in select.select(listeners, [], [], left)[0]:
                found = rtp.parse(listener.recv(2048))
                if found:
                    listener.heard_packets[found[1]] = listener.heard_packets.get(found[1], 0) + 1

    def play(self, listeners, wanted, patience=10):
        """Sends 50 packets a second until `wanted()`; the first of them is what comes next."""
        first, due = self.sequence + 1, time.monotonic()
        deadline = due + patience
        while not wanted() and due < deadline:
            self.send()
            due += 0.02
            self.collect(listeners, due)
        late = time.monotonic() + 3
        while any(lost(listener, first, self.sequence) for listener in listeners) and time.monotonic() < late:
            self.collect(listeners, time.monotonic() + 0.1)
        return first


def lost(listener, first, last):
    return [number for number in range(first, last + 1) if number not in listener.heard_packets]


def check_all(check, publication, listeners, what, wanted=None):
    start = publication.sequence
    first = publication.play(listeners, wanted or (lambda: publication.sequence >= start + ENOUGH))
    for listener in listeners:
        more_than_once = [number for number, count in listener.heard_packets.items() if count > 1]
        check.equal((lost(listener, first, publication.sequence), more_than_once, listener.refused), ([], [], 0),
                    f"{what}: {listener.tag}: lost, had twice, refused")


def many(check, network, options):
    """one publishes, four listen, two of them under SRTP; worker and control are killed; one goes"""
    with running(options, network, ["--media-sockets=steered"]) as daemon:
        ng = daemon.wait_ready()
        publication = Publication(network, ng, "radio")
        listeners = [Listener(network, ng, "radio", f"listener {i}", suite) for i, suite in enumerate((None, SUITE, None, OTHER))]
        for listener in listeners:
            check.equal(listener.ask(from_tags=["source"]), "ok", f"{listener.tag} listens")
        check_all(check, publication, listeners, "at first")
        for part in ("datap", "contr"):
            victim = next(pid for pid, name in daemon.family() if part in name)
            before = publication.sequence
            gone = lambda: publication.sequence > before + 25 and not os.path.exists(f"/proc/{victim}")
            os.kill(victim, signal.SIGKILL)
            check_all(check, publication, listeners, f"{part} killed", gone)
        daemon.wait_ready()
        tags = ng.request("query", call_id="radio")["tags"]
        check.equal(sorted(peer["tag"] for peer in tags["source"]["subscribers"]), sorted(each.tag for each in listeners),
                    "a control process that has it from the store knows who listens")
        check.equal(listeners[1].ask(from_tags=["source"]), "ok", "one asks again")
        check_all(check, publication, listeners, "asked again")
        left = listeners.pop()
        check.equal(ng.request("unsubscribe", call_id="radio", to_tag=left.tag)["result"], "ok", "one goes")
        left.heard_packets.clear()
        check_all(check, publication, listeners, "without him")
        publication.collect([left], time.monotonic() + 0.3)
        check.equal((left.heard_packets, left.refused), ({}, 0), "he hears nothing any more")
        ng.delete("radio", tag="source", **{"delete delay": 0})
        check.equal(ng.calls(), [], "calls")


def spy(check, network, options):
    """who listens to both sides of an encrypted call hears each of them, through a re-INVITE; they don't notice"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = SecureCall(network, ng, "talk", SUITE, SUITE).set_up()
        all_arrives(check, call, "before")
        spies = {tag: Listener(network, ng, "talk", f"spy on {tag}", suite) for tag, suite in (("caller", None), ("callee", OTHER))}
        for tag, listener in spies.items():
            check.equal(listener.ask(from_tags=[tag]), "ok", f"{listener.tag} listens")
        for what in ("listened to", "offered again"):
            all_arrives(check, call, what)
            for listener in spies.values():
                heard = lambda listener=listener: select.select([listener], [], [], 0)[0] and listener.recv(2048)
                packets = [packet for packet in (wait_until(heard, 2) for _ in range(ENOUGH)) if packet]
                check.equal((len(packets), listener.refused), (ENOUGH, 0), f"{what}: {listener.tag}: heard, refused")
            call.set_up()
        call.delete()


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"many": many, "spy": spy}, options.cases, ThreeHosts(), options)


main()
