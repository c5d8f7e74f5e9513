# SPDX-License-Identifier: Apache-2.0
"""Input that nobody should send: NG, SDP and RTP. A second, well-behaved client must not notice."""
import pathlib
import random
import re
import time

from harness.call import Call
from harness.daemon import instance
from harness.ng import NoAnswer, bencode, sdp

DEPTH = 10000
LONG = "x" * 60000


def ng_bodies():
    """name -> body behind the cookie"""
    return {
        "nothing": b"",
        "text": b"hello there",
        "raw binary": bytes(range(256)),
        "truncated string": b"d7:command400:ping",
        "dictionary without values": b"d7:commande",
        "integer key": b"di1e4:pinge",
        "integer without end": b"d7:commandi12",
        "integer of letters": b"d7:commandiabcee",
        "huge integer": b"d7:commandi" + b"9" * 400 + b"ee",
        "huge length": b"d99999999999999999999:",
        "length near 2^32": b"d4294967295:x1:ye",
        "length near 2^64": b"d18446744073709551615:x1:ye",
        "negative length": b"d-1:xe",
        "nested lists": b"d1:x" + b"l" * DEPTH + b"e" * DEPTH + b"e",
        "nested lists, never closed": b"d1:x" + b"l" * DEPTH,
        "nested dictionaries": b"d1:x" * DEPTH,
        "nested JSON arrays": b'{"command":' + b"[" * DEPTH + b"]" * DEPTH + b"}",
        "nested JSON objects": b'{"x":' * DEPTH,
        "JSON that stops": b'{"command": "pi',
        "JSON with bad escapes": b'{"command": "\\ud800\\uZZZZ"}',
        "JSON that isn't UTF-8": b'{"command": "\xff\xfe\xc0\x80"}',
        "JSON with a null byte": b'{"command": "ping\x00"}',
        "JSON numbers": b'{"command": 1e999999}',
        "command is a list": b"d7:commandl4:pingee",
        "long command": b"d7:command%d:%se" % (len(LONG), LONG.encode()),
        "long call id": b"d7:command5:query7:call-id%d:%se" % (len(LONG), LONG.encode()),
        "long flags": b"d7:command5:offer7:call-id1:x5:flagsl%d:%see" % (len(LONG), LONG.encode()),
        "ten thousand flags": b"d7:command5:offer7:call-id1:x8:from-tag1:a5:flagsl" + b"1:f" * DEPTH + b"ee",
        "offer without SDP": b"d7:command5:offer7:call-id1:x8:from-tag1:ae",
        "SDP is a list": b"d7:command5:offer7:call-id1:x8:from-tag1:a3:sdplee",
    }


def cookieless():
    return {"empty datagram": b"", "blank": b" ", "no blank": b"x" * 5000, "blank first": b" d7:command4:pinge",
            "null bytes": bytes(1000), "largest datagram": b"\xff" * 65000}


def answered_as_error(reply, cookie):
    """An error in an envelope with our cookie, in either encoding."""
    return reply is not None and reply.startswith(cookie + b" ") and b"error" in reply


def undisturbed(check, what, ng, call):
    start = time.monotonic()
    pong = ng.request("ping", timeout=1, tries=1).get("result")
    check(pong == "pong" and time.monotonic() - start < 0.5 and call.exchange(1) == (0, 0),
          f"after {what}: another client and its call are undisturbed")


