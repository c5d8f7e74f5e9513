# SPDX-License-Identifier: Apache-2.0
"""Requests that want too much: told so, at a price of nothing, and nothing is left of them."""
from harness.call import Call
from harness.check import wait_until
from harness.daemon import instance
from harness.ng import sdp
from .processes import member

HEAD = sdp("10.1.0.2", 4000).split("m=")[0]
SHORT = "m=audio 4000 RTP/AVP 0\r\n"
EXTENSIONS = "".join(f"a=extmap:{n} {'x' * 200}\r\n" for n in range(1, 250))
CODECS = "".join(f"a=rtpmap:{kind} L16/8000\r\n" for kind in range(96, 116))
CONFERENCE = HEAD + ("m=audio 4000 RTP/AVP " + " ".join(map(str, range(96, 116))) + "\r\n" + CODECS) * 100
LONG = "n" * 1025


def requests():
    """name: (keys of an offer, what the error says)"""
    good = sdp("10.1.0.2", 4000)
    return {
        "one extension after another for 250 sections": ({"sdp": HEAD + EXTENSIONS + SHORT * 250},
                                                         "take over from their session, at most 131072"),
        "an extension of 45 KB for 250 sections": ({"sdp": HEAD + f"a=extmap:1 {'x' * 45000}\r\n" + SHORT * 250},
                                                   "take over from their session, at most 131072"),
        "session level credentials of 40 KB for 250 sections":
            ({"sdp": HEAD + f"a=ice-ufrag:{'x' * 40000}\r\na=ice-pwd:{'y' * 22}\r\n" + SHORT * 250},
             "take over from their session, at most 131072"),
        "257 sections": ({"sdp": HEAD + SHORT * 257}, "257 sections of the SDP, at most 256"),
        "250 sections of ten pairs": ({"sdp": HEAD + "m=audio 9/10 RTP/AVP 0\r\n" * 250},
                                      "10000 ports of the call, at most 2048"),
        "120 sections of 128 codecs": ({"sdp": HEAD + f"m=audio 4000 RTP/AVP {' '.join(map(str, range(128)))}\r\n" * 120},
                                       "codecs of the SDP, at most 4096"),
        "300 bytes added to each of 250 sections": ({"sdp": HEAD + SHORT * 250, "sdp-attr": {"audio": {"add": ["z" * 300]}}},
                                                    "bytes of the reply, at most 65507"),
        "a directive of 300 bytes in the place of each direction":
            ({"sdp": HEAD + SHORT * 250, "sdp-attr": {"audio": {"substitute": [["sendrecv", "z" * 300]]}}},
             "bytes of the reply, at most 65507"),
        "12,000 codecs": ({"sdp": good, "codec": {"strip": ["c"] * 6000, "offer": ["c"] * 6000}},
                          "keys and words of the request, at most 1000"),
        "20,000 words": ({"sdp": good, "rtpp-flags": "w " * 20000}, "keys and words of the request, at most 1000"),
        "a long tag": ({"sdp": good, "from-tag": LONG}, "1025 bytes of a call-id, tag, via-branch, label or interface"),
        "a long branch": ({"sdp": good, "via-branch": LONG}, "1025 bytes of a call-id, tag, via-branch, label or interface"),
        "a long label": ({"sdp": good, "label": LONG}, "1025 bytes of a call-id, tag, via-branch, label or interface"),
        "a long interface": ({"sdp": good, "direction": [LONG, LONG]},
                             "1025 bytes of a call-id, tag, via-branch, label or interface"),
        "long metadata": ({"sdp": good, "metadata": "m" * 8193}, "8193 bytes of metadata, at most 8192"),
    }


def used_ports(ng):
    return sum(each["ports"]["used"] for each in ng.request("statistics")["statistics"]["interfaces"])


def nothing_left(check, ng, ports):
    """Of a refused request; workers close ports a moment later."""
    wait_until(lambda: used_ports(ng) == ports, 10)
    check.equal((ng.calls(), used_ports(ng)), (["lasting"], ports), "calls and ports that are left")


def offer(ng, name, keys, encoding="bencode"):
    return ng.request("offer", encoding=encoding, timeout=10, **{"call-id": name, "from-tag": "a", "ICE": "remove", **keys})


