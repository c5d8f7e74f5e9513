#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that don't come over UDP: NG over TCP, HTTP and WebSocket, and what the edge process survives.

          proxy host, 10.1.0.1
    +----------------------------+
    |  clients ---> TCP 2224 NG  |
    |              HTTP 2225     |
    |             HTTPS 2226     |
    |               CLI 9900     |
    |               the daemon   |
    +----------------------------+
"""
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import tempfile
import time

from edge import web
from edge.tcp import Stream
from harness.call import Call
from harness.check import arguments, run_cases, wait_until
from harness.daemon import Daemon, running
from harness.net import ThreeHosts
from harness.ng import bdecode, bencode, sdp

TCP = ["--listen-tcp-ng=127.0.0.1:2224"]
WEB = [f"--listen-http=127.0.0.1:{web.PORT}"]
NG_TYPE = "application/x-rtpengine-ng"


def edge_of(daemon):
    """The pid of the edge process that works; None: there is none."""
    for child in daemon.status()["supervisor"]["children"]:
        if child["kind"] == "edge" and child["state"] == "up":
            return child["pid"]
    return None


def ctl(daemon, *words):
    """rtpengine-ctl asks this daemon, which need not be alone on this machine."""
    return daemon.ctl("--runtime-dir=" + daemon.status()["supervisor"]["runtime_dir"], *words)


def tcp(check, network, options):
    """NG over TCP: in one piece, in many, several in one; both encodings; the same calls and cookies as over UDP"""
    with running(options, network, TCP) as daemon:
        ng, host = daemon.wait_ready(), network.proxy
        one = Stream(host, 2224)
        check.equal(one.request("ping"), {"result": "pong"}, "bencode")
        check.equal(one.request("ping", "json"), {"result": "pong"}, "JSON on the same connection")
        offer = dict(call_id="over-tcp", from_tag="a", sdp=sdp("10.1.0.2", 4000))
        check.equal(one.request("offer", **offer)["result"], "ok", "an offer")
        check.equal(ng.calls(), ["over-tcp"], "UDP sees its call")

        cookie, data = one.message("query", call_id="over-tcp")
        for i in range(len(data)):
            one.send(data[i:i + 1])
        got, reply = one.reply()
        check.equal((got, reply["result"]), (cookie, "ok"), "byte by byte")
        many = [one.message("ping", encoding) for encoding in ("bencode", "json", "bencode") * 60]
        one.send(b"".join(data for _, data in many))
        check([one.reply()[0] for _ in many] == [cookie for cookie, _ in many], "180 messages in one piece: 180 replies, in order")

        cookie, data = one.message("delete", call_id="over-tcp", from_tag="a", delete_delay=0)
        one.send(data)
        first = one.reply()
        two = Stream(host, 2224)
        two.send(data)
        check(two.reply() == first, "the same message on another connection: the same reply")
        check(raw(ng, data) == first, "and over UDP: one execution, whatever carries it")
        two.send(two.message("ping")[1])
        two.sock.shutdown(socket.SHUT_WR)
        check.equal(two.reply()[1], {"result": "pong"}, "a client that has ended its own side is answered")
        check(two.is_closed(), "and then the connection ends")


def raw(ng, data):
    """(cookie, dictionary) of the datagram that answers `data`."""
    cookie, _, body = ng.raw(data, 10).partition(b" ")
    return cookie.decode(), bdecode(body)


def framing(check, network, options):
    """what is no message ends its connection, with one line in the log; nobody else notices"""
    with running(options, network, TCP) as daemon:
        daemon.wait_ready()
        good = Stream(network.proxy, 2224)
        for bad in (b" d7:command4:pinge", b"cookie x", b"cookie d7:commandx", b"cookie d" + b"9" * 30, b"c" * 5000,
                    b"cookie d300000:", b"cookie " + b"l" * 100, b"cookie " + b"d" * 100, b'cookie {"a":' + b"[" * 100,
                    b"cookie di" + b"1" * 40, b"cookie d99999999999999999999:"):
            before = daemon.log().count("closed: ")
            one = Stream(network.proxy, 2224)
            one.send(good.message("ping")[1] + bad)
            check(one.reply()[1] == {"result": "pong"} and one.is_closed(), f"{bad[:20]} closes its connection, what came before it is answered")
            check.equal(daemon.log().count("closed: ") - before, 1, "lines in the log")
        one = Stream(network.proxy, 2224)
        one.send(b"whole " + bencode({"command": "ping", "x": "y" * 100000}) + b"nonsense de")
        check.equal(one.reply()[1], {"result": "pong"}, "a large message, behind which there is nonsense with a cookie")
        check.equal(one.reply(), ("nonsense", {"result": "error", "error-reason": 'Dictionary contains no key "command"'}), "is answered as such")
        check.equal(good.request("ping"), {"result": "pong"}, "the others talk on")


def killed(check, network, options):
    """the edge process or control is killed: who asks again is answered the same, nothing is done twice"""
    with running(options, network, TCP) as daemon:
        ng, host = daemon.wait_ready(), network.proxy
        one = Stream(host, 2224)
        cookie, data = one.message("offer", call_id="kept", from_tag="a", sdp=sdp("10.1.0.2", 4000))
        one.send(data)
        first = one.reply()
        before = edge_of(daemon)
        daemon.kill(before)
        check(one.is_closed(), "its connections end with it")
        two = Stream(host, 2224)  # waits in the queue of a socket that is there all the time
        two.send(data)
        check(two.reply() == first, "the same cookie at its successor: the same answer")
        check(edge_of(daemon) not in (None, before), "there is a successor")
        check.equal(ng.request("ping", tries=1), {"result": "pong"}, "UDP didn't notice")

        control = next(pid for pid, name in daemon.family() if "contr" in name)
        os.kill(control, signal.SIGSTOP)
        asked = [two.message("query", call_id="kept") for _ in range(20)]
        two.send(b"".join(each for _, each in asked))
        os.kill(control, signal.SIGKILL)
        got = [two.reply() for _ in asked]
        check([each for each, _ in got] == [each for each, _ in asked], "control killed: the next one answers what was asked, in order")
        check.equal({reply["result"] for _, reply in got}, {"ok"}, "with the call")


def renewed(check, network, options):
    """a restart and an upgrade of the edge process, and one that listens after a reload"""
    settings = pathlib.Path(tempfile.mkdtemp()) / "rtpengine.conf"
    settings.write_text("[rtpengine]\n")
    with running(options, network, [f"--config-file={settings}"]) as daemon:
        daemon.wait_ready()
        check.equal(edge_of(daemon), None, "nobody listens on TCP: no process for it")
        settings.write_text("[rtpengine]\nlisten-tcp-ng = 127.0.0.1:2224\n")
        check("listen-tcp-ng 127.0.0.1:2224 added" in ctl(daemon, "reload"), "a reload adds a listener")
        first = edge_of(daemon)
        one = Stream(network.proxy, 2224)
        check.equal(one.request("ping"), {"result": "pong"}, "which answers")
        settings.write_text("[rtpengine]\nlisten-tcp-ng = 127.0.0.1:2224;127.0.0.1:2225\n")
        ctl(daemon, "reload")
        second = edge_of(daemon)
        check(second not in (None, first), "another one: a successor")
        check.equal([Stream(network.proxy, port).request("ping") for port in (2224, 2225)], [{"result": "pong"}] * 2, "which has both")
        ctl(daemon, "restart", "edge", "rtpengine")
        third = edge_of(daemon)
        check(third not in (None, second), "a restart")
        check.equal(Stream(network.proxy, 2224).request("ping"), {"result": "pong"}, "and it answers")
        ctl(daemon, "upgrade")
        check(edge_of(daemon) not in (None, third), "an upgrade")
        check.equal(Stream(network.proxy, 2225).request("ping"), {"result": "pong"}, "and it answers")
        check.equal(daemon.status()["supervisor"]["executions"], 1, "of the supervisor, too")


def slow(check, network, options):
    """1,000 clients that don't end what they began, and some that don't read: others are answered, and those end"""
    with running(options, network, TCP) as daemon:
        daemon.wait_ready()
        good = Stream(network.proxy, 2224)
        slow = [Stream(network.proxy, 2224, timeout=40) for _ in range(1000)]
        for each in slow:
            each.send(b"cookie d7:comm")
        deaf = Stream(network.proxy, 2224)
        deaf.sock.settimeout(0.5)
        sent, asked = 0, b"".join(deaf.message("statistics")[1] for _ in range(200))
        try:
            while sent < 500:
                deaf.send(asked)
                sent += 1
        except socket.timeout:
            pass
        check(sent < 500, "who doesn't read the answers is not read from", sent)
        worst = 0
        for _ in range(500):
            began = time.monotonic()
            if good.request("ping") != {"result": "pong"}:
                check(False, "a ping")
            worst = max(worst, time.monotonic() - began)
        check(worst < 5, "500 pings meanwhile, the slowest in ms", round(worst * 1000))
        check(all(each.is_closed() for each in slow), "what was begun and not ended is ended by us")
        check.equal(good.request("ping"), {"result": "pong"}, "who waits between messages stays")
        check(edge_of(daemon), "the process lives")


def many(check, network, options):
    """more connections than there may be: those that were silent longest go"""
    with running(options, network, [*TCP, "--max-connections=100"]) as daemon:
        daemon.wait_ready()
        all_of_them = [Stream(network.proxy, 2224, timeout=5) for _ in range(150)]
        for each in reversed(all_of_them[:50]):
            check(each.is_closed(), "one of the first is gone") if each is all_of_them[0] else each.is_closed()
        check([each.request("ping") for each in all_of_them[50:]] == [{"result": "pong"}] * 100, "the last ones are answered")
        check("which is most there may be" in daemon.log(), "the log says so")


def http(check, network, options):
    """HTTP: NG with and without cookies, in both encodings; what is not there; CORS; several requests on a connection"""
    with running(options, network, WEB) as daemon:
        ng, host = daemon.wait_ready(), network.proxy
        status, headers, body = web.curl(host, "/ping")
        check.equal((status, headers["content-type"], body), (200, "text/plain", b"pong\n"), "/ping")
        cors = {"access-control-allow-origin": "*", "access-control-max-age": "86400", "access-control-allow-methods": "get, post",
                "access-control-allow-headers": "content-type"}
        check.equal({name: headers.get(name) for name in cors}, cors, "CORS")
        status, headers, body = web.curl(host, "/anything", "-X", "OPTIONS")
        check.equal((status, body, {name: headers.get(name) for name in cors}), (200, b"", cors), "OPTIONS of anything")

        status, headers, body = web.post(host, "/ng-plain", '{"command":"ping"}', "application/json")
        check.equal((status, headers["content-type"], body), (200, "application/json", b'{"result":"pong"}'), "/ng-plain in JSON")
        status, headers, body = web.post(host, "/ng-plain", "d7:command4:pinge", "application/x-rtpengine-ng; charset=utf-8")
        check.equal((status, headers["content-type"], body), (200, NG_TYPE, b"d6:result4:ponge"), "/ng-plain in bencode, with a parameter")
        check.equal(web.post(host, "/ng-plain", "nonsense", NG_TYPE)[2], b"d6:result5:error12:error-reason22:Invalid NG data formate", "nonsense")
        check.equal(web.post(host, "/ng", "my_cookie d7:command4:pinge", NG_TYPE)[::2], (200, b"my_cookie d6:result4:ponge"), "/ng")
        check.equal(web.post(host, "/ng", "nocookie", NG_TYPE)[::2], (600, b"error\n"), "/ng without a cookie")
        offer = bencode({"command": "offer", "call-id": "by-http", "from-tag": "a", "sdp": sdp("10.1.0.2", 4000)})
        first = web.post(host, "/ng", b"again " + offer, NG_TYPE)[2]
        check(b"6:result2:ok" in first and ng.calls() == ["by-http"], "an offer")
        check(ng.raw(b"again " + offer, 10) == first, "the same cookie over UDP: the same answer")
        big = bencode({"command": "ping", "x": "y" * 200000})
        check.equal(web.post(host, "/ng-plain", big, NG_TYPE)[2], b"d6:result4:ponge", "a large body, which curl asks leave for")

        for what, got in (("another type", web.post(host, "/ng", "c d7:command4:pinge", "application/json")),
                          ("another path", web.curl(host, "/nowhere")), ("another method", web.curl(host, "/ng")),
                          ("a path that only begins like one", web.curl(host, "/pingpong"))):
            check.equal(got[::2], (404, b"not found\n"), what)
        raw = Stream(host, web.PORT)
        raw.send(b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n" * 5 + b"GET /ping HTTP/1.1\r\nConnection: close\r\n\r\nGET /ping HTTP/1.1\r\n\r\n")
        check(raw.is_closed() and raw.left.count(b"pong\n") == 6, "six requests in one piece, the last of which ends the connection")
        for bad in (b"GET /ping\r\n\r\n", b"GET /ping HTTP/2.0\r\n\r\n", b"POST /ng HTTP/1.1\r\nContent-Type: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                    b"POST /ng HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"GET /" + b"x" * 20000, b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
                    b"POST /ng HTTP/1.1\r\nContent-Type: x\r\nContent-Length: 300000\r\n\r\n", b"POST /ng HTTP/1.1\r\n\r\n",
                    b"POST /ng HTTP/1.1\r\nContent-Length: 5\r\n\r\n"):
            raw = Stream(host, web.PORT)
            raw.send(bad)
            check(raw.is_closed() and b" 200 " not in raw.left, f"{bad[:40]} is refused, and ends its connection", raw.left[:30])
        raw = Stream(host, web.PORT)
        check(raw.is_closed(), "who says nothing is not waited for")


def websockets(check, network, options):
    """WebSocket: its subprotocols, messages in fragments, what is wrong; one that was there all the time"""
    with running(options, network, WEB) as daemon:
        daemon.wait_ready()
        host = network.proxy
        echo = web.WebSocket(host, "echo.rtpengine.com")
        for text in ("", "short", "x" * 200, "x" * 70000):
            echo.send(text)
            check(echo.recv() == text.encode(), f"echo of {len(text)} bytes, binary")
        ng = web.WebSocket(host, "ng.rtpengine.com")
        ng.send(b"one d7:command4:pinge", 2)
        check.equal(ng.recv(), b"one d6:result4:ponge", "ng, bencode")
        ng.send('two {"command":"ping"}')
        check.equal(ng.recv(), b'two {"result":"pong"}', "ng, JSON as text")
        for i in range(200):
            ng.send(f"{i} d7:command4:pinge")
        check([ng.recv() for i in range(200)] == [b"%d d6:result4:ponge" % i for i in range(200)], "200 at once, answered in order")
        plain = web.WebSocket(host, "ng-plain.rtpengine.com", path="/any?where")
        plain.send('{"command":"ping"}')
        check.equal(plain.recv(), b'{"result":"pong"}', "ng-plain")
        check.equal(web.by_another_client(host, '{"command":"ping"}'), '{"result":"pong"}', "Debian's client gets the same")
        try:
            web.WebSocket(host, "chat")
            check(False, "an unknown subprotocol is refused")
        except web.Refused as why:
            check("400" in str(why), "an unknown subprotocol is refused")

        raw = Stream(host, web.PORT)
        raw.send(web.UPGRADE % b"chat, echo.rtpengine.com" + web.frame(b"frag", 1, False) + web.frame(b"", 9) + web.frame(b"ment", 0))
        while not raw.left.endswith(b"\x82\x08fragment"):
            raw.more()
        head = raw.left.split(b"\r\n")
        check(b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head, "the answer to RFC 6455's own key")
        check(b"\x8a\x00\x82\x08fragment" in raw.left, "a ping between two fragments is answered first")
        raw.send(web.frame(b"\x03\xe8", 8))
        check(raw.is_closed() and raw.left.endswith(b"\x88\x02\x03\xe8"), "an end is answered with one")
        for what, bad, code in (("without a mask", web.frame(b"x", masked=False), 1002), ("of an unknown kind", web.frame(b"x", 3), 1002),
                                ("with a reserved bit", web.frame(b"x", reserved=0x40), 1002), ("that is a rest of nothing", web.frame(b"x", 0), 1002),
                                ("within a message", web.frame(b"x", 1, False) + web.frame(b"x", 1), 1002),
                                ("that is a long ping", web.frame(b"x" * 126, 9), 1002), ("too long", web.frame(b"", 2)[:1] + b"\xff" + b"\x7f" * 8, 1009)):
            raw = Stream(host, web.PORT)
            raw.send(web.UPGRADE % b"echo.rtpengine.com" + bad)
            check(raw.is_closed() and raw.left.endswith(b"\x88\x02" + code.to_bytes(2, "big")), f"a frame {what}: closed with {code}")


def tls(check, network, options):
    """HTTPS and wss; certificates of clients; tokens"""
    folder = pathlib.Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    web.certificates(folder)
    (folder / "tokens").write_text("# of the proxies\nsecret-one\nsecret-two\n")
    trust = ssl.create_default_context(cafile=f"{folder}/ca.pem")
    trust.check_hostname = False  # its certificate is of no name that tests have
    host = network.proxy
    https = [f"--listen-https=127.0.0.1:{web.TLS_PORT}", f"--https-cert={folder}/server.pem", f"--https-key={folder}/server.key"]
    where = dict(port=web.TLS_PORT, scheme="https")
    ping = ('{"command":"ping"}', "application/json")
    with running(options, network, https) as daemon:
        daemon.wait_ready()
        check.equal(web.post(host, "/ng-plain", *ping, **where)[::2], (200, b'{"result":"pong"}'), "HTTPS")
        check.equal(web.curl(host, "/ping", "--tls-max", "1.1", **where)[0], 0, "TLS 1.1 is refused")
        echo = web.WebSocket(host, "echo.rtpengine.com", web.TLS_PORT, tls=trust)
        for size in (1, 100, 20000, 200000):
            echo.send("x" * size)
            check(len(echo.recv()) == size, f"wss: {size} bytes and back")
        raw = Stream(host, web.TLS_PORT)
        raw.send(b"GET /ping HTTP/1.1\r\n\r\n")
        check(raw.is_closed(), "HTTP to the port of HTTPS ends")
    with running(options, network, [*https, f"--https-client-ca={folder}/ca.pem"]) as daemon:
        daemon.wait_ready()
        check.equal(web.curl(host, "/ping", **where)[0], 0, "without a certificate")
        own = ("--cert", f"{folder}/client.pem", "--key", f"{folder}/client.key")
        check.equal(web.post(host, "/ng-plain", *ping, *own, **where)[2], b'{"result":"pong"}', "with one of the authority")
    with running(options, network, [*WEB, *TCP, f"--client-tokens={folder}/tokens"]) as daemon:
        daemon.wait_ready()
        check.equal(web.curl(host, "/ping")[0], 200, "/ping is for everybody")
        check.equal(web.post(host, "/ng-plain", *ping)[0], 401, "NG without a token")
        check.equal(web.post(host, "/ng-plain", *ping, "-H", "Authorization: Bearer secret-on")[0], 401, "with a wrong one")
        check.equal(web.post(host, "/ng-plain", *ping, "-H", "Authorization: Bearer secret-two")[2], b'{"result":"pong"}', "with a token")
        plain = web.WebSocket(host, "ng-plain.rtpengine.com", path="/?token=secret-one")
        plain.send('{"command":"ping"}')
        check.equal(plain.recv(), b'{"result":"pong"}', "a page says it in the address")
        one = Stream(host, 2224)
        check.equal(one.request("ping", token="secret-one"), {"result": "pong"}, "over TCP it is a key of the first message")
        check.equal(one.request("ping"), {"result": "pong"}, "later ones don't need it")
        two = Stream(host, 2224)
        check.equal(two.request("ping", "json")["result"], "error", "without it: an error")
        check(two.is_closed(), "and the end")
    for what, more, words in (("another key", [f"--https-key={folder}/client.key"], "it isn't the key of https-cert"),
                              ("no certificate", [f"--https-cert={folder}/server.key"], "there is no certificate in it")):
        daemon = Daemon(options.daemon, network.proxy, ["--interface=10.1.0.1", *https, *more])
        # A leak checker can't work behind seccomp, and makes another exit code of ours: then it is tried again.
        left = wait_until(lambda: daemon.process.poll() is not None or "LeakSanitizer" in daemon.log(), 20)
        check(left and words in daemon.log() and "startup complete" not in daemon.log(), f"{what}: it doesn't start, and says why")
        daemon.abandon()


def asked(host, command, port=9900):
    """What the text interface answers; the connection ends behind it."""
    one = Stream(host, port)
    one.send(command.encode() + b"\n")
    return one.left.decode() if one.is_closed() else "the connection stays"


def cli(check, network, options):
    """the text interface: over TCP, HTTP and WebSocket; what it shows, sets and ends; 300 calls, which come in pages"""
    with running(options, network, [*WEB, "--listen-cli=127.0.0.1:9900"]) as daemon:
        ng, host = daemon.wait_ready(), network.proxy
        for i in range(300):
            ng.offer(f"call-{i}", sdp("10.1.0.2", 4000))
        ng.answer("call-7", sdp("10.2.0.2", 4002))
        numbers = asked(host, "list numsessions").splitlines()
        check.equal((numbers[0], numbers[2], numbers[4]), ("Current sessions own: 300", "Current sessions total: 300",
                                                           "Current sessions ipv4 only media: 1"), "list numsessions")
        sessions = asked(host, "get sessions all").splitlines()
        check(len(sessions) == 300 and all(line.startswith("ID: ") and line[64:].startswith(" | del:n | creat:") for line in sessions), "get sessions all")
        detail = asked(host, "list sessions call-7")
        check(all(words in detail for words in ("callid: call-7", "--- Tag 'caller', type: FROM_TAG", "--- Tag 'callee', type: TO_TAG", "10.2.0.2:4002")),
              "list sessions call-7")
        timeless = lambda text: re.sub(r"callduration \d+", "", text)
        check.equal(timeless(asked(host, "call call-7 info")), timeless(detail), "call call-7 info")
        check.equal(asked(host, "list sessions none"), "\nCall ID not found (none).\n\n", "an unknown call")
        check.equal(json.loads(asked(host, "list jsonstats"))["currentstatistics"]["sessionsown"], 300, "list jsonstats")
        for command, answer in (("nonsense", "Unknown command: nonsense\n"), ("list", "More parameters required.\n"),
                                ("list  timeout", "Unknown command: \n"), ("list timeout", "TIMEOUT=60\n"), ("set timeout", "More parameters required.\n"),
                                ("set timeout x", "Fail setting timeout to x; no digits found\n"), ("set timeout 90", "Success setting timeout to 90\n"),
                                ("list timeout", "TIMEOUT=90\n"), ("set maxsessions -2", "Fail setting maxsessions to -2; either positive or -1 values allowed\n"),
                                ("set maxsessions 300", "Success setting maxsessions to 300\n"),
                                ("params diff", "max-sessions: -1 => 300\ntimeout: 60000000 => 90000000\n")):
            check.equal(asked(host, command), answer, command)
        check.equal(ng.offer("one too many", sdp("10.1.0.2", 4000))["result"], "error", "the limit holds")
        check.equal((asked(host, "params revert"), asked(host, "params diff")), ("", ""), "params revert")
        check("timeout_us = 60000000\n" in asked(host, "params current") and asked(host, "params current") == asked(host, "params start"), "params")
        check("    list <option>\n" in asked(host, "usage"), "usage")

        check.equal(web.curl(host, "/cli/list+timeout")[::2], (200, b"TIMEOUT=60\n"), "over HTTP")
        check.equal(web.post(host, "/cli", "list timeout", "text/plain")[2], b"TIMEOUT=60\n", "posted")
        check.equal(web.post(host, "/cli", "list timeout", "application/json")[0], 404, "of another type")
        socket_ = web.WebSocket(host, "cli.rtpengine.com")
        for _ in range(3):
            socket_.send("list timeout")
        check.equal([socket_.recv() for _ in range(3)], [b"TIMEOUT=60\n"] * 3, "over WebSocket")

        check.equal(asked(host, "terminate none"), "\nCall Id not found (none).\n\n", "terminate an unknown call")
        check.equal(asked(host, "terminate call-7"), "\nCall Id (call-7) successfully terminated by operator.\n\n", "terminate a call")
        check.equal(asked(host, "terminate all"), "All calls terminated by operator.\n", "terminate all")
        check.equal((ng.calls(), asked(host, "list sessions all")), ([], "No sessions on this media relay.\n"), "there are no calls")
        waits = Stream(host, 9900)
        waits.send(b"\nlist timeout\n")
        check(waits.is_closed() and waits.left == b"TIMEOUT=60\n", "an empty line asks for nothing")
        long = Stream(host, 9900)
        long.send(b"x" * 3000)
        check(long.is_closed() and "longer than 1024 bytes" in daemon.log(), "a line without an end")


SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[0-9]+(?:\.[0-9]+)?)')
# Names of the specification, without rtpengine_; X stands for each metric of quality.
NAMES = """sessions transcoded_media media_cache player_cache mediastreams uptime_seconds sessions_total closed_sessions_total packets_total
packet_errors_total bytes_total zero_packet_streams_total one_way_sessions_total call_duration_avg call_duration_total call_duration2_total
X_total X2_total X_samples_total packets_lost rtp_duplicates rtp_skips rtp_seq_resets rtp_reordered requests_total request_seconds_total
errors_total ports_used ports_free ports interface_packets_lost interface_duplicates interface_X_total interface_X2_total
interface_X_samples_total interface_packets interface_bytes interface_errors""".split()
QUALITY = ("mos", "jitter", "rtt_e2e", "rtt_dsct", "packetloss", "jitter_measured")


def exposition(text):
    """{(name, labels): value} and {name: type}; strict: each family once, in one piece, its type before its samples."""
    samples, types, current = {}, {}, None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, current, kind = line.split(" ")
            assert current not in types and kind in ("gauge", "counter"), line
            types[current] = kind
            continue
        name, labels, value = SAMPLE.fullmatch(line).groups()
        assert name == current and (name, labels) not in samples, line
        samples[name, labels] = float(value)
    return samples, types


def metrics(check, network, options):
    """/metrics: every name of the specification, by a strict reader; what calls and packets do to it"""
    with running(options, network, WEB) as daemon:
        ng, host = daemon.wait_ready(), network.proxy
        check.equal(Call(network, ng, "measured").set_up().exchange(), (0, 0), "lost of a call's packets")
        ng.delete("measured", delete_delay=0)
        for _ in range(2):
            ng.offer(os.urandom(4).hex(), sdp("10.1.0.2", 4000))
        status, headers, body = web.curl(host, "/metrics")
        check.equal((status, headers["content-type"]), (200, "text/plain"), "status and type")
        samples, types = exposition(body.decode())
        wanted = {f"rtpengine_{name.replace('X', quality)}" for name in NAMES for quality in QUALITY}
        check.equal(sorted(wanted - types.keys()), [], "names that are missing")
        value = lambda name, labels=None: samples.get(("rtpengine_" + name, labels))
        check.equal((value("sessions", 'type="own"'), value("sessions_total"), value("requests_total", 'proxy="127.0.0.1",request="offer"')), (2, 1, 3),
                    "calls and requests")
        check(value("worker_packets_total", 'worker="-1/default",path="userspace"') > 0, "packets of the worker")
        check.equal(value("closed_sessions_total", 'reason="terminated"'), 1, "how the call ended")


CASES = {"tcp": tcp, "framing": framing, "killed": killed, "renewed": renewed, "slow": slow, "many": many, "http": http, "websockets": websockets,
         "tls": tls, "cli": cli, "metrics": metrics}


def main():
    options = arguments(__doc__)
    run_cases(CASES, options.cases, ThreeHosts(), options)


if __name__ == "__main__":
    main()
