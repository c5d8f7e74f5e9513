# SPDX-License-Identifier: Apache-2.0
"""Kinds of calls."""
import contextlib
import time

from harness import rtp
from harness.capture import Capture
from harness.check import wait_until

from .talk import Talk, check_exact, daemon

TO_IPV6 = {"offer": {"address_family": "IP6"}, "answer": {"address_family": "IP4"}}
TO_IPV4 = {"offer": {"address_family": "IP4"}, "answer": {"address_family": "IP6"}}


def families(check, network, options):
    """IPv4, IPv6, and from one to the other, each with RTCP of its own and multiplexed."""
    with daemon(network, options) as (_, ng):
        talks = {}
        for mux in (False, True):
            for title, caller, callee, keys in (("IPv4", "10.1.0.2", "10.2.0.2", {}), ("IPv6", "fd01::2", "fd02::2", {}),
                                                ("IPv4 to IPv6", "10.1.0.2", "fd02::2", TO_IPV6),
                                                ("IPv6 to IPv4", "fd01::2", "10.2.0.2", TO_IPV4)):
                name = title + (", muxed" if mux else "")
                talks[name] = Talk(network, ng, name.replace(" ", "-"), caller, callee, mux, **keys).set_up()
        with contextlib.ExitStack() as stack:
            for talk in talks.values():
                stack.enter_context(talk)
            for name, talk in talks.items():
                check(talk.all_in_kernel(), f"{name}: all streams are in the kernel")
            time.sleep(1)  # 50 packets each way through the kernel
        for name, talk in talks.items():
            check_exact(check, talk, name)
            user = max(s["last user packet"] for s in talk.streams() if s["stats"]["packets"] > 50)
            kernel = min(s["last kernel packet"] for s in talk.streams() if s["stats"]["packets"] > 50)
            check(kernel >= user, f"{name}: the kernel had the last packet")
            talk.delete()


def on_the_wire(check, network, options):
    """The worker's sockets see nothing of it; TOS and TTL are as in userspace."""
    with daemon(network, options, "--tos=184") as (_, ng):
        talk = Talk(network, ng, "wire").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            before = network.proxy.udp_counter("InDatagrams")
            with Capture(network.callee, "eth0") as capture:
                time.sleep(1)
            after = network.proxy.udp_counter("InDatagrams")
        seen = [d for d in capture.datagrams if d.source == talk.callee.toward]
        check(len(seen) > 40, "RTP comes from our port", len(seen))
        check(after - before < 10, "no datagram reaches a socket but NG's", after - before)
        check_exact(check, talk, "wire")
        talk.delete()


def first_packets(check, network, options):
    """Packets that come from where SDP said: userspace has the first ones, not those of the first seconds."""
    with daemon(network, options) as (_, ng):
        talk = Talk(network, ng, "first").set_up()
        before = network.proxy.udp_counter("InDatagrams")
        with talk:
            check(wait_until(lambda: len(talk.sent) >= 200, 120), "two seconds of both sides' packets", len(talk.sent))
        user, sent = network.proxy.udp_counter("InDatagrams") - before, len(talk.sent)
        check(0 < user < sent / 2, "of which userspace had the first ones", (user, sent))
        check_exact(check, talk, "first")
        talk.delete()


def payload_types(check, network, options):
    """A new payload type is the kernel's at once."""
    with daemon(network, options) as (_, ng):
        talk = Talk(network, ng, "types").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            before = network.proxy.udp_counter("InDatagrams")
            talk.payload_type = 101
            time.sleep(1)
            after = network.proxy.udp_counter("InDatagrams")
            check(after - before < 10, "no datagram reaches a socket but NG's", after - before)
        check_exact(check, talk, "another payload type")
        talk.delete()


def strict_source(check, network, options):
    """Packets from elsewhere are refused in the kernel too, and counted."""
    with daemon(network, options) as (_, ng):
        talk = Talk(network, ng, "strict", offer={"flags": ["strict-source"]}, answer={"flags": ["strict-source"]}).set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            stranger = network.caller.udp("10.1.0.2")
            for number in range(20):
                stranger.sendto(rtp.packet(40000 + number, 0, 0x9999, bytes(160)), talk.caller.toward)
            time.sleep(0.2)
        check_exact(check, talk, "strict source")
        check.equal(talk.totals()["RTP"]["errors"], 20, "20 errors are counted")
        check.equal([a for a in talk.arrived if a[2] >= 40000], [], "none of them arrived")
        stranger.close()
        talk.delete()


def silenced(check, network, options):
    """Silence is userspace's: a call comes out of the kernel for it and goes back afterwards, and no packet is lost."""
    with daemon(network, options) as (_, ng):
        talk = Talk(network, ng, "silenced").set_up()
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            check.equal(ng.request("silence media", call_id=talk.name, from_tag="caller")["result"], "ok", "the caller is silenced")
            check(wait_until(lambda: talk.heard.get(talk.callee) == bytes([0xd5]) * 160, 30), "the callee hears silence")
            check(talk.heard[talk.caller] == bytes(160), "the caller hears the callee")
            out = [s for s in talk.streams() if s["stats"]["packets"] and "kernelized" not in s["flags"]]
            check(out, "by way of userspace")
            check.equal(ng.request("unsilence media", call_id=talk.name, from_tag="caller")["result"], "ok", "and no more")
            check(talk.all_in_kernel(60), "in the kernel again")
            check(wait_until(lambda: talk.heard[talk.callee] == bytes(160), 30), "the callee hears the caller")
        check_exact(check, talk, "silenced")
        talk.delete()


CASES = {"silenced": silenced, "families": families, "on-the-wire": on_the_wire, "first-packets": first_packets, "payload-types": payload_types, "strict-source": strict_source}