def ng_garbage(check, network, options):
    """NG datagrams of every broken sort"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng, bad = daemon.wait_ready(), daemon.ng()
        call = Call(network, ng, "good").set_up()
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        before = daemon.family()
        for number, (name, body) in enumerate(ng_bodies().items()):
            cookie = b"bad%d" % number
            check(answered_as_error(bad.raw(cookie + b" " + body), cookie), f"{name}: an error is answered")
        unclosed = bad.raw(b"cut d7:command4:ping")  # may be taken for whole or refused
        check(unclosed is not None and unclosed.startswith(b"cut d"), "dictionary without its end: is answered", unclosed)
        for name, datagram in cookieless().items():
            reply = bad.raw(datagram, timeout=0.1)
            check(reply is None, f"{name}: no answer", reply or "")
        undisturbed(check, "all of that", ng, call)
        random_bytes(bad, random.Random(1), 3000)
        undisturbed(check, "3,000 mutated requests", ng, call)
        check.equal(daemon.family(), before, "no process was restarted")
        check.equal(ng.calls(), ["good"], "no call was made by it")
        call.delete()


def random_bytes(bad, dice, count):
    """Valid requests with a few bytes changed, as fast as they go."""
    valid = b"q d7:command5:query7:call-id4:gone8:from-tag1:ae"
    bad.sock.settimeout(0)
    for _ in range(count):
        data = bytearray(valid)
        for _ in range(dice.randint(1, 5)):
            data[dice.randrange(2, len(data))] = dice.randrange(256)
        bad.sock.sendto(data, bad.to)
        try:
            bad.sock.recv(65536)
        except (BlockingIOError, ConnectionRefusedError):
            pass


def sdp_bodies(dice):
    good = sdp("10.1.0.2", 4000)
    bodies = ["", "x", "v=0", "v=0\r\n", "m=audio 1 RTP/AVP 0", "\r\n" * 1000, "m=" * 5000, good * 20,
              good.replace("10.1.0.2", "999.1.0.2"), good.replace("4000", "99999"), good.replace("4000", "-1"),
              good.replace("4000", "4000/9999999"), good.replace(" 8", " " + "8 " * 5000),
              good.replace("IN IP4", "IN IP9"), good + "a=rtcp:\r\n", good + "a=rtcp:70000 IN IP4 1.2.3\r\n",
              good + "a=candidate:" + "1 " * 3000 + "\r\n", good + "a=crypto:1 X inline:\r\n" * 50,
              good + "a=" + "y" * 30000 + "\r\n", good + "a=fmtp:\r\na=rtpmap:\r\na=extmap:\r\na=fingerprint:\r\n",
              good + "m=audio 4002 RTP/AVP 8\r\n" * 300, good.replace("\r\n", "\0"), good.replace("\r\n", "\n\n")]
    for _ in range(300):
        data = bytearray(good.encode())
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        bodies.append(bytes(data))
    return bodies


def sdp_garbage(check, network, options):
    """SDP bodies of every broken sort"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "good").set_up()
        before, outcome = daemon.family(), {"ok": 0, "error": 0}
        for number, body in enumerate(sdp_bodies(random.Random(2))):
            try:
                reply = ng.offer(f"bad{number}", body)
                outcome[reply["result"]] += 1
                ng.delete(f"bad{number}", **{"delete delay": 0})  # of some, an error leaves the empty call in place
            except (NoAnswer, KeyError) as fault:
                check(False, f"SDP {number} is answered", f"{body[:500]!r}: {fault!r}")
                raise
        check(outcome["error"] > 0 and outcome["ok"] > 0, "offers with them were answered", outcome)
        undisturbed(check, "all of that", ng, call)
        check.equal(ng.calls(), ["good"], "no call is left of them")
        check.equal(daemon.family(), before, "no process was restarted")
        call.delete()


def rtp_datagrams(dice):
    yield b""
    yield from (bytes([first]) + bytes(20) for first in range(0, 256, 5))      # every version, padding, extension
    yield bytes([0x8f, 8]) + bytes(10)                                         # 15 CSRCs that aren't there
    yield bytes([0x90, 8]) + bytes(10) + b"\xbe\xde\xff\xff"                   # an extension past the end
    yield bytes([0xa0, 8]) + bytes(10) + b"\xff"                               # more padding than packet
    yield from (bytes([0x80, kind]) + b"\xff\xff" + bytes(4) for kind in range(192, 224))  # RTCP, length past the end
    yield bytes([0x81, 200, 0, 0])
    yield from (dice.randbytes(dice.randint(1, 1472)) for _ in range(1000))


