#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The whole daemon, from its command line, when things go wrong.

     caller host                proxy host                callee host
    +-----------+            +--------------+            +-----------+
    |  sockets  | 10.1.0.2   |    daemon    |   10.2.0.2 |  sockets  |
    |  of this  |------------|   NG 2223    |------------|  of this  |
    |  script   |    10.1.0.1+--------------+10.2.0.1    |  script   |
    +-----------+                                        +-----------+
"""
from faults import budgets, clock, forking, full_directory, garbage, guard, limits, memory, processes, sockets, starting, unread_log, whole
from harness.check import arguments, run_cases
from harness.net import ThreeHosts


def main():
    options = arguments(__doc__.splitlines()[0])
    cases = {**starting.CASES, **garbage.CASES, **limits.CASES, **budgets.CASES, **processes.CASES, **sockets.CASES,
             **unread_log.CASES, **clock.CASES, **whole.CASES, **guard.CASES, **forking.CASES,
             **full_directory.CASES, **memory.CASES}
    run_cases(cases, options.cases, ThreeHosts(), options)


main()
