#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds everything and runs every test: the steps of steps.py. The last line is `N passed, M failed`; the exit status is 1
if anything failed."""
import argparse
import signal
import sys

import steps
from runner import Runner


def chosen(phases, words):
    """Steps whose name contains a word, and the builds that they need."""
    every = [step for phase in phases for lane in phase for step in lane]
    hit = {s.name for s in every if not words or any(w in s.name for w in words)}
    hit |= {s.needs for s in every if s.name in hit}
    return [[[s for s in lane if s.name in hit] for lane in phase] for phase in phases]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="print the steps, run none")
    parser.add_argument("--long", action="store_true", help="and packages, arm64, other compilers, webrtcbin, and 100,000 calls that come and go while processes are killed")
    parser.add_argument("words", nargs="*", help="only steps whose name contains one of these")
    return parser.parse_args()


def main():
    options = arguments()
    phases = chosen(steps.usual() + (steps.long() if options.long else []), options.words)
    if options.list:
        print(*(s.name for phase in phases for lane in phase for s in lane), sep="\n")
        return 0
    steps.LOGS.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    runner = Runner(steps.TOP, steps.LOGS)
    runner.run_all(phases)
    return runner.verdict()


sys.exit(main())
