#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replays the groups of the conformance kit that are listed in `groups` against a daemon.

The kit is not part of this repository: it lies in ../shared/conformance beside the checkout, or where $CONFORMANCE
says. Without it the exit status is 77 (skipped), in CI (CI=true) 1. What we do otherwise on purpose is in `differences`.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
SKIPPED = 77


def listed():
    lines = (HERE / "groups").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def with_differences(kit, folder):
    """A copy of the kit that expects our own answers where they differ; a row that finds nothing to change is an error."""
    copy = pathlib.Path(folder) / "kit"
    shutil.copytree(kit, copy, copy_function=shutil.copyfile)
    (copy / "replay").chmod(0o755)
    for line in (HERE / "differences").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        scenario, theirs, ours, _ = (part.strip() for part in line.split("|", 3))
        path = copy / "scenarios" / (scenario + ".json")
        text = path.read_text()
        if text.count(theirs) != 1:
            sys.exit(f"differences: {scenario} has {theirs} {text.count(theirs)} times, not once")
        path.write_text(text.replace(theirs, ours))
    return copy


def sanitizer_reports(logs):
    """What a sanitizer wrote to the daemon's logs: the kit itself looks at answers only."""
    reports = []
    for log in sorted(logs.iterdir()):
        text = log.read_text(errors="replace")
        found = re.search(r"ERROR: \w+Sanitizer|runtime error:", text)
        if found:
            reports.append(f"FAIL {log.name}: sanitizer report\n{text[max(0, found.start() - 200):][:5000]}")
    return reports


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--daemon", default=str(TOP / "build" / "rtpengine"), help="command line of the daemon")
    parser.add_argument("--kit", default=os.environ.get("CONFORMANCE", TOP.parent / "shared" / "conformance"))
    parser.add_argument("--jobs", default="2")
    parser.add_argument("groups", nargs="*", help="instead of the listed ones")
    options = parser.parse_args()
    kit = pathlib.Path(options.kit)
    if not (kit / "replay").exists():
        print(f"THE CONFORMANCE KIT IS MISSING: no {kit / 'replay'}; set CONFORMANCE to its folder")
        return 1 if os.environ.get("CI") == "true" else SKIPPED
    groups = options.groups or listed()
    unknown = [g for g in groups if "/" not in g and "*" not in g and not (kit / "scenarios" / g).is_dir()]
    if unknown:
        print("the kit has no group", ", ".join(unknown))
        return 1
    with tempfile.TemporaryDirectory(prefix="conformance-kit-") as folder, tempfile.TemporaryDirectory(prefix="conformance-") as logs:
        status = subprocess.run([str(with_differences(kit, folder) / "replay"), "--daemon", options.daemon, "--jobs", options.jobs,
                                 "--log-dir", logs, *groups]).returncode
        reports = sanitizer_reports(pathlib.Path(logs))
    print(*reports, sep="\n", end="\n" if reports else "")
    return 1 if reports else status


sys.exit(main())
