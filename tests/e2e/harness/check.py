# SPDX-License-Identifier: Apache-2.0
"""Named checks: every one is printed, those that failed again at the end; a script ends with status 1 if one did."""
import argparse
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEFAULT_DAEMON = os.path.join(HERE, "..", "..", "build", "rtpengine")


class Checks:
    def __init__(self):
        self.passed = 0
        self.faults = []  # lines
        self.case = ""

    def __call__(self, condition, what, detail=""):
        line = f"{what}{f': {detail}' if detail != '' else ''}"
        if condition:
            self.passed += 1
        else:
            self.faults.append(f"{self.case}: {line}")
        print(f"  {'ok  ' if condition else 'FAIL'} {line}", flush=True)
        return bool(condition)

    def equal(self, got, wanted, what):
        return self(got == wanted, what, got if got == wanted else f"{got!r}, expected {wanted!r}")


def wait_until(condition, seconds, every=0.05):
    """The first true value of `condition()`, or its last one at the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() >= deadline:
            return value
        time.sleep(every)


def arguments(description, extra=lambda parser: None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--daemon", default=os.path.normpath(DEFAULT_DAEMON), help="command line of the daemon")
    parser.add_argument("cases", nargs="*", help="only these cases")
    extra(parser)
    return parser.parse_args()


def run_cases(cases, wanted, *context):
    """`cases`: name -> function(check, *context). Exits with the verdict."""
    check = Checks()
    unknown = set(wanted) - set(cases)
    if unknown:
        sys.exit(f"unknown case: {', '.join(sorted(unknown))}; there are {', '.join(cases)}")
    for name, case in cases.items():
        if wanted and name not in wanted:
            continue
        check.case = name
        print(f"{name}: {(case.__doc__ or '').strip().splitlines()[0] if case.__doc__ else ''}", flush=True)
        try:
            case(check, *context)
        except Exception as fault:  # a case that breaks is a failed check, the others still run
            check(False, f"{name} ran to its end", "".join(traceback.format_exception(fault)))
    for fault in check.faults:
        print("FAILED", fault)
    print(f"{check.passed} checks passed, {len(check.faults)} failed")
    sys.exit(1 if check.faults or not check.passed else 0)
