#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One connection of GStreamer's webrtcbin that says a tone and listens. A line of JSON in, ["function", arguments ...]; one out."""
import json
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstSdp", "1.0")
gi.require_version("GstWebRTC", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

import rtp  # noqa: E402

PATIENCE = 20  # seconds
SAYS = ('webrtcbin name=peer bundle-policy=max-bundle latency=50 audiotestsrc is-live=true samplesperbuffer=160 freq={} volume=0.4 ! '
        'audio/x-raw,rate=8000,channels=1 ! alawenc ! rtppcmapay pt=8 min-ptime=20000000 max-ptime=20000000 ! '
        'application/x-rtp,media=audio,encoding-name=PCMA,payload=8,clock-rate=8000 ! peer.')
HEARS = "queue ! rtppcmadepay ! appsink name=ear emit-signals=true sync=false"
TONES = (440, 1000)
OFFER, ANSWER = GstWebRTC.WebRTCSDPType.OFFER, GstWebRTC.WebRTCSDPType.ANSWER


class Peer:
    def __init__(self):
        self.gathered, self.heard, self.sequences = threading.Event(), bytearray(), []
        self.kept = []  # what the library would free twice

    def make(self, kinds, _codecs):
        self.pipeline = Gst.parse_launch(SAYS.format(kinds["audio"]))
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("notify::ice-gathering-state", self._look)
        self.peer.connect("pad-added", self._listen)
        self.pipeline.set_state(Gst.State.PLAYING)
        self.pipeline.get_state(PATIENCE * Gst.SECOND)

    def _look(self, *_):
        if self.peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            self.gathered.set()

    def _listen(self, _, pad):
        if pad.direction != Gst.PadDirection.SRC:
            return
        pad.add_probe(Gst.PadProbeType.BUFFER, self._count)
        ear = Gst.parse_bin_from_description(HEARS, True)
        ear.get_by_name("ear").connect("new-sample", self._hear)
        self.pipeline.add(ear)
        ear.sync_state_with_parent()
        pad.link(ear.get_static_pad("sink"))

    def _count(self, _, info):
        self.sequences.append(int.from_bytes(info.get_buffer().extract_dup(2, 2), "big"))
        return Gst.PadProbeReturn.OK

    def _hear(self, sink):
        buffer = sink.emit("pull-sample").get_buffer()
        self.heard += buffer.extract_dup(0, buffer.get_size())
        return Gst.FlowReturn.OK

    def _ask(self, signal, *arguments):
        promise = Gst.Promise.new()
        self.peer.emit(signal, *arguments, promise)
        if promise.wait() != Gst.PromiseResult.REPLIED:
            raise RuntimeError(f"{signal}: no reply")
        reply = promise.get_reply()
        self.kept += [promise, reply, *arguments]
        if reply and reply.has_field("error"):
            raise RuntimeError(f"{signal}: {reply.to_string()}")
        return reply

    def _set(self, which, kind, text):
        """Always made of its text: who has looked into a description has taken its SDP."""
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        description = GstWebRTC.WebRTCSessionDescription.new(kind, sdp)
        self.kept += [description, sdp]
        self._ask(f"set-{which}-description", description)

    def _text(self, description):
        sdp = description.sdp
        self.kept += [description, sdp]
        return sdp.as_text()

    def _local(self, name, kind):
        """Our SDP with all candidates in it."""
        self._set("local", kind, self._text(self._ask(f"create-{name}", None).get_value(name)))
        if not self.gathered.wait(PATIENCE):
            raise RuntimeError("no candidates")
        return self._text(self.peer.get_property("local-description"))

    def offer(self):
        return self._local("offer", OFFER)

    def answered(self, text):
        self._set("remote", ANSWER, text)

    def answer(self, text):
        self._set("remote", OFFER, text)
        return self._local("answer", ANSWER)

    def connected(self, seconds):
        state, over = None, threading.Event()
        for _ in range(int(seconds) * 20):
            state = self.peer.get_property("connection-state")
            if state == GstWebRTC.WebRTCPeerConnectionState.CONNECTED or over.wait(0.05):
                break
        return state.value_nick

    def loudest(self):
        """The tone that makes up nearly all of the last second; 0: none."""
        last = rtp.alaw_decode(bytes(self.heard[-rtp.RATE:]))
        return next((tone for tone in TONES if len(last) == rtp.RATE and rtp.share_of_tone(last, tone) > 0.9), 0)

    def stats(self):
        """As a browser says it; what it is secured with webrtcbin doesn't tell."""
        lost = (self.sequences[-1] - self.sequences[0] & 0xffff) + 1 - len(self.sequences)
        return {"transport": {"srtpCipher": "DTLS-SRTP"}, "inbound-rtp audio": {"packetsLost": lost}}


def main():
    Gst.init(None)
    if not Gst.ElementFactory.find("webrtcbin"):
        sys.exit("GStreamer has no webrtcbin here")
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
    peer = Peer()
    for line in sys.stdin:
        function, *arguments = json.loads(line)
        try:
            answer = {"value": getattr(peer, function)(*arguments)}
        except Exception as failure:  # told to who asked
            answer = {"failed": f"{type(failure).__name__}: {failure}"}
        print(json.dumps(answer), flush=True)


main()
