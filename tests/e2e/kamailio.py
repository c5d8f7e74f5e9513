#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kamailio and SIPp: 100 calls at 10 a second with audio both ways through the daemon under test.

     caller host                     proxy host                      callee host
    +-----------+            +------------------------+            +-----------+
    |   SIPp    | 10.1.0.2   |  Kamailio :5060        |   10.2.0.2 |   SIPp    |
    |  440 Hz ->|------------|  daemon: NG 2223, RTP  |------------|<- 1000 Hz |
    |           | fd01::2    |                        |    fd02::2 |           |
    +-----------+            +------------------------+            +-----------+
        capture    10.1.0.1, fd01::1        10.2.0.1, fd02::1         capture

Every RTP packet that one host's capture saw leaving must be in the other host's, unchanged and in order; the
daemon's own counters must say the same; after BYE its call list must be empty and its ports free.
"""
import collections
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

from harness import rtp
from harness.capture import Capture
from harness.check import arguments, run_cases, wait_until
from harness.daemon import Daemon
from harness.kamailio import Kamailio, bracketed
from harness.net import ThreeHosts

HERE = pathlib.Path(__file__).parent / "kamailio"
AUDIO_SECONDS = 3
PACKETS = AUDIO_SECONDS * rtp.RATE // rtp.FRAME
DELETE_DELAY = 2
PORT_MIN, PORT_MAX = 30000, 31999
CALLER = {4: "10.1.0.2", 6: "fd01::2"}
CALLEE = {4: "10.2.0.2", 6: "fd02::2"}
PROXY_A = {4: "10.1.0.1", 6: "fd01::1"}
PROXY_B = {4: "10.2.0.1", 6: "fd02::1"}
TONES = {"caller": 440, "callee": 1000}


def sipp(host, folder, name, scenario, local, more):
    """SIPp with its audio file beside it; -nostdin and no terminal: it also runs in CI."""
    (folder / f"{name}.raw").write_bytes(rtp.tone(TONES[name], AUDIO_SECONDS))
    command = ["sipp", "-sf", str(HERE / scenario), "-i", local, "-mi", local, "-p", "5060", "-nostdin",
               "-rtp_payload", "8", "-trace_err", "-error_file", str(folder / f"{name}.err"),
               "-max_socket", "2000", "-timeout_error", "-timeout", "60", *more]
    return host.popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                      stderr=open(folder / f"{name}.out", "w"), cwd=folder, env={**os.environ, "TERM": "dumb"})


class Watcher(threading.Thread):
    """Queries every listed call again and again; `last` keeps each call's newest report."""

    def __init__(self, ng):
        super().__init__(daemon=True)
        self.ng, self.last, self.most, self.fault = ng, {}, 0, None
        self.done = threading.Event()

    def run(self):
        try:
            while not self.done.wait(0.4):
                calls = self.ng.calls()
                self.most = max(self.most, len(calls))
                for call in calls:
                    report = self.ng.request("query", call_id=call)
                    if report.get("result") == "ok":
                        self.last[call] = report
        except Exception as fault:
            self.fault = fault

    def stop(self):
        self.done.set()
        self.join()


def rtp_by_call(datagrams, outgoing_of):
    """(sent, received): SSRC -> [(sequence, timestamp, payload)] in order."""
    sent, received = collections.defaultdict(list), collections.defaultdict(list)
    for datagram in datagrams:
        found = rtp.parse(datagram.payload)
        if not found or 5060 in (datagram.source[1], datagram.destination[1]):
            continue
        _, sequence, timestamp, ssrc, payload = found
        side = sent if datagram.source[0] == outgoing_of else received
        side[ssrc, datagram.source[1] if side is sent else datagram.destination[1]].append(
            (sequence, timestamp, payload))
    return sent, received


def compare(check, what, sent, received, calls, frequency):
    check.equal(len(sent), calls, f"{what}: streams sent")
    check.equal(sum(map(len, sent.values())), calls * PACKETS, f"{what}: packets sent")
    # SIPp may use one SSRC twice, so streams are matched by what is in them.
    multiset = lambda streams: sorted(str(sorted(packets)) for packets in streams.values())
    check.equal(sum(map(len, received.values())), calls * PACKETS, f"{what}: packets received")
    check(multiset(sent) == multiset(received), f"{what}: every stream arrived whole and unchanged")
    disorder = sum(packets != sorted(packets) for packets in received.values())
    check.equal(disorder, sum(packets != sorted(packets) for packets in sent.values()),
                f"{what}: streams out of order, as sent")
    clear = [rtp.share_of_tone(rtp.alaw_decode(b"".join(p for _, _, p in packets)), frequency)
             for packets in received.values()]
    check(clear and min(clear) > 0.9, f"{what}: {frequency} Hz is heard in every call",
          f"share of the energy at least {min(clear, default=0):.3f}")