def rtp_garbage(check, network, options):
    """datagrams at media ports, from the parties and from a stranger"""
    with instance(options, network, ["--interface=10.1.0.1"]) as daemon:
        ng = daemon.wait_ready()
        call, quiet = Call(network, ng, "hit").set_up(), Call(network, ng, "beside").set_up()
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        before = daemon.family()
        stranger = network.caller.udp("10.1.0.2")
        for datagram in rtp_datagrams(random.Random(3)):
            for sock in (call.caller, stranger):
                for step in (0, 1):  # the RTP port and its RTCP port
                    address, port = call.toward[call.caller]
                    sock.sendto(datagram, (address, port + step))
        check.equal(quiet.exchange(20), (0, 0), "a call beside it: lost")
        call.drain()
        check.equal(call.exchange(20), (0, 0), "the call itself: lost afterwards")
        check.equal(daemon.family(), before, "no process was restarted")
        check.equal(ng.request("query", call_id="hit").get("result"), "ok", "query")
        call.delete()
        quiet.delete()


# Ends a line, clears a screen (as ESC [ and as C1, in UTF-8 and as a byte), rings, turns the reading direction, is no text.
FORGERY = b"x\r\n[1.000000] CRIT: [core] forged\n\x1b[2J\xc2\x9b2J\x9b2J\x07\x00\xe2\x80\xae\xff\"] forged=\""


def forged_requests():
    """Every key whose text may come to the log has the forgery."""
    line = FORGERY.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    body = sdp("10.1.0.2", 4000).replace("s=", "s=" + line.decode("utf-8", "surrogateescape"))
    keys = {"call-id": FORGERY, "from-tag": FORGERY, "sdp": body, "label": FORGERY, "flags": [FORGERY, b"via-branch=" + FORGERY],
            "ICE": FORGERY, FORGERY.decode("utf-8", "surrogateescape"): FORGERY, "direction": [FORGERY], "rtpp-flags": FORGERY,
            "received-from": FORGERY, "via-branch": FORGERY, "metadata": FORGERY}
    yield {"command": "offer", **keys}
    yield {"command": "answer", **keys, "to-tag": FORGERY + b"2"}
    yield {"command": "query", "call-id": FORGERY}
    yield {"command": "offer", **keys, "sdp": "x"}
    yield {"command": FORGERY}
    yield {"command": "delete", "call-id": FORGERY, "from-tag": FORGERY, "delete delay": 1}
    yield {"command": "delete", "call-id": FORGERY, "delete delay": 0}


def log_forgery(check, network, options):
    """whatever comes from outside: one line of the log, and nothing that a terminal would obey"""
    line = re.compile(rb"\[\d+\.\d{6}\] (CRIT|ERR|WARNING|NOTICE|INFO|DEBUG): [^\x00-\x1f\x7f]*")
    for layout in ("default", "parsable"):
        with instance(options, network, ["--interface=10.1.0.1", f"--log-format={layout}"], log_level=7) as daemon:
            ng = daemon.wait_ready()
            for number, request in enumerate(forged_requests()):
                check(ng.raw(b"c%d " % number + bencode(request)) is not None, f"{layout}: request {number} is answered")
            ng.raw(FORGERY + b" " + FORGERY, timeout=0.1)  # its first word may count as a cookie or not
            check(ng.raw(b"cookie " + FORGERY) is not None, f"{layout}: a body that is no dictionary is answered")
            check.equal(ng.calls(), [], "no call is left")
        lines = pathlib.Path(daemon.log_path).read_bytes().splitlines()
        wrong = [text for text in lines if not line.fullmatch(text)]
        check.equal(wrong[:3], [], f"{layout}: all {len(lines)} lines are the log's own, without control characters")
        text = b"\n".join(lines).decode()  # fails unless it is UTF-8
        check("\\x0a[1.000000] CRIT: [core] forged\\x0a\\x1b[2J\\xc2\\x9b2J" in text, f"{layout}: and they say what came")
        if layout == "parsable":
            check('ID="x' in text and '\\"] forged=\\""' in text, "a field in quotation marks isn't ended by what is in it")


CASES = {"log-forgery": log_forgery, "ng-garbage": ng_garbage, "sdp-garbage": sdp_garbage, "rtp-garbage": rtp_garbage}
