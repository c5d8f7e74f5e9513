# SPDX-License-Identifier: Apache-2.0
"""In the guest: what a forwarded packet costs, in instructions, for each of SUBJECTS (words joined by a comma).

    caller 10.1.0.2 -- 10.1.0.1 proxy 10.2.0.1 -- 10.2.0.2 callee

Packets go from caller to callee. They are dropped where they come into the proxy ("drop"), then where they come into the
callee ("forward"); the difference is the cost of forwarding, the sender's own share left out."""
import base64
import contextlib
import os
import pathlib
import re
import statistics
import subprocess

import proc
import uapi
from harness import rtp
from harness.check import wait_until
from harness.daemon import Daemon
from harness.ng import Ng, media, sdp
from network import HomeNetwork, Party
from rules import send_to_table

COUNT, ROUNDS, BURST = (int(os.environ[name]) for name in ("COUNT", "ROUNDS", "BURST"))
CALLER, CALLEE = ("10.1.0.2", 40000), ("10.2.0.2", 40000)
LOCAL, OUT = ("10.1.0.1", 30000), ("10.2.0.1", 30002)
KEY, SALT = bytes(range(16)), bytes(range(100, 114))
SUITE = "AES_CM_128_HMAC_SHA1_80"


class Net(HomeNetwork):
    """Two parties whose devices can drop what they receive."""

    def __init__(self):
        super().__init__()
        pathlib.Path("/proc/sys/kernel/sched_rt_runtime_us").write_text("-1")
        for host, address, device, mac in ((self.caller, "10.1.0.1", "eth0", self.mac("toa")),
                                           (self.callee, "10.2.0.1", "eth0", self.mac("tob"))):
            host.ip(f"neighbour replace {address} lladdr {mac} nud permanent dev {device}")
        for host, address, device in ((self.caller, CALLER[0], "toa"), (self.callee, CALLEE[0], "tob")):
            with host.entered():
                mac = self.mac("eth0")
            self.proxy.ip(f"neighbour replace {address} lladdr {mac} nud permanent dev {device}")

    @staticmethod
    def mac(device):
        shown = subprocess.run(["ip", "-br", "link", "show", device], capture_output=True, text=True).stdout
        return shown.split()[2]

    @contextlib.contextmanager
    def dropping(self, host, device):
        with host.entered():
            subprocess.run(["nft", "-f", "-"], check=True, text=True, input="table netdev gate { chain arriving { "
                           f"type filter hook ingress device {device} priority 0; policy drop; }}; }}")
        yield
        with host.entered():
            subprocess.run(["nft", "delete", "table", "netdev", "gate"], check=True)

    def arrived(self):
        """Packets that the callee's device has received."""
        with self.callee.entered():
            line = next(l for l in pathlib.Path("/proc/net/dev").read_text().splitlines() if "eth0:" in l)
        return int(line.split(":")[1].split()[1])


class Meter:
    def __init__(self, net):
        self.net, self.sequence = net, 1000

    def send(self, to, count):
        """Instructions for each packet."""
        command = ["vm-load", CALLER[0], CALLER[1], to[0], to[1], count, BURST, self.sequence]
        self.sequence += count
        done = self.net.caller.popen(list(map(str, command)), stdout=subprocess.PIPE, text=True)
        out = done.communicate()[0]
        if done.returncode:
            raise RuntimeError(f"load ended with status {done.returncode}")
        return int(out) / count

    def phase(self, host, device, to, expected):
        with self.net.dropping(host, device):
            self.send(to, BURST * 8)  # warms up
            before = self.net.arrived()
            spent = self.send(to, COUNT)
            came = self.net.arrived() - before
        if abs(came - expected) > COUNT / 1000:  # a stray ARP is no packet of ours
            raise RuntimeError(f"{came} packets came to the callee, expected {expected}")
        return spent

    def measure(self, name, to):
        found = []
        for _ in range(ROUNDS):
            dropped = self.phase(self.net.proxy, "toa", to, 0)
            found.append(self.phase(self.net.callee, "eth0", to, COUNT) - dropped)
        print(f"RESULT {name}: {statistics.median(found):.0f} instructions a packet "
              f"({min(found):.0f} to {max(found):.0f} in {ROUNDS} rounds of {COUNT})", flush=True)


def routing(net, meter):
    """plain IP forwarding"""
    switch = pathlib.Path("/proc/sys/net/ipv4/ip_forward")
    switch.write_text("1")
    meter.measure("plain IP routing", CALLEE)
    switch.write_text("0")


def own_module(name, srtp, net, meter):
    with own_table(), uapi.Control(0) as control:
        to = uapi.destination(OUT, CALLEE, tos=0xb8)
        to.srtp = srtp
        try:
            control.set(1, LOCAL, [to], source=CALLER, mismatch=uapi.USERSPACE, component=uapi.RTP,
                        flags=uapi.PAYLOAD_TYPES | uapi.COUNT_SOURCES, payload_types=[(rtp.PCMA, 8000)])
        except OSError as error:
            print(f"NOTE {name}: {error}", flush=True)
            return
        meter.measure(name, LOCAL)
        state = control.delete(1, LOCAL)
        wanted = ROUNDS * (COUNT + 8 * BURST)
        if state.destinations[0].out.packets != wanted:
            raise RuntimeError(f"the module counted {state.destinations[0].out.packets}, expected {wanted}")


