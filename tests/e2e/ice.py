#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""ICE through the whole daemon: phones that check connectivity, on one side or both.

     caller host                    proxy host                     callee host
    +-----------+                +--------------+                +-----------+
    |   phone   | 10.1.0.2       |    daemon    |       10.2.0.2 |   phone   |
    |   with    |----------------|   NG 2223    |----------------|   with    |
    |    ICE    | fd01::2    .1  +--------------+  .1    fd02::2 |    ICE    |
    +-----------+                                                +-----------+
"""
import base64
import os
import signal
import time

from harness import rtp
from harness.call import Flow
from harness.check import arguments, run_cases, wait_until
from harness.daemon import instance
from harness.ice import ERROR, ERROR_CODE, SUCCESS, IceCall, Phone, attributes, check as stun_check, is_stun, pump
from harness.net import ThreeHosts
from harness.srtp import INBOUND, OUTBOUND, SUITES, Session, crypto_lines


def running(options, network, arguments=(), **more):
    return instance(options, network, ["--interface=default/10.1.0.1", "--interface=default/fd01::1", *arguments], **more)


def phone(host, address, controlling, **more):
    return Phone([host.udp(each) for each in ([address] if isinstance(address, str) else address)], controlling, **more)


def caller(network, address="10.1.0.2", **more):
    return phone(network.caller, address, True, **more)  # who offers controls


def callee(network, address="10.2.0.2", **more):
    return phone(network.callee, address, False, **more)


def all_arrives(check, call, what):
    check.equal(call.exchange(), (0, 0), f"{what}: lost each way")


def medias(ng, name):
    return [part for tag in ng.request("query", call_id=name)["tags"].values() for part in tag["medias"]]


class SecurePhone(Phone):
    """Its packets are protected, by SDES."""

    def __init__(self, socks, controlling, suite="AES_CM_128_HMAC_SHA1_80"):
        self.suite, self.key, self.tag = suite, os.urandom(SUITES[suite][0]), 1
        self.out, self.heard, self.refused = Session(suite, self.key, OUTBOUND), None, 0
        super().__init__(socks, controlling)

    def sdp(self, lines=()):
        line = f"a=crypto:{self.tag} {self.suite} inline:{base64.b64encode(self.key).decode()}\r\n"
        return super().sdp(lines).replace("RTP/AVP", "RTP/SAVP") + line

    def hear(self, body):
        super().hear(body)
        self.tag, _, key = next(line for line in crypto_lines(body) if line[1] == self.suite)
        if key != self.heard:
            self.heard, self.into = key, Session(self.suite, key, INBOUND)

    def sendto(self, packet, _):
        super().sendto(self.out.protect(packet), _)

    def recv(self, size):
        data = super().recv(size)
        text = self.into.unprotect(data) if data else b""
        self.refused += text is None
        return text or b""


def full(check, network, options):
    """full agents on both sides, of one address or two, and a phone without ICE on either"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        both = (["10.1.0.2", "fd01::2"], ["10.2.0.2", "fd02::2"])
        for name, sides in {"one": (caller(network), callee(network)), "two": (caller(network, both[0]), callee(network, both[1])),
                            "bridged": (caller(network), None), "bridged back": (None, callee(network))}.items():
            call = IceCall(network, ng, name, *sides).set_up()
            check(call.connect(), f"{name}: each phone has a pair")
            all_arrives(check, call, name)
            flags = [part["flags"] for part in medias(ng, name)]
            check.equal(["ICE" in each for each in flags], [side is not None for side in sides], f"{name}: who has ICE by the query")
            check.equal(call.delete()["totals"]["RTP"]["errors"], 0, f"{name}: refused packets")
        check("ICE: component 1 goes to 10.2.0.2:" in daemon.log(), "the log says where media goes")


