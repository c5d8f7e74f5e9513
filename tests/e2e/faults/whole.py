# SPDX-License-Identifier: Apache-2.0
"""A request is whole or nothing: what fails leaves the call, its ports and its media as they were."""
import contextlib
import os
import signal

from harness import rtp
from harness.call import Call, Flow
from harness.check import wait_until
from harness.daemon import instance
from harness.ng import media, sdp

TWO = ["--interface=outer/10.1.0.1", "--interface=inner/10.2.0.1"]
WAYS = {"direction": ["outer", "inner"]}
FIRST, LAST = 40000, 40015 # eight pairs on each interface


@contextlib.contextmanager
def halted(*processes):
    """SIGSTOP for the length of a block; shorter than what makes the supervisor replace a worker."""
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def sections(sock, count):
    address, port = sock.getsockname()[:2]
    more = "".join(f"m=audio {port + 2 * i} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n" for i in range(1, count))
    return sdp(address, port) + more


def facts(ng, name):
    """What `query` says, without what packets and time change."""
    def plain(value):
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items()
                    if k not in ("stats", "stats_out", "totals", "last packet", "last signal", "SSRC", "ingress SSRCs",
                                 "egress SSRCs", "last user packet", "last kernel packet", "endpoint")}
        return [plain(v) for v in value] if isinstance(value, list) else value
    return plain(ng.request("query", call_id=name))


def halted_workers(check, network, options):
    """re-INVITEs, new calls and deletions while workers are halted"""
    with instance(options, network, [*TWO, f"--port-min={FIRST}", f"--port-max={LAST}"]) as daemon:
        ng = daemon.wait_ready()
        call = Call(network, ng, "lasting").set_up(**WAYS)
        check.equal(call.exchange(), (0, 0), "a call with media: lost")
        ports, before = call.ports(), daemon.family()
        with Flow(call) as flow:
            with halted(*daemon.workers()):
                hold = ng.offer("lasting", call._sdp(call.caller).replace("sendrecv", "sendonly"), **{"to-tag": "callee"})
                check(hold.get("result") == "ok" and media(hold["sdp"]) == call.toward[call.callee],
                      "hold: answered without them, with the same port", hold.get("error-reason", ""))
                back = ng.answer("lasting", call._sdp(call.callee))
                check.equal(back.get("result"), "ok", "and its answer")
                again = ng.offer("lasting", call._sdp(call.caller), **{"to-tag": "callee"})
                check.equal(again.get("result"), "ok", "resumed")
                check.equal(ng.answer("lasting", call._sdp(call.callee)).get("result"), "ok", "and its answer")
            check(wait_until(lambda: not flow.lost(), 5), "packets waited for them: none is lost")
        call.drain()
        check.equal(call.exchange(20), (0, 0), "workers go on: lost")
        settled = facts(ng, "lasting")
        with halted(*daemon.workers()):
            reply = ng.offer("new", call._sdp(call.caller), timeout=5, **WAYS)
            check(reply.get("result") == "error" and "does not answer" in reply.get("error-reason", ""),
                  "a new call, which needs ports opened: a clear error", reply)
            check.equal(ng.calls(), ["lasting"], "leaves no call behind")
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        with halted(*daemon.workers()):
            reply = ng.offer("lasting", sections(call.caller, 2), timeout=5, **{"to-tag": "callee"})
            check(reply.get("result") == "error", "a re-INVITE with one more section: a clear error", reply)
        check.equal(facts(ng, "lasting"), settled, "leaves the call as it was")
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        fill = [Call(network, ng, f"fill{i}").set_up(**WAYS) for i in range(7)]
        check.equal([c.exchange(2) for c in fill], [(0, 0)] * 7, "and every other port is free: lost")
        reply = ng.offer("lasting", sections(call.caller, 2), **{"to-tag": "callee"})
        check(reply.get("result") == "error" and "port" in reply.get("error-reason", "").lower(),
              "a re-INVITE with one more section, and no port left: a clear error", reply)
        check.equal(facts(ng, "lasting"), settled, "leaves the call as it was")
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        fill.pop().delete()
        reply = ng.offer("lasting", sections(call.caller, 2), **{"to-tag": "callee"})
        check.equal(reply.get("result"), "ok", "with a port free the same request is answered")
        with halted(*daemon.workers()):
            check.equal([c.delete().get("result") for c in fill], ["ok"] * 6, "calls are deleted without their workers")
        check.equal(call.exchange(20), (0, 0), "the call goes on: lost")
        check.equal(call.ports(), ports, "on its ports")
        check.equal(call.delete().get("result"), "ok", "deleted")
        fill = [Call(network, ng, f"last{i}").set_up(**WAYS) for i in range(8)]
        check.equal([c.exchange(2) for c in fill], [(0, 0)] * 8, "every port is free again: lost")
        for each in fill:
            each.delete()
        check.equal(daemon.family(), before, "no process was restarted")


