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
from faults import (budgets, clock, destinations, forking, full_directory, garbage, guard, limits, memory, processes,
                    random_requests, removed_directory, sockets, starting, unread_log, whole)
from harness.check import arguments, run_cases
from harness.net import ThreeHosts

KINDS = (budgets, clock, destinations, forking, full_directory, garbage, guard, limits, memory, processes,
         random_requests, removed_directory, sockets, starting, unread_log, whole)


def main():
    options = arguments(__doc__.splitlines()[0],
                        lambda parser: parser.add_argument("--seed", type=int, help="of random-requests"))
    cases = {name: case for kind in KINDS for name, case in kind.CASES.items()}
    run_cases(cases, options.cases, ThreeHosts(), options)


main()
