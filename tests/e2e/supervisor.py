#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The supervisor from its command line: supervisor.py RTPENGINE FAKE-CHILD ASK [TEST...]

Every test waits for events: a line of the log, the end of a process, an answer. As root everything is tested, in a network
namespace of its own; as another user, what needs root is skipped."""
import contextlib
import sys
import unittest

from harness.net import Host
from supervisor import background, bad_input, conflicts, end, faults, operations, start
from supervisor.case import ROOT

KINDS = (start, bad_input, conflicts, faults, operations, end, background)


def load_tests(loader, _tests, _pattern):
    return unittest.TestSuite(loader.loadTestsFromModule(kind) for kind in KINDS)


if __name__ == "__main__":
    with Host("supervisor").entered() if ROOT else contextlib.nullcontext():
        unittest.main(argv=[sys.argv[0], *sys.argv[4:]], verbosity=2)