@contextlib.contextmanager
def own_table():
    problem = proc.load() + proc.command("add 0\n") + send_to_table(0, ["iptables-legacy"])
    if problem:
        raise RuntimeError(problem)
    yield
    proc.run("iptables-legacy", "-F", "INPUT")
    proc.command("del 0\n")


def plain(net, meter):
    """our module"""
    own_module("our module", uapi.Srtp(), net, meter)


def protection(cipher, auth, salt):
    chosen = uapi.Srtp(1, cipher, auth)
    chosen.master_key[:16], chosen.master_salt[:len(salt)] = KEY, salt
    return chosen


def srtp(net, meter):
    """our module, SRTP put on"""
    sha1_80, aes_cm_128 = 1, 1
    own_module("our module, SRTP", protection(aes_cm_128, sha1_80, SALT), net, meter)


def srtp_gcm(net, meter):
    """our module, SRTP of AEAD_AES_128_GCM put on"""
    no_auth, aes_gcm_128 = 0, 4
    own_module("our module, SRTP by GCM", protection(aes_gcm_128, no_auth, SALT[:12]), net, meter)


class Call:
    """Set up by NG; the caller talks plain RTP, the callee SRTP if `secure`. `local`: where the caller sends."""

    def __init__(self, net, ng, name, secure=False, **keys):
        self.caller, self.callee = Party(net.caller, *CALLER), Party(net.callee, *CALLEE)
        profile = "RTP/SAVP" if secure else "RTP/AVP"
        offer = ng.offer(name, sdp(*CALLER), transport_protocol=profile, DTLS="off", **keys)
        self.check(offer)
        crypto = []
        if secure:
            tag = re.search(rf"a=crypto:(\d+) {SUITE} ", offer["sdp"])[1]
            crypto = [f"a=crypto:{tag} {SUITE} inline:{base64.b64encode(KEY + SALT).decode()}"]
        answer = ng.answer(name, sdp(*CALLEE, crypto).replace("RTP/AVP", profile))
        self.check(answer)
        self.local, self.toward_caller = media(answer["sdp"]), media(offer["sdp"])
        self.sequence = 1

    @staticmethod
    def check(reply):
        if reply.get("result") != "ok":
            raise RuntimeError(str(reply))

    def talk(self, both=True):
        """A packet of each; True if the caller's arrived."""
        for party, to in ((self.caller, self.local), (self.callee, self.toward_caller))[:1 + both]:
            party.send(rtp.packet(self.sequence, self.sequence * rtp.FRAME, 0x1234, bytes(160)), to)
        self.sequence += 1
        return bool(self.callee.receive(0.1))

    def close(self):
        self.caller.close()
        self.callee.close()


def userspace(net, meter):
    """our daemon without the kernel"""
    daemon = Daemon("rtpengine", net.proxy, ["--interface=int/10.1.0.1", "--interface=ext/10.2.0.1"])
    ng = daemon.wait_ready(60)
    call = Call(net, ng, "bench", direction=["int", "ext"])
    if not wait_until(lambda: call.talk() and call.talk(), 10):
        raise RuntimeError("the call does not work")
    call.close()
    meter.measure(f"our userspace path, {BURST} packets a wake-up", call.local)
    daemon.stop()


def _peer(name, secure, net, meter):
    """Debian's proxy; its table stays in `list` while it forwards."""
    with peer_daemon(net) as ng:
        call = Call(net, ng, name, secure, direction=["int", "ext"])
        listing = proc.ROOT / "0/list"
        if not wait_until(lambda: call.talk(not secure) and listing.read_text().strip(), 30):
            raise RuntimeError("the peer's kernel module was given no stream")
        call.close()
        meter.measure(name, call.local)


@contextlib.contextmanager
def peer_daemon(net):
    problem = proc.load() + proc.run("iptables-legacy", "-I", "INPUT", "-p", "udp", "-j", "RTPENGINE", "--id", "0")
    if problem:
        raise RuntimeError(problem)
    log = open("/tmp/peer.log", "wb")
    daemon = subprocess.Popen(["/usr/bin/rtpengine", "--config-file=none", "--table=0", "--interface=int/10.1.0.1",
                               "--interface=ext/10.2.0.1", "--listen-ng=127.0.0.1:2223", "--foreground",
                               "--log-stderr"], stdout=log, stderr=log)
    ng = Ng(net.proxy)
    try:
        if not wait_until(lambda: _pong(ng), 30):
            raise RuntimeError("the peer does not answer:\n" + pathlib.Path("/tmp/peer.log").read_text()[-2000:])
        yield ng
    finally:
        daemon.terminate()
        daemon.wait()
        proc.run("iptables-legacy", "-F", "INPUT")


def _pong(ng):
    with contextlib.suppress(Exception):
        return ng.request("ping", timeout=0.5, tries=1).get("result") == "pong"


def peer(net, meter):
    """Debian's rtpengine-kernel-dkms"""
    _peer("Debian's module", False, net, meter)


def peer_srtp(net, meter):
    """Debian's rtpengine-kernel-dkms, SRTP put on"""
    _peer("Debian's module, SRTP", True, net, meter)


def load_processor_modules():
    """AES-NI and the like, as udev does on a machine with these features."""
    modules = pathlib.Path("/sys/devices/system/cpu/modalias").read_text().strip()
    subprocess.run(["modprobe", "--quiet", "--use-blacklist", modules])


def main():
    load_processor_modules()
    net = Net()
    for subject in os.environ["SUBJECTS"].split(","):
        globals()[subject](net, Meter(net))


main()