def other_family(check, network, options):
    """a callee that has IPv6 candidates only, behind an address that nobody reaches: media leaves by our IPv6 port"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        six = callee(network, "fd02::2")
        call = IceCall(network, ng, "six", caller(network), six)
        call.offer(**{"address-family": "IP4"})
        body = six.sdp()
        call._body = lambda party: body.replace("c=IN IP6 fd02::2", "c=IN IP4 192.0.2.99") if party is six else party.sdp()
        call.answer()
        check(call.connect(), "each phone has a pair")
        check.equal(six.selected and six.selected[1][0], "fd01::1", "the callee's pair leads to")
        wait_until(lambda: call.exchange(1) == (0, 0), 10)
        all_arrives(check, call, "one family to the other")
        again = ng.offer("six", call.caller.sdp(), ICE="force", to_tag="callee", **{"rtcp-mux": ["offer"]})["sdp"]
        check("a=remote-candidates:1 fd02::2 " in again, "the next offer names the pair")
        call.delete()


def secured(check, network, options):
    """SDES and ICE where only our IPv6 port is reached, by who sends, by who gets it, and by both: keys go with the pair"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        far = {"fd01::2": "192.0.2.98", "fd02::2": "192.0.2.99"}
        for name, address, secure in (("to six", "10.1.0.2", "fd02::2"), ("from six", "fd01::2", "10.2.0.2"), ("six", "fd01::2", "fd02::2")):
            call = IceCall(network, ng, name, caller(network, address), SecurePhone([network.callee.udp(secure)], False))
            body = call._body

            def hidden_behind(party, body=body):
                text = body(party)
                for real, shown in far.items():
                    text = text.replace(f"c=IN IP6 {real}", f"c=IN IP4 {shown}")
                return text
            call._body = hidden_behind
            call.offer(**{"address-family": "IP4", "transport-protocol": "RTP/SAVP", "DTLS": "off"})
            call.answer()
            check(call.connect(), f"{name}: each phone has a pair")
            wait_until(lambda: call.exchange(1) == (0, 0), 10)
            all_arrives(check, call, name)
            check.equal(call.callee.refused, 0, f"{name}: refused by the phone")
            gone = next(pid for pid, process in daemon.family() if "datap" in process)
            with Flow(call) as flow:
                wait_until(lambda: len(flow.arrived) > 20, 10)
                daemon.kill(gone)
                check(wait_until(lambda: not os.path.exists(f"/proc/{gone}") and flow.arrived_since(time.monotonic() - 0.2), 10),
                      f"{name}: the worker is killed, and media flows again")
            check.equal((flow.twice, call.callee.refused), (0, 0), f"{name}: twice, and refused by the phone")
            call.delete()


def lite(check, network, options):
    """lite on our side, and on theirs"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "ours", caller(network), phone(network.callee, "10.2.0.2", True)).set_up(**{"ICE-lite": "both"})
        check(call.connect(), "we are: each phone has a pair")
        all_arrives(check, call, "we are")
        call.delete()
        call = IceCall(network, ng, "theirs", phone(network.caller, "10.1.0.2", False, lite=True), callee(network, lite=True)).set_up()
        check(call.connect(), "they are: each has been nominated a pair")
        all_arrives(check, call, "they are")
        call.delete()


def hidden(check, network, options):
    """candidates that are names, and none at all at first: peers are found by their own checks, or by a fragment"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "names", caller(network, hidden=True), callee(network, hidden=True)).set_up()
        check(call.connect(), "each phone has a pair")
        all_arrives(check, call, "names")
        call.delete()
        late = caller(network)
        whole = late.sdp(["a=ice-options:trickle"])
        bare = "\r\n".join(line for line in whole.split("\r\n") if not line.startswith("a=candidate")).replace(
            "c=IN IP4 10.1.0.2", "c=IN IP4 0.0.0.0").replace(f"m=audio {late.socks[0].getsockname()[1]}", "m=audio 9")
        call = IceCall(network, ng, "trickle", late, callee(network))
        call._body = lambda party: bare if party is late else party.sdp()
        call.set_up()
        late.remotes, remotes = [], late.remotes  # it waits to be asked
        candidates = "".join(f"{line}\r\n" for line in whole.split("\r\n") if line.startswith("a=candidate"))
        fragment = f"a=ice-ufrag:{late.ufrag}\r\na=ice-pwd:{late.pwd}\r\nm=audio 9 RTP/AVP 8\r\n{candidates}"
        check.equal(ng.request("offer", call_id="trickle", from_tag="caller", sdp=fragment, flags=["fragment"])["result"], "ok", "a fragment")
        asked = lambda: late.asked_by
        late.asked_by = None
        answered = late.asked
        late.asked = lambda sock, data, source: (setattr(late, "asked_by", source), answered(sock, data, source))
        check(pump(call.phones(), asked), "its candidates are checked")
        late.remotes = remotes
        check(call.connect(), "each phone has a pair")
        all_arrives(check, call, "trickled")
        call.delete()


