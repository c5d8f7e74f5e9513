#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several instances under one supervisor, and what is replaced, reloaded or killed while calls are up.

     caller host                proxy host                callee host
    +-----------+            +--------------+            +-----------+
    |  sockets  | 10.1.0.2   |  core: 2223  |   10.2.0.2 |  sockets  |
    |  of this  |------------|  edge: 2224  |------------|  of this  |
    |  script   |    10.1.0.1+--------------+10.2.0.1    |  script   |
    +-----------+                                        +-----------+
"""
from harness.check import arguments, run_cases
from harness.net import ThreeHosts
from restarts import busy, children, configurations, figures, kills, many, poison


def main():
    options = arguments(__doc__.splitlines()[0])
    cases = {**children.CASES, **configurations.CASES, **kills.CASES, **figures.CASES, **busy.CASES, **poison.CASES, **many.CASES}
    run_cases(cases, options.cases, ThreeHosts(), options)


main()