def greedy_offers(check, network, options):
    """offers over each budget: an error that names it, no call, no port, no record"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up()
        ports = used_ports(ng)
        for name, (keys, said) in requests().items():
            for encoding in ("bencode", "json"):
                reply = offer(ng, "greedy", keys, encoding)
                check(reply.get("result") == "error" and said in reply.get("error-reason", ""),
                      f"{name}, {encoding}: refused", reply.get("error-reason", reply))
            nothing_left(check, ng, ports)
        reply = offer(ng, LONG, {"sdp": sdp("10.1.0.2", 4000)})
        check("1025 bytes of a call-id" in reply.get("error-reason", ""), "a long call-id: refused", reply)
        nothing_left(check, ng, ports)
        daemon.kill(member(daemon, "contr"))
        ng = daemon.wait_ready()
        check.equal(ng.calls(), ["lasting"], "the store has nothing of them")
        check.equal(call.exchange(), (0, 0), "a call that was there: lost")
        call.delete()


def greedy_in_a_call(check, network, options):
    """the same in a call that lives: it goes on"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up()
        ports = used_ports(ng)
        for name, (keys, said) in requests().items():
            reply = offer(ng, "lasting", {"from-tag": "caller", "to-tag": "callee", **keys})
            check(said in reply.get("error-reason", ""), f"{name}: refused", reply.get("error-reason", reply))
            nothing_left(check, ng, ports)
            check.equal(call.exchange(2), (0, 0), "its media: lost")
        check.equal(call.delete().get("result"), "ok", "deleted")


def strangers_in_a_call(check, network, options):
    """INVITEs of strangers with a call's Call-ID: they are refused in the end, those who have the call are not"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up()
        said = ""
        for number in range(300):
            said = said or offer(ng, "lasting", {"from-tag": f"stranger{number}", "sdp": sdp("10.1.0.2", 4000)}).get("error-reason", "")
        check("parties of the call, at most 512" in said, "strangers: refused in the end", said)
        ports = call.ports()
        reply = ng.offer("lasting", call._sdp(call.caller), to_tag="callee")
        check.equal(reply.get("result"), "ok", "a re-INVITE")
        check.equal(ng.answer("lasting", call._sdp(call.callee)).get("result"), "ok", "its answer")
        check.equal((call.ports(), call.exchange()), (ports, (0, 0)), "ports, and media lost")
        call.delete()


def large_reports(check, network, options):
    """replies that no datagram carries: an error in their place, a deletion is one nevertheless"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        names = [f"{n:03}" + "i" * 1000 for n in range(80)]
        for name in names:
            offer(ng, name, {"sdp": sdp("10.1.0.2", 4000)})
        for encoding in ("bencode", "json"):
            reply = ng.request("list", encoding=encoding, limit=100000)
            check("bytes of the reply, at most 65507" in reply.get("error-reason", ""), f"{encoding}: a list of long names", reply)
        check.equal(len(ng.request("list")["calls"]), 32, "a shorter list has")
        for name in names:
            ng.delete(name, tag="a", **{"delete delay": 0})
        check.equal(ng.calls(), [], "calls that are left")

        for text in (offer(ng, "conference", {"sdp": CONFERENCE}),
                     ng.answer("conference", CONFERENCE.replace("10.1.0.2", "10.2.0.2"), tag="a")):
            check.equal(text.get("sdp", "").count("m=audio "), 100, "a conference of 100 sections with 20 codecs each has")
        reply = ng.request("query", call_id="conference")
        check("bytes of the reply, at most 65507" in reply.get("error-reason", ""), "its query", reply.get("error-reason"))
        reply = ng.delete("conference", tag="a", **{"delete delay": 0})
        check(reply.get("result") == "ok" and "without a report" in reply.get("warning", ""), "its deletion", reply)
        check(wait_until(lambda: (ng.calls(), used_ports(ng)) == ([], 0), 5), "no call, no port is left")
        check.equal(ng.request("ping").get("result"), "pong", "ping")


CASES = {"greedy-offers": greedy_offers, "greedy-in-a-call": greedy_in_a_call, "strangers-in-a-call": strangers_in_a_call,
         "large-reports": large_reports}