def rtcp(sock_from, to, ssrc=7):
    sock_from.sendto(bytes([0x80, 201, 0, 1]) + ssrc.to_bytes(4, "big"), to)


def forked_mux(check, network, options):
    """each branch has its own RTCP multiplexing; a=rtcp:0 is never printed"""
    with instance(options, network, TWO) as daemon:
        ng = daemon.wait_ready()
        caller, callee = network.caller.udp("10.1.0.2"), network.callee.udp("10.2.0.2")
        beside = network.callee.udp("10.2.0.2")
        offer = sdp(*caller.getsockname()[:2], extra=["a=rtcp-mux"])
        first = ng.offer("fork", offer, **WAYS, **{"rtcp-mux": ["demux"], "via-branch": "one"})
        second = ng.offer("fork", offer, **WAYS, **{"rtcp-mux": ["offer"], "via-branch": "two"})
        check("a=rtcp-mux" not in first["sdp"] and "a=rtcp-mux" in second["sdp"], "one branch without rtcp-mux, one with it")
        answer = ng.answer("fork", sdp(*callee.getsockname()[:2], extra=[f"a=rtcp:{beside.getsockname()[1]}"]),
                           **{"via-branch": "one"})["sdp"]
        port = media(answer)[1]
        check("a=rtcp-mux" in answer and f"a=rtcp:{port}\r\n" in answer, "the first one answers: the caller gets what it asked for",
              [line for line in answer.splitlines() if "rtcp" in line])
        toward_callee = media(first["sdp"])
        # Both have sent, so both are known; RTCP of the callee comes to its own port and leaves by the caller's RTP port.
        for number in range(3):
            caller.sendto(rtp.packet(number, 160 * number, 1, bytes(160)), media(answer))
            callee.sendto(rtp.packet(number, 160 * number, 2, bytes(160)), toward_callee)
        rtcp(beside, (toward_callee[0], toward_callee[1] + 1))
        got = []
        caller.settimeout(2)
        with contextlib.suppress(TimeoutError):
            while not any(packet[1] == 201 for packet, _ in got):
                got.append(caller.recvfrom(2048))
        check(any(packet[1] == 201 and source[1] == port for packet, source in got), "RTCP of the callee arrives from the RTP port",
              [(len(packet), source) for packet, source in got])
        # RFC 5761 section 5.1.3: offered no more, so RTCP has a port of its own again.
        plain = ng.offer("fork", sdp(*caller.getsockname()[:2]), **{"to-tag": "callee"})["sdp"]
        again = ng.answer("fork", sdp(*callee.getsockname()[:2]))["sdp"]
        check("a=rtcp-mux" not in again and "a=rtcp:0" not in plain + again, "re-offered without rtcp-mux: a port for RTCP",
              [line for line in again.splitlines() if "rtcp" in line])
        ng.delete("fork", **{"delete delay": 0})


CASES = {"halted-workers": halted_workers, "forked-mux": forked_mux}
