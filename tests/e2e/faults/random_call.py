# SPDX-License-Identifier: Apache-2.0
"""A call of random-requests: what was negotiated, who therefore hears whom, and packets that show it."""
import itertools
import select
import time

from harness import rtp
from harness.ng import media, sdp

BOTH = (True, True)  # caller to callee, callee to caller
HOLD = (True, False)
OFFERED = {BOTH: "sendrecv", HOLD: "sendonly"}
ANSWERED = {BOTH: "sendrecv", HOLD: "recvonly"}


class Branch:
    def __init__(self, name, tag, sock, toward):
        self.name, self.tag, self.sock = name, tag, sock
        self.toward = toward  # where it sends to


class RandomCall:
    """The model: changed by answers of the proxy that say `ok`, and by nothing else."""

    numbers = itertools.count(1)  # of branches and packets, over all calls

    def __init__(self, network, ng, name):
        self.network, self.ng, self.name = network, ng, name
        self.caller = network.caller.udp("10.1.0.2")
        self.decoy = network.caller.udp("10.1.0.2")  # what failing requests name; hears nothing, ever
        self.retired = []     # sockets of branches that are gone
        self.allowed = set()  # (socket, packet) that may still come
        self.forget()

    def forget(self):
        """There is no such call."""
        self.retired += [branch.sock for branch in getattr(self, "branches", [])]
        self.branches, self.connected, self.toward = [], None, None
        self.deleted = []  # names of branches that the call had
        self.ways = self.coming = BOTH  # negotiated, and offered but not answered
        self.sections = 1

    @property
    def exists(self):
        return bool(self.branches)

    @staticmethod
    def body(sock, direction="sendrecv", sections=1):
        address, port = sock.getsockname()[:2]
        more = "".join(f"m=audio {port + 2 * i} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n" for i in range(1, sections))
        return sdp(address, port).replace("sendrecv", direction) + more

    # Requests; each returns the reply and takes over what it says.

    def ask(self, command, sock_or_body, **keys):
        body = sock_or_body if isinstance(sock_or_body, str) else self.body(sock_or_body)
        return self.ng.request(command, sdp=body, ICE="remove", timeout=1, tries=30, **{"call_id": self.name, **keys})

    def offer_branch(self):
        number = next(self.numbers)
        reply = self.ask("offer", self.caller, from_tag="caller", direction=["outer", "inner"],
                         **{"via-branch": f"z9hG4bK{number}"})
        if reply.get("result") == "ok":
            sock = self.network.callee.udp("10.2.0.2")
            self.branches.append(Branch(f"z9hG4bK{number}", f"callee{number}", sock, media(reply["sdp"])))
        return reply

    def answer_branch(self, branch):
        body = self.body(branch.sock, ANSWERED[self.coming], self.sections)
        reply = self.ask("answer", body, from_tag="caller", to_tag=branch.tag, **{"via-branch": branch.name})
        if reply.get("result") == "ok":
            self.connected, self.toward, self.ways = branch, media(reply["sdp"]), self.coming
        return reply

    def offer_again(self, ways, sections):
        """By the caller, of the dialogue that there is."""
        reply = self.ask("offer", self.body(self.caller, OFFERED[ways], sections), from_tag="caller", to_tag=self.connected.tag)
        if reply.get("result") == "ok":
            self.connected.toward, self.coming, self.sections = media(reply["sdp"]), ways, sections
        return reply

    def offer_back(self):
        """By the callee; answered at once, so it is two requests. The first one that fails is the last one."""
        body = self.body(self.connected.sock, "sendrecv", self.sections)
        reply = self.ask("offer", body, from_tag=self.connected.tag, to_tag="caller")
        if reply.get("result") == "ok":
            self.toward = media(reply["sdp"])
            reply = self.answer_back()
        return reply

    def answer_back(self):
        reply = self.ask("answer", self.body(self.caller, "sendrecv", self.sections), from_tag=self.connected.tag, to_tag="caller")
        if reply.get("result") == "ok":
            self.connected.toward, self.ways, self.coming = media(reply["sdp"]), BOTH, BOTH
        return reply

    def delete(self, branch=None):
        """Of one branch, or of all of the call."""
        keys = {"from-tag": "caller", "via-branch": branch.name} if branch else {}
        reply = self.ng.request("delete", call_id=self.name, timeout=1, tries=30, **{"delete delay": 0}, **keys)
        if reply.get("result") == "ok":
            self.remove(branch)
        return reply

    def delete_again(self):
        """A branch that was deleted: nobody else is."""
        return self.ng.request("delete", call_id=self.name, from_tag="caller", timeout=1, tries=30,
                               **{"delete delay": 0, "via-branch": self.deleted[-1]})

    def remove(self, branch):
        if branch is None or self.branches == [branch]:
            return self.forget()
        self.branches.remove(branch)
        self.deleted.append(branch.name)
        self.retired.append(branch.sock)
        if self.connected is branch:
            self.connected = self.toward = None

    # Packets.

    def sockets(self):
        return [self.caller, self.decoy, *(branch.sock for branch in self.branches), *self.retired]

    def close(self):
        for sock in self.sockets():
            sock.close()

    def flights(self):
        """(sender, where to, who hears it, whether it must, whether it may): between an offer and its answer both may hold."""
        if not self.connected:
            return []
        ends = [(self.caller, self.toward, self.connected.sock), (self.connected.sock, self.connected.toward, self.caller)]
        return [(*end, old and new, old or new) for end, old, new in zip(ends, self.ways, self.coming)]

    def send(self, count):
        """`count` packets each way; (socket, packet) of those that must arrive."""
        due = set()
        for sender, to, receiver, must, may in self.flights():
            for number in itertools.islice(self.numbers, count):
                packet = rtp.packet(number, number * rtp.FRAME, 0x4000 + sender.fileno(), number.to_bytes(8, "big") + bytes(152))
                due |= {(receiver, packet)} if must else set()
                self.allowed |= {(receiver, packet)} if may else set()
                sender.sendto(packet, to)
        return due

    def received(self):
        """Packets that workers have counted, also those that they forward to nobody."""
        tags = self.ng.request("query", call_id=self.name).get("tags", {}).values()
        streams = [stream for tag in tags for section in tag["medias"] for stream in section["streams"]]
        return sum(stream["stats"]["packets"] for stream in streams)

    def exchange(self, count=3, seconds=20):
        """What is wrong with the packets: missing ones, and whatever somebody heard who shouldn't; [] if nothing."""
        wanted, due = self.received() + count * len(self.flights()), self.send(count)
        heard, deadline = self.hear(0), time.monotonic() + seconds
        while (due - set(heard) or self.received() < wanted) and time.monotonic() < deadline:
            heard += self.hear(0.1)
        wrong = [f"lost: {len(due - set(heard))} of {len(due)}"] if due - set(heard) else []
        wrong += [f"counted: {self.received()} of {wanted}"] if self.received() < wanted else []
        wrong += ["a packet came twice"] if len(heard) > len(set(heard)) else []
        strays = [sock for sock, packet in heard if (sock, packet) not in self.allowed]
        return wrong + [f"a stray packet came to {sock.getsockname()}" for sock in strays]

    def hear(self, seconds):
        return [(sock, sock.recv(2048)) for sock in select.select(self.sockets(), [], [], seconds)[0]]