def report_packets(report):
    """Packets received on RTP streams according to a query reply."""
    total = 0
    for tag in report["tags"].values():
        for media in tag["medias"]:
            for stream in media["streams"]:
                if "RTP" in stream["flags"]:
                    total += stream["stats"]["packets"]
    return total


def sipp_failures(folder):
    texts = [path.read_text(errors="replace")[-1500:] for path in folder.glob("*.err")]
    return "\n".join(t for t in texts if t.strip())


def run_calls(network, folder, caller_family, callee_family, options):
    """Both SIPps to their ends: (caller's status, callee's status)."""
    callee = sipp(network.callee, folder, "callee", "callee.xml", CALLEE[callee_family],
                  ["-m", str(options.calls)])
    wait_until(lambda: 5060 in network.callee.udp_ports(), 10)
    caller = sipp(network.caller, folder, "caller", "caller.xml", CALLER[caller_family],
                  ["-m", str(options.calls), "-r", str(options.rate), "-l", str(options.calls),
                   f"{bracketed(PROXY_A[caller_family])}:5060"])
    try:
        return caller.wait(90), callee.wait(30)
    finally:
        for process in (caller, callee):
            if process.poll() is None:
                process.terminate()
                process.wait()


def calls_with_audio(check, network, options, caller_family, callee_family, daemon_arguments, offer="", answer=""):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rtpe2e-kamailio-"))
    daemon = Daemon(options.daemon, network.proxy, [*daemon_arguments, f"--port-min={PORT_MIN}",
                                                    f"--port-max={PORT_MAX}", f"--delete-delay={DELETE_DELAY}"])
    try:
        ng = daemon.wait_ready()
        free_before = network.proxy.udp_ports()
        kamailio = Kamailio(network.proxy, folder, PROXY_A[caller_family], PROXY_B[callee_family], CALLEE[callee_family],
                            f"replace-origin ICE=remove {offer}", f"replace-origin ICE=remove {answer}")
        watcher = Watcher(daemon.ng())
        with Capture(network.caller, "eth0") as at_caller, Capture(network.callee, "eth0") as at_callee:
            watcher.start()
            statuses = run_calls(network, folder, caller_family, callee_family, options)
        check.equal(statuses, (0, 0), f"SIPp: all {options.calls} calls went through")
        if statuses != (0, 0):
            print(sipp_failures(folder), "\n--- Kamailio:", kamailio.log_path.read_text()[-3000:])
        check(wait_until(lambda: ng.calls() == [], DELETE_DELAY + 3), "NG list is empty after BYE")
        watcher.stop()
        kamailio.stop()
        check(watcher.fault is None and watcher.most > 1, "calls were listed meanwhile", watcher.fault or watcher.most)
        from_caller, to_caller = rtp_by_call(at_caller.datagrams, CALLER[caller_family])
        from_callee, to_callee = rtp_by_call(at_callee.datagrams, CALLEE[callee_family])
        compare(check, "caller to callee", from_caller, to_callee, options.calls, TONES["caller"])
        compare(check, "callee to caller", from_callee, to_caller, options.calls, TONES["callee"])
        counted = sum(map(report_packets, watcher.last.values()))
        check.equal((len(watcher.last), counted), (options.calls, options.calls * PACKETS * 2),
                    "the daemon's counters: calls, RTP packets")
        ports = lambda: {p for p in network.proxy.udp_ports() - free_before if PORT_MIN <= p <= PORT_MAX}
        check(wait_until(lambda: not ports(), 5), "its media ports are free again", sorted(ports()) or "")
        daemon.stop()
        check(True, "the daemon stopped cleanly")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def ipv4(check, network, options):
    """IPv4 caller, IPv4 callee"""
    calls_with_audio(check, network, options, 4, 4, ["--interface=10.1.0.1"])


def ipv6(check, network, options):
    """IPv6 caller, IPv6 callee"""
    calls_with_audio(check, network, options, 6, 6, ["--interface=fd01::1"])


def ipv4_to_ipv6(check, network, options):
    """IPv4 caller, IPv6 callee: Kamailio asks for the other address family"""
    calls_with_audio(check, network, options, 4, 6, ["--interface=10.1.0.1", "--interface=fd02::1"],
                     offer="address-family=IP6", answer="address-family=IP4")


def two_interfaces(check, network, options):
    """callers and callees on logical interfaces of their own"""
    calls_with_audio(check, network, options, 4, 4, ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"],
                     offer="direction=outer direction=inner")


def main():
    def extra(parser):
        parser.add_argument("--calls", type=int, default=100)
        parser.add_argument("--rate", type=int, default=10, help="calls a second")

    options = arguments(__doc__.splitlines()[0], extra)
    cases = {f.__name__.replace("_", "-"): f for f in (ipv4, ipv6, ipv4_to_ipv6, two_interfaces)}
    run_cases(cases, options.cases, ThreeHosts(), options)


main()
