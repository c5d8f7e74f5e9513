# SPDX-License-Identifier: Apache-2.0
"""Many NG requests at a time: a window of them is under way, what isn't answered is sent again."""
import itertools
import os
import select
import time

from .ng import bdecode, bencode

WINDOW, AGAIN_SECONDS = 64, 1.0


def flood(ng, requests, seconds=600):
    """`requests`: dictionaries. Replies by place; fails when they don't come within `seconds`."""
    prefix, todo, replies, under_way = os.urandom(4).hex(), enumerate(requests), {}, {}
    deadline = time.monotonic() + seconds

    def send(place, datagram):
        under_way[place] = time.monotonic(), datagram
        ng.sock.sendto(datagram, ng.to)

    while True:
        for place, request in itertools.islice(todo, WINDOW - len(under_way)):
            send(place, f"{prefix}_{place} ".encode() + bencode(request))
        if not under_way:
            return [replies[place] for place in sorted(replies)]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(under_way)} requests are not answered")
        ng.sock.setblocking(False)
        if select.select([ng.sock], [], [], 0.1)[0]:
            try:
                cookie, _, body = ng.sock.recv(65536).partition(b" ")
            except (BlockingIOError, ConnectionRefusedError):
                continue
            name, _, place = cookie.decode().partition("_")
            if name == prefix and under_way.pop(int(place), None):
                replies[int(place)] = bdecode(body)
        now = time.monotonic()
        for place, (sent, datagram) in list(under_way.items()):
            if now - sent > AGAIN_SECONDS:
                send(place, datagram)
