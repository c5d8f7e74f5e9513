# SPDX-License-Identifier: Apache-2.0
"""What an attacker sends, and what an honest stream does that looks like it: the kernel keeps the stream, by the rule it has."""
import json
import pathlib
import random
import subprocess
import time

from harness import rtp

from .talk import Talk, check_exact, daemon

STRICT = {"offer": {"flags": ["strict-source"]}, "answer": {"flags": ["strict-source"]}}
ATTACKER = 40000  # sequence numbers from here on
STUN = bytes([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]) + bytes(12)
DTLS = bytes([22, 254, 253]) + bytes(40)
JUNK = b"x" * 50


def bpftool(command, map_id):
    return json.loads(subprocess.run(["bpftool", "-j", "map", command, "id", map_id], capture_output=True, check=True).stdout)


def map_ids(pid):
    """Of the BPF maps that a process has open."""
    infos = [path.read_text() for path in pathlib.Path(f"/proc/{pid}/fdinfo").iterdir()]
    return {line.split()[1] for info in infos for line in info.splitlines() if line.startswith("map_id:")}


class Rules:
    """The serials of all rules that the kernel has. Whoever changes or withdraws one leaves another number."""

    def __init__(self, running):
        self.map = next(i for i in map_ids(running.process.pid) if bpftool("show", i)["name"] == "forward_ports")
        self.first = self.now()

    def now(self):
        return {json.dumps(entry["key"]): json.dumps(entry["value"]) for entry in bpftool("dump", self.map)}

    def kept(self):
        now = self.now()
        return all(now.get(key) == value for key, value in self.first.items())


def watched(check, talk, rules, seconds, send):
    """Calls send(n) two times every two seconds, and looks whether anything moved."""
    end, n, moved = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        for _ in range(2):
            send(n)
            n += 1
        time.sleep(1)  # the offloader's turn
        moved += not rules.kept() or not talk.all_in_kernel(0)
        time.sleep(1)
    check.equal(moved, 0, "times that a rule was another one or the path wasn't the kernel")


def spoofed(check, network, options):
    """Packets with the peer's own address and port, never two of a kind: each is the peer's, for all that anybody can know."""
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "spoofed", **STRICT).set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            rules, sent = Rules(running), []

            def send(n):
                packet = (rtp.packet(ATTACKER + n, 0, 0x6000 + n, bytes(160), payload_type=20 + n), STUN, DTLS)[n % 3]
                talk.caller.rtp.sendto(packet, talk.caller.toward)
                sent.append(packet[0] >> 6 == 2)
            watched(check, talk, rules, 16, send)
        check.equal(len(talk.lost()), 0, "nothing of the stream is lost")
        check.equal(talk.totals()["RTP"]["packets"], talk.sent_count("rtp") + sum(sent), "every packet is counted once")
        talk.delete()


def strangers(check, network, options):
    """The same from other ports: refused where they come in."""
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "strangers", **STRICT).set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            rules, stranger, sent = Rules(running), network.caller.udp("10.1.0.2"), []

            def send(n):
                stranger.sendto(rtp.packet(ATTACKER + n, 0, 0x6000 + n, bytes(160), payload_type=n), talk.caller.toward)
                sent.append(n)
            watched(check, talk, rules, 8, send)
        check_exact(check, talk, "strict source")
        check.equal(talk.totals()["RTP"]["errors"], len(sent), "each is counted as an error")
        stranger.close()
        talk.delete()


def many_types(check, network, options):
    """Ten payload types and six SSRCs of an honest stream, each heard: in the kernel all the time, and figures of each."""
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "types").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            rules, sent = Rules(running), {}

            def send(n):
                ssrc = 0x6000 + n // 2 % 6
                sent[ssrc] = sent.get(ssrc, 0) + 1
                talk.caller.rtp.sendto(rtp.packet(ATTACKER + n, 0, ssrc, bytes(160), payload_type=90 + n % 10), talk.caller.toward)
            watched(check, talk, rules, 24, send)
        check.equal(len(talk.lost()), 0, "nothing is lost")
        streams = [s for s in talk.streams() if s["stats"]["packets"] > 100 and s["local port"] == talk.caller.toward[1]]
        check.equal(streams[0]["stats"]["packets"], talk.sent_count("rtp") // 2 + sum(sent.values()), "packets of the stream")
        sources = ng.request("query", call_id=talk.name)["SSRC"]
        told_apart = {ssrc: sources.get(str(ssrc), {}).get("packets", 0) for ssrc in sent}
        check(all(told_apart[ssrc] <= sent[ssrc] for ssrc in sent), "none of an SSRC's packets is counted twice", told_apart)
        check(sum(1 for n in told_apart.values() if n) >= 3, "the kernel tells at least four SSRCs apart", told_apart)
        talk.delete()


def sprayed(check, network, options):
    """Whatever is sent from anywhere to the ports of a call, its rules stay as they are, and no packet of it is lost."""
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    with daemon(network, options) as (running, ng):
        talks = [Talk(network, ng, "strict", **STRICT).set_up(), Talk(network, ng, "open").set_up()]
        with talks[0], talks[1]:
            check(all(talk.all_in_kernel() for talk in talks), f"in the kernel (seed {seed})")
            rules, strangers = Rules(running), [network.caller.udp("10.1.0.2") for _ in range(5)]
            for n in range(3000):
                talk = dice.choice(talks)
                sender = dice.choice([*strangers, talk.caller.rtp])
                media = rtp.packet(ATTACKER + n, dice.randrange(1 << 32), dice.randrange(1 << 32), bytes(dice.randrange(200)),
                                   payload_type=dice.randrange(128))
                packet = dice.choice([media, media[:dice.randrange(13)], dice.randbytes(dice.randrange(300)), STUN, DTLS, JUNK])
                sender.sendto(packet, dice.choice([talk.caller.toward, talk.caller.toward_rtcp]))
                if n % 100 == 0:
                    time.sleep(0.1)  # as many turns of the offloader as it takes to see it
            check(rules.kept(), "every rule is the one that it was")
            check(all(talk.all_in_kernel(0) for talk in talks), "all streams are in the kernel")
        for talk in talks:
            check.equal(len(talk.lost()), 0, f"{talk.name}: nothing of the stream is lost")
            talk.delete()
        for sock in strangers:
            sock.close()


CASES = {"spoofed": spoofed, "strangers": strangers, "many-types": many_types, "sprayed": sprayed}
