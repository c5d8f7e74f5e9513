#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ffmpeg sends RTP or SRTP through a call and ffmpeg on the other side decodes it: the tone must be heard.

     caller host                 proxy host                 callee host
    +------------+            +---------------+            +------------+
    | ffmpeg  -> | 10.1.0.2   |  daemon       |   10.2.0.2 | -> ffmpeg  |
    |  sine 440  |------------|  NG 2223, RTP |------------|  to WAV    |
    +------------+    10.1.0.1+---------------+10.2.0.1    +------------+
"""
import array
import base64
import os
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


SUITE = "AES_CM_128_HMAC_SHA1_80"


def secured(body, line):
    """The same for SRTP, with a line of a=crypto."""
    return body.replace("RTP/AVP", "RTP/SAVP") + line + "\r\n"


def crypto_line(body):
    return next((line for line in body.splitlines() if line.startswith("a=crypto:")), None)


def receiver(callee, folder, crypto=None):
    """ffmpeg that listens as the callee's SDP says and writes a WAV file. `crypto`: the line that it was offered."""
    body = sdp("10.2.0.2", CALLEE_PORT)
    (folder / "callee.sdp").write_text(secured(body, crypto) if crypto else body)
    process = callee.popen([*QUIET, "-protocol_whitelist", "file,udp,rtp,srtp", "-i", str(folder / "callee.sdp"),
                            "-t", str(SECONDS - 1), "-y", str(folder / "heard.wav")],
                           stdin=subprocess.DEVNULL, stderr=open(folder / "receiver.log", "w"))
    if not wait_until(lambda: CALLEE_PORT in callee.udp_ports() or process.poll() is not None, 20):
        raise RuntimeError("the receiving ffmpeg did not open its port")
    return process


def send(caller, to, folder, key=None):
    source = f"sine=frequency={TONE}:sample_rate=8000:duration={SECONDS}"
    secure = ["-srtp_out_suite", SUITE, "-srtp_out_params", key] if key else []
    url = f"{'srtp' if key else 'rtp'}://{to[0]}:{to[1]}?localrtpport={CALLER_PORT}&pkt_size=172"
    return caller.popen([*QUIET, "-re", "-f", "lavfi", "-i", source, "-ar", "8000", "-ac", "1", "-c:a", "pcm_alaw",
                         "-f", "rtp", "-payload_type", "8", *secure, url],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(folder / "sender.log", "w"))


def heard(path):
    with wave.open(str(path)) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        return list(samples), file.getframerate()


def tone_through_a_call(check, network, options):
    """a 440 Hz tone from ffmpeg to ffmpeg"""
    tone(check, network, options)


def srtp_to_rtp(check, network, options):
    """the same from ffmpeg's SRTP to RTP"""
    tone(check, network, options, key=base64.b64encode(os.urandom(30)).decode())


def rtp_to_srtp(check, network, options):
    """the same from RTP to ffmpeg's SRTP"""
    tone(check, network, options, to_srtp=True)


def tone(check, network, options, key=None, to_srtp=False):
    """`key`: the caller's, who has SRTP then."""
    caller, proxy, callee = network.caller, network.proxy, network.callee
    daemon = Daemon(options.daemon, proxy, ["--interface=10.1.0.1"])
    with tempfile.TemporaryDirectory(prefix="rtpe2e-ffmpeg-") as name:
        folder = pathlib.Path(name)
        ng = daemon.wait_ready()
        own, theirs = sdp("10.1.0.2", CALLER_PORT), sdp("10.2.0.2", CALLEE_PORT)
        if key:
            own = secured(own, f"a=crypto:1 {SUITE} inline:{key}")
        profile = "RTP/SAVP" if to_srtp else "RTP/AVP"
        offer = ng.offer("ffmpeg", own, SDES=[f"only-{SUITE}"], **{"transport-protocol": profile})
        check.equal(offer.get("result"), "ok", "offer")
        if to_srtp:
            theirs = secured(theirs, f"a=crypto:1 {SUITE} inline:{base64.b64encode(os.urandom(30)).decode()}")
        answer = ng.answer("ffmpeg", theirs)
        check.equal(answer.get("result"), "ok", "answer")
        listening = receiver(callee, folder, crypto_line(offer["sdp"]))
        sending = send(caller, media(answer["sdp"]), folder, key)
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
    run_cases({"tone-through-a-call": tone_through_a_call, "srtp-to-rtp": srtp_to_rtp, "rtp-to-srtp": rtp_to_srtp}, options.cases, ThreeHosts(), options)


main()
