# SPDX-License-Identifier: Apache-2.0
"""A call between a WebRTC peer that others have written and a plain RTP phone."""
import pathlib
import select
import tempfile
import threading
import time

from . import rtp
from .check import wait_until
from .daemon import instance

PEERS_TONE, PHONES_TONE = 440, 1000
VIDEO_PORT = 40000  # and the next one for RTCP
AUDIO, VIDEO = {"audio": PEERS_TONE}, {"audio": PEERS_TONE, "video": True}
CODECS = {"audio": ["PCMA"], "video": ["VP8"]}
TOWARDS_PHONE = {"ICE": "remove", "transport-protocol": "RTP/AVP", "rtcp-mux": ["demux"], "flags": ["no-rtcp-attribute"], "replace": ["origin"]}
TOWARDS_PEER = {"ICE": "force", "transport-protocol": "UDP/TLS/RTP/SAVPF", "rtcp-mux": ["offer"], "SDES": ["off"], "flags": ["generate mid"]}


def sections(body):
    """[(kind, port, payload types)] of an SDP."""
    lines = [line[2:].split() for line in body.splitlines() if line.startswith("m=")]
    return [(words[0], int(words[1]), words[3:]) for words in lines]


class Phone(threading.Thread):
    """Plain RTP: says a tone in A-law and keeps what it hears; sends back each packet of video, and what is asked of who sends it."""

    def __init__(self, host, address):
        super().__init__(daemon=True)
        self.address, self.audio = address, host.udp(address)
        self.video, self.asked = host.udp(address, VIDEO_PORT), host.udp(address, VIDEO_PORT + 1)
        self.heard, self.frames, self.done, self.to = bytearray(), 0, threading.Event(), {}

    def sdp(self, kinds, video_type="96"):
        body = ["v=0", f"o=- 1 1 IN IP4 {self.address}", "s=-", f"c=IN IP4 {self.address}", "t=0 0",
                f"m=audio {self.audio.getsockname()[1]} RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=sendrecv"]
        if "video" in kinds:
            body += [f"m=video {self.video.getsockname()[1]} RTP/AVP {video_type}", f"a=rtpmap:{video_type} VP8/90000", "a=sendrecv"]
        return "\r\n".join(body) + "\r\n"

    def talk_to(self, body):
        for kind, port, _ in sections(body):
            self.to[kind], self.to[kind + " RTCP"] = ("10.2.0.1", port), ("10.2.0.1", port + 1)
        self.start()

    def run(self):
        samples, sequence, due = rtp.tone(PHONES_TONE, 1), 0, time.monotonic()
        while not self.done.is_set():
            at = sequence * rtp.FRAME % len(samples)
            self.audio.sendto(rtp.packet(sequence, sequence * rtp.FRAME, 0xabcd, samples[at:at + rtp.FRAME]), self.to["audio"])
            sequence, due = sequence + 1, due + 0.02
            self.collect(due)

    def collect(self, until):
        while (left := until - time.monotonic()) > 0:
            for sock in select.select([self.audio, self.video, self.asked], [], [], left)[0]:
                packet = sock.recv(2048)
                found = rtp.parse(packet)
                if sock is self.asked:
                    self.asked.sendto(packet, self.to["video RTCP"])
                elif sock is self.video and found:
                    self.frames += 1
                    self.video.sendto(packet, self.to["video"])
                elif found and found[0] == rtp.PCMA:
                    self.heard += found[4]

    def tone(self, seconds=1.0):
        """The share of the peer's tone in what was heard last."""
        part = rtp.alaw_decode(bytes(self.heard[-int(seconds * rtp.RATE):]))
        return rtp.share_of_tone(part, PEERS_TONE) if len(part) >= seconds * rtp.RATE else 0

    def close(self):
        self.done.set()
        if self.ident:
            self.join()
        for sock in (self.audio, self.video, self.asked):
            sock.close()


def media_flows(check, peer, phone, kinds):
    check.equal(peer.run("connected", 20), "connected", "its connection is")
    heard = lambda: abs(peer.run("loudest") - PHONES_TONE) < 30
    check(wait_until(heard, 20, 0.2), "it hears the phone's tone", peer.run("loudest"))
    check(wait_until(lambda: phone.tone() > 0.9, 20, 0.2), "the phone hears its tone", f"{phone.tone():.2f}")
    if "video" in kinds:
        decoded = lambda: peer.run("stats").get("inbound-rtp video", {}).get("framesDecoded", 0)
        check(wait_until(lambda: decoded() > 20, 30, 0.2), "its picture comes back and is decoded, frames", decoded())
    stats = peer.run("stats")
    check.equal(stats["inbound-rtp audio"].get("packetsLost"), 0, "packets of audio lost")
    check(stats["transport"].get("srtpCipher"), "secured with", stats["transport"].get("srtpCipher"))


def call(check, network, options, make, kinds, peer_offers):
    """`make(host, folder)`: as Browser."""
    with tempfile.TemporaryDirectory(prefix="rtpe2e-webrtc-") as name, \
         instance(options, network, ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"]) as daemon, \
         make(network.caller, pathlib.Path(name)) as peer:
        ng, phone = daemon.wait_ready(), Phone(network.callee, "10.2.0.2")
        try:
            peer.run("make", kinds, CODECS)
            if peer_offers:
                offer = ng.offer("webrtc", peer.run("offer"), direction=["outer", "inner"], **TOWARDS_PHONE)
                check.equal(offer.get("result"), "ok", "offer")
                video = next((types[0] for kind, _, types in sections(offer["sdp"]) if kind == "video"), "96")
                answer = ng.answer("webrtc", phone.sdp(kinds, video), ICE="force")
                check.equal(answer.get("result"), "ok", "answer")
                phone.talk_to(offer["sdp"])
                peer.run("answered", answer["sdp"])
            else:
                offer = ng.offer("webrtc", phone.sdp(kinds), direction=["inner", "outer"], **TOWARDS_PEER)
                check.equal(offer.get("result"), "ok", "offer")
                answer = ng.answer("webrtc", peer.run("answer", offer["sdp"]), ICE="remove")
                check.equal(answer.get("result"), "ok", "answer")
                phone.talk_to(answer["sdp"])
            media_flows(check, peer, phone, kinds)
            check.equal(ng.delete("webrtc").get("result"), "ok", "delete")
        finally:
            phone.close()
