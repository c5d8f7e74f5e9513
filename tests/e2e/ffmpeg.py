#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ffmpeg sends RTP through a call and ffmpeg on the other side decodes it: the tone must be heard.

     caller host                 proxy host                 callee host
    +------------+            +---------------+            +------------+
    | ffmpeg  -> | 10.1.0.2   |  daemon       |   10.2.0.2 | -> ffmpeg  |
    |  sine 440  |------------|  NG 2223, RTP |------------|  to WAV    |
    +------------+    10.1.0.1+---------------+10.2.0.1    +------------+
"""
import array
import pathlib
import subprocess
import tempfile
import wave

from harness import rtp
from harness.check import arguments, run_cases, wait_until
from harness.daemon import Daemon
from harness.net import ThreeHosts
from harness.ng import media, sdp

SECONDS = 4
TONE = 440
CALLER_PORT, CALLEE_PORT = 5004, 5006
QUIET = ["ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error"]


def receiver(callee, folder):
    """ffmpeg that listens as the callee's SDP says and writes a WAV file."""
    (folder / "callee.sdp").write_text(sdp("10.2.0.2", CALLEE_PORT))
    process = callee.popen([*QUIET, "-protocol_whitelist", "file,udp,rtp", "-i", str(folder / "callee.sdp"),
                            "-t", str(SECONDS - 1), "-y", str(folder / "heard.wav")],
                           stdin=subprocess.DEVNULL, stderr=open(folder / "receiver.log", "w"))
    if not wait_until(lambda: CALLEE_PORT in callee.udp_ports() or process.poll() is not None, 20):
        raise RuntimeError("the receiving ffmpeg did not open its port")
    return process


def send(caller, to, folder):
    source = f"sine=frequency={TONE}:sample_rate=8000:duration={SECONDS}"
    url = f"rtp://{to[0]}:{to[1]}?localrtpport={CALLER_PORT}&pkt_size=172"
    return caller.popen([*QUIET, "-re", "-f", "lavfi", "-i", source, "-ar", "8000", "-ac", "1", "-c:a", "pcm_alaw",
                         "-f", "rtp", "-payload_type", "8", url],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(folder / "sender.log", "w"))


def heard(path):
    with wave.open(str(path)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        return list(samples), file.getframerate()


def tone_through_a_call(check, network, options):
    """a 440 Hz tone from ffmpeg to ffmpeg"""
    caller, proxy, callee = network.caller, network.proxy, network.callee
    daemon = Daemon(options.daemon, proxy, ["--interface=10.1.0.1"])
    with tempfile.TemporaryDirectory(prefix="rtpe2e-ffmpeg-") as name:
        folder = pathlib.Path(name)
        ng = daemon.wait_ready()
        check.equal(ng.offer("ffmpeg", sdp("10.1.0.2", CALLER_PORT)).get("result"), "ok", "offer")
        answer = ng.answer("ffmpeg", sdp("10.2.0.2", CALLEE_PORT))
        check.equal(answer.get("result"), "ok", "answer")
        listening = receiver(callee, folder)
        sending = send(caller, media(answer["sdp"]), folder)
        check.equal(sending.wait(SECONDS + 20), 0, "sending ffmpeg ends well")
        check.equal(listening.wait(20), 0, "receiving ffmpeg ends well")
        samples, rate = heard(folder / "heard.wav")
        check(len(samples) >= (SECONDS - 1.5) * rate, "length of what was heard", f"{len(samples) / rate:.2f} s")
        share = rtp.share_of_tone(samples, TONE, rate)
        check(share > 0.95, f"share of {TONE} Hz in it", f"{share:.3f}")
        check(rtp.share_of_tone(samples, 1000, rate) < 0.01, "and no other tone")
        check.equal(ng.delete("ffmpeg").get("result"), "ok", "delete")
    daemon.stop()


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"tone-through-a-call": tone_through_a_call}, options.cases, ThreeHosts(), options)


main()