def restart(check, network, options):
    """new credentials in the middle of a call: nothing is lost, and new checks lead to the phone's other port"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "restarted", caller(network), callee(network)).set_up()
        check(call.connect(), "each phone has a pair")
        first = call.caller.peer
        with Flow(call) as flow:
            wait_until(lambda: len(flow.arrived) > 20, 10)
            call.caller.ufrag, call.caller.pwd = "anew" + call.caller.ufrag, call.caller.pwd[::-1]
            call.set_up(to_tag="callee")
            moment = time.monotonic()
            wait_until(lambda: flow.arrived_since(moment), 10)
        check.equal((flow.lost(), flow.twice), ([], 0), "lost, and twice, while it restarts")
        check(call.caller.peer != first, "our credentials are others too")
        before = call.caller.socks
        call.caller.socks = [network.caller.udp("10.1.0.2")]
        call.caller.selected = None
        call.caller.renew()
        call.set_up(to_tag="callee")
        check(call.connect(), "a restart from another port")
        all_arrives(check, call, "from there")
        said = "the answer has other credentials, though the offer is none of a restart"
        check.equal(daemon.log().count(said), 0, "unasked restarts in answers, by the log")
        peer = call.callee.peer
        call.callee.renew()
        call.callee.selected = None
        call.set_up(to_tag="callee")
        check(call.connect(), "the callee's restart in an answer, which nobody has asked for: the checks go on under its new ones")
        call.answer()
        check.equal((daemon.log().count(said), call.callee.peer), (1, peer), "it is said once; our credentials")
        all_arrives(check, call, "afterwards")
        call.delete()
        before[0].close()


def killed(check, network, options):
    """SIGKILL of the worker and of control, during the checks and afterwards: they go on by themselves, and nothing is lost"""
    for part in ("datap", "contr"):
        with running(options, network, ["--media-sockets=steered"]) as daemon:
            ng = daemon.wait_ready()
            victim = lambda: next(pid for pid, name in daemon.family() if part in name)
            call = IceCall(network, ng, "lasting", caller(network), callee(network)).set_up()
            call.caller.silent = call.callee.silent = True
            heard = {id(phone): 0 for phone in call.phones()}
            for each in call.phones():
                take = each.take
                each.take = lambda sock, data, source, each=each, take=take: (heard.__setitem__(id(each), heard[id(each)] + is_stun(data)),
                                                                             take(sock, data, source))[1]
            check(pump(call.phones(), lambda: all(heard.values())), f"{part}: both phones are being checked")
            daemon.kill(victim())
            call.caller.silent = call.callee.silent = False
            check(call.connect(), f"{part} killed during the checks: each phone has a pair")
            all_arrives(check, call, f"{part} killed during the checks")
            for _ in range(2):
                gone = victim()
                with Flow(call) as flow:
                    wait_until(lambda: len(flow.arrived) > 20, 10)
                    daemon.kill(gone)
                    back = wait_until(lambda: not os.path.exists(f"/proc/{gone}") and flow.arrived_since(time.monotonic() - 0.2), 10)
                check(back, f"{part} killed: media flows again")
                check.equal((flow.lost(), flow.twice), ([], 0), f"{part} killed: lost, and twice")
            daemon.wait_ready()
            call.set_up(to_tag="callee")
            all_arrives(check, call, f"{part}: offered again")
            call.delete()


def offloaded(check, network, options):
    """the pair's packets go through the kernel (BPF), a stranger's don't go anywhere, and a new pair is followed"""
    with running(options, network, ["--offload=bpf"]) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "fast", caller(network), callee(network)).set_up()
        check(call.connect(), "each phone has a pair")
        in_kernel = lambda: daemon.ctl("call", "fast").count(" kernel ") >= 2
        with Flow(call) as flow:
            check(wait_until(in_kernel, 20), "both streams are in the kernel")
            more = len(flow.arrived) + 50
            wait_until(lambda: len(flow.arrived) > more, 10)
        check.equal((flow.lost(), flow.twice), ([], 0), "lost, and twice, on the way there")
        stranger = network.caller.udp("10.1.0.2")
        stranger.sendto(rtp.packet(1, 160, 0x666, bytes(160)), call.caller.remotes[0])
        errors = lambda: ng.request("query", call_id="fast")["totals"]["RTP"]["errors"]
        check(wait_until(lambda: errors() == 1, 10), "a stranger's packet is refused", errors())
        call.caller.socks, before = [network.caller.udp("10.1.0.2")], call.caller.socks
        call.caller.selected = None
        call.caller.renew()
        call.set_up(to_tag="callee")
        check(call.connect(), "a restart from another port")
        with Flow(call) as flow:
            check(wait_until(in_kernel, 20), "in the kernel again")
        check.equal((flow.lost(), flow.twice), ([], 0), "lost, and twice")
        call.delete()
        before[0].close()


