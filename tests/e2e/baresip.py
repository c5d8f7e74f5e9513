#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two baresips call one another through Kamailio and the daemon; each hears the other's tone, whatever either has: RTP, SDES, DTLS-SRTP, ICE.

     caller host                     proxy host                      callee host
    +-----------+            +------------------------+            +-----------+
    |  baresip  | 10.1.0.2   |  Kamailio :5060        |   10.2.0.2 |  baresip  |
    |  440 Hz   |------------|  daemon: NG 2223, RTP  |------------|  1000 Hz  |
    +-----------+            +------------------------+            +-----------+
"""
import array
import contextlib
import pathlib
import signal
import subprocess
import tempfile
import wave

from harness import rtp
from harness.check import arguments, run_cases, wait_until
from harness.daemon import instance
from harness.kamailio import Kamailio
from harness.net import ThreeHosts

SECONDS = 2  # heard on either side before the caller hangs up
TONES = {"caller": 440, "callee": 1000}
ADDRESSES = {"caller": "10.1.0.2", "callee": "10.2.0.2"}
MODULES = ["g711", "aufile", "aubridge", "sndfile", "srtp", "dtls_srtp", "ice"]
APPLICATIONS = ["account", "menu"]
# Of baresip's account: mediaenc, and whether it has ICE; with the profile that the daemon is to offer to one of that kind.
RTP, SDES, DTLS = ("", "RTP/AVP"), ("srtp-mand", "RTP/SAVP"), ("dtls_srtp", "UDP/TLS/RTP/SAVPF")


def write_tone(path, frequency, seconds=60):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rtp.RATE)
        file.writeframes(array.array("h", rtp.alaw_decode(rtp.tone(frequency, 1)) * seconds).tobytes())


def share(path, frequency):
    """Of a tone in the last second of a file that is still being written; 0: there isn't enough of it."""
    samples = array.array("h")
    data = path.read_bytes()[44:]  # behind the header, which has no length yet
    samples.frombytes(data[:len(data) // 2 * 2])
    return rtp.share_of_tone(samples[-rtp.RATE:], frequency) if len(samples) >= SECONDS * rtp.RATE else 0.0


class Baresip:
    """A user agent with a folder of its own. `dial`: whom it calls at once."""

    def __init__(self, host, folder, name, secured, ice, dial=None):
        self.folder, self.name, self.output = folder / name, name, folder / f"{name}.log"
        self.folder.mkdir()
        write_tone(self.folder / "tone.wav", TONES[name])
        more = (f";mediaenc={secured}" if secured else "") + (";medianat=ice" if ice else "") + (";answermode=auto" if not dial else "")
        self.write("accounts", f"<sip:{name}@{ADDRESSES[name]}>;regint=0;audio_codecs=PCMA;outbound=\"sip:{'10.1.0.1' if dial else '10.2.0.1'}\"{more}")
        self.write("config", "module_path /usr/lib/baresip/modules", f"sip_listen {ADDRESSES[name]}:5060",
                   f"audio_source aufile,{self.folder}/tone.wav", "audio_player aubridge,heard", "audio_alert aubridge,bell",
                   f"snd_path {self.folder}", *(f"module {name}.so" for name in MODULES), *(f"module_app {name}.so" for name in APPLICATIONS))
        self.write("contacts")
        command = ["baresip", "-4", "-f", str(self.folder), *(["-e", f"/dial {dial}"] if dial else [])]
        self.process = host.popen(command, stdin=subprocess.DEVNULL, stdout=open(self.output, "w"), stderr=subprocess.STDOUT)
        if not wait_until(lambda: 5060 in host.udp_ports() or self.process.poll() is not None, 20):
            raise RuntimeError(f"{name} did not start:\n{self.log()}")

    def write(self, name, *lines):
        (self.folder / name).write_text("".join(line + "\n" for line in lines))

    def log(self):
        return self.output.read_text(errors="replace")

    def hears(self, frequency):
        files = sorted(self.folder.glob("dump-*-dec.wav"))
        return share(files[-1], frequency) if files else 0.0

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # hangs up
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def flags(profile, ice):
    return f"replace-origin transport-protocol={profile} ICE={'force' if ice else 'remove'} " + \
           ("DTLS=off SDES-pad" if profile == SDES[1] else "SDES-off" if profile == DTLS[1] else "")  # it wants padded keys


def call(check, network, options, caller, callee, caller_ice=False, callee_ice=False):
    what = f"{caller[0] or 'RTP'}{' with ICE' if caller_ice else ''} to {callee[0] or 'RTP'}{' with ICE' if callee_ice else ''}"
    with tempfile.TemporaryDirectory(prefix="rtpe2e-baresip-") as name, contextlib.ExitStack() as ends, \
         instance(options, network, ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1", "--delete-delay=0"]) as daemon:
        folder, ng = pathlib.Path(name), daemon.wait_ready()
        kamailio = Kamailio(network.proxy, folder, "10.1.0.1", "10.2.0.1", ADDRESSES["callee"],
                            f"direction=outer direction=inner {flags(callee[1], callee_ice)}",
                            f"replace-origin ICE={'force' if caller_ice else 'remove'}")
        ends.callback(kamailio.stop)
        called = Baresip(network.callee, folder, "callee", callee[0], callee_ice)
        ends.callback(called.stop)
        calling = Baresip(network.caller, folder, "caller", caller[0], caller_ice, "sip:callee@10.1.0.1")
        ends.callback(calling.stop)
        for end, other in ((called, "caller"), (calling, "callee")):
            heard = wait_until(lambda: end.hears(TONES[other]) > 0.9, 20, 0.2)
            check(heard, f"{what}: the {end.name} hears the {other}", f"{end.hears(TONES[other]):.2f}")
            if not heard:
                print(f"--- {end.name}:\n{end.log()[-1500:]}")
        calling.stop()
        check(wait_until(lambda: not ng.calls(), 20), f"{what}: BYE ends the call at the daemon", ng.calls() or "")


def plain(check, network, options):
    """RTP on both sides"""
    call(check, network, options, RTP, RTP)


def sdes(check, network, options):
    """SDES on one side, on the other, on both"""
    for caller, callee in ((SDES, RTP), (RTP, SDES), (SDES, SDES)):
        call(check, network, options, caller, callee)


def ice(check, network, options):
    """ICE on one side, on the other, on both; with SDES too"""
    for caller, callee, *which in ((RTP, RTP, True, False), (RTP, RTP, False, True), (RTP, RTP, True, True), (SDES, RTP, True, False)):
        call(check, network, options, caller, callee, *which)


def dtls(check, network, options):
    """DTLS-SRTP towards RTP, towards SDES, and towards the same; with ICE too"""
    for caller, callee, *which in ((DTLS, RTP), (RTP, DTLS), (DTLS, SDES), (DTLS, DTLS), (DTLS, RTP, True, False), (RTP, DTLS, False, True)):
        call(check, network, options, caller, callee, *which)


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"plain": plain, "sdes": sdes, "ice": ice, "dtls": dtls}, options.cases, ThreeHosts(), options)


main()
