# SPDX-License-Identifier: Apache-2.0
"""Faults of random-requests: each lasts for one request, begins before it and is over after it."""
import contextlib
import os

from harness.ng import Ng, bencode
from .full_directory import fill
from .random_call import RandomCall
from .whole import halted


class Proxy(Ng):
    """Asks for something again when the first time was in vain."""

    repetition = None

    def repeat(self, done, between):
        """The next request is sent, and worked off if `done`; then comes `between`, and the request once more."""
        self.repetition = done, between

    def request(self, command, **keys):
        if self.repetition:
            (done, between), self.repetition = self.repetition, None
            self.request(command, **keys) if done else self.send(command, keys)
            between()
        return super().request(command, **keys)

    def send(self, command, keys):
        keys = {key.replace("_", "-"): value for key, value in keys.items() if key not in ("timeout", "tries")}
        body = {"command": command, **keys}
        self.sock.sendto(b"in-vain " + bencode(body), self.to)


def nothing(world, dice):
    return contextlib.nullcontext()


def halted_worker(world, dice):
    return halted(*dice.sample(world.daemon.workers(), dice.choice((1, 2))))


def killed_worker(world, dice):
    world.daemon.kill(dice.choice(world.daemon.workers()))
    return contextlib.nullcontext()


def control_of(daemon):
    return next(pid for pid, name in daemon.family() if "contr" in name)


def killed_control(world, dice):
    world.daemon.kill(control_of(world.daemon))
    return contextlib.nullcontext()


def forgetful_control(world, dice):
    """Killed when it has the request, done or not; the proxy, which has no reply, asks again."""
    world.ng.repeat(dice.random() < 0.5, lambda: world.daemon.kill(control_of(world.daemon)))
    return contextlib.nullcontext()


@contextlib.contextmanager
def no_ports(world, dice):
    """Other calls have them all."""
    others = []
    try:
        while not others or others[-1].exists:
            others.append(RandomCall(world.network, world.ng, f"other-{len(others)}"))
            others[-1].offer_branch()
        yield
    finally:
        for each in others:
            if each.exists:
                each.delete()
            each.close()


@contextlib.contextmanager
def full_store(world, dice):
    """Another program has filled the file system of the runtime directory."""
    fill(world.folder)
    try:
        yield
    finally:
        os.unlink(os.path.join(world.folder, "filler"))


FAULTS = [nothing] * 9 + [halted_worker, killed_worker, forgetful_control, no_ports] * 2 + [killed_control, full_store]