def consent(check, network, options):
    """who answers no check for half a minute is sent nothing any more, and found again when he does"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "asleep", caller(network), callee(network)).set_up()
        check(call.connect(), "each phone has a pair")
        call.caller.silent = True
        check(pump(call.phones(), lambda: "component 1: the peer no longer answers" in daemon.log(), 60), "it is noticed, and said")
        check(pump(call.phones(), lambda: not call.settled(), 5), "nothing leads to it")
        call.callee.sendto(rtp.packet(1, 160, 0x777, bytes(160)), None)
        received = lambda: ng.request("query", call_id="asleep")["totals"]["RTP"]["packets"] == 1
        check(pump(call.phones(), received, 10), "the other phone's media is taken as before")
        call.caller.silent, call.caller.selected = False, None
        check(call.connect(), "each phone has a pair again")
        all_arrives(check, call, "afterwards")
        call.delete()


def replies(sock, count, seconds=10):
    """The next STUN messages at a socket."""
    found = []
    sock.settimeout(seconds)
    while len(found) < count:
        data = sock.recv(2048)
        if is_stun(data):
            found.append(data)
    return found


def forged(check, network, options):
    """wrong passwords, wrong names, a recorded check and media from elsewhere move nothing"""
    with running(options, network) as daemon:
        ng = daemon.wait_ready()
        for name, keys in {"full": {}, "lite": {"ICE-lite": "both"}}.items():
            them = phone(network.callee, "10.2.0.2", bool(keys))
            call = IceCall(network, ng, name, caller(network), them).set_up(**keys)
            port, stranger = call.caller.remotes[0], network.caller.udp("10.1.0.2")
            user = f"{call.caller.peer[0]}:{call.caller.ufrag}"
            for forgery, code in ((stun_check(user, "guessed"), 1), (stun_check(f"nobody:{call.caller.ufrag}", call.caller.peer[1]), 1)):
                stranger.sendto(forgery, port)
                reply = replies(stranger, 1)[0]
                check.equal((reply[:2], attributes(reply)[ERROR_CODE][2:4]), (ERROR.to_bytes(2, "big"), bytes([4, code])),
                            f"{name}: a forged check is refused")
            check(call.connect(), f"{name}: each phone has a pair")
            recorded = stun_check(user, call.caller.peer[1])
            call.caller.socks[0].sendto(recorded, port)
            wait_until(lambda: replies(call.caller.socks[0], 1)[0][:2] == SUCCESS.to_bytes(2, "big"), 5)
            stranger.sendto(recorded, port)
            stranger.sendto(rtp.packet(1, 160, 0x666, bytes(160)), port)
            errors = lambda: ng.request("query", call_id=name)["totals"]["RTP"]["errors"]
            check(wait_until(lambda: errors() == 1, 10), f"{name}: the stranger's media is refused", errors())
            all_arrives(check, call, f"{name}: media stays where it was")
            stranger.settimeout(0.5)
            try:
                check(False, f"{name}: the stranger hears nothing", stranger.recv(2048))
            except TimeoutError:
                check(True, f"{name}: the stranger hears nothing")
            call.delete()


def silent(check, network, options):
    """passwords are in no log, no query and no rtpengine-ctl"""
    with running(options, network, log_level=7) as daemon:
        ng = daemon.wait_ready()
        call = IceCall(network, ng, "secret", caller(network), callee(network)).set_up()
        check(call.connect(), "each phone has a pair")
        shown = daemon.log() + daemon.ctl("list") + daemon.ctl("call", "secret") + str(ng.request("query", call_id="secret"))
        for each in call.phones():
            check(each.pwd not in shown and each.peer[1] not in shown, "a password is nowhere")
        check("ice-pwd:*" in daemon.log(), "the log has the messages")
        call.delete()


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"full": full, "other-family": other_family, "secured": secured, "lite": lite, "hidden": hidden, "restart": restart, "killed": killed, "offloaded": offloaded, "consent": consent,
               "forged": forged, "silent": silent}, options.cases, ThreeHosts(), options)


main()
