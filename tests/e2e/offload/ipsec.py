# SPDX-License-Identifier: Apache-2.0
"""IPsec policies of the host: BPF stands back for them, and comes back when they have gone."""
import time

from harness.check import wait_until

from .talk import Talk, check_exact, daemon

TEMPLATE = "tmpl proto esp mode transport"


def policy(network, verb, selector, way, template=TEMPLATE):
    network.proxy.ip(f"xfrm policy {verb} {selector} dir {way} {template if verb == 'add' else ''}")


def arrivals(talk, party):
    return sum(1 for entry in list(talk.arrived) if entry[0] is party)


def stands_back(check, network, options):
    """A policy for what leaves: BPF leaves the interfaces at once, and nothing leaves in clear"""
    for family, caller, callee, selector in (("IPv4", "10.1.0.2", "10.2.0.2", "src 10.1.0.0/16 dst 10.1.0.0/16"),
                                             ("IPv6", "fd01::2", "fd02::2", "src fd01::/64 dst fd01::/64")):
        with daemon(network, options) as (running, ng):
            talk = Talk(network, ng, "guarded", caller, callee).set_up()
            with talk:
                check(talk.all_in_kernel(), f"{family}: in the kernel")
                policy(network, "add", selector, "out")
                check(wait_until(lambda: "BPF: stands back" in running.log(), 10), f"{family}: a policy comes: BPF stands back")
                time.sleep(0.2)  # what was on the wire has arrived
                before, others = arrivals(talk, talk.caller), arrivals(talk, talk.callee)
                check(wait_until(lambda: arrivals(talk, talk.callee) > others + 50, 30), "the other direction goes on, in userspace")
                check.equal(arrivals(talk, talk.caller) - before, 0, "packets that leave in clear, without keys for the policy")
                kernel = running.status()["supervisor"]["instances"][0]["kernel"]
                check("stands back: IPsec" in kernel["detail"], "status says so", kernel)
                policy(network, "delete", selector, "out")
                check(wait_until(lambda: "nothing stands against it any more" in running.log(), 10), "the policy goes: BPF is back")
                check(wait_until(lambda: arrivals(talk, talk.caller) > before + 50, 30), "and packets arrive")
                check(talk.all_in_kernel(90), "in the kernel again")
            talk.delete()


def other_policies(check, network, options):
    """Policies that can't match media change nothing; those for what comes in do"""
    network.proxy.ip("xfrm policy flush")
    with daemon(network, options) as (running, ng):
        talk = Talk(network, ng, "beside").set_up()
        others = ("src 10.9.0.0/16 dst 10.1.0.0/16", "src 10.1.0.0/16 dst 10.9.0.0/16 proto tcp")
        with talk:
            check(talk.all_in_kernel(), "in the kernel")
            for selector in others:
                policy(network, "add", selector, "out")
            policy(network, "add", "src 10.1.0.0/16 dst 10.9.0.0/16", "fwd")
            policy(network, "add", "src 10.1.0.0/16 dst 10.2.0.0/16", "out", "")  # lets pass
            before = network.proxy.udp_counter("InDatagrams")
            time.sleep(1)
            check(network.proxy.udp_counter("InDatagrams") - before < 20, "still forwarded by the kernel")
            check("stands back" not in running.log(), "policies of others: BPF stays")
        check_exact(check, talk, "beside policies of others")
        policy(network, "add", "src 10.1.0.0/16 dst 10.1.0.1/32 proto udp", "in")
        check(wait_until(lambda: "BPF: stands back" in running.log(), 10), "a policy for what comes in: BPF stands back")
        network.proxy.ip("xfrm policy flush")
        check(wait_until(lambda: "nothing stands against it any more" in running.log(), 10), "all are flushed: BPF is back")
        talk.delete()


CASES = {"ipsec": stands_back, "ipsec-others": other_policies}
