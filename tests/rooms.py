#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: the rules of docs/architecture.md as a table. A room is a folder, or a file by its name without
ending; a file is in the longest room that its path begins with. Fails at an include that no row allows, a file without a
room and a circle of rooms."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent

# room: rooms that it may include besides itself. A name alone stands for all of its rooms.
ROOMS = {
    "proto": "",
    "bpf": "common/rtp",
    "kmod": "common/rtp",
    "xtables": "kmod",
    "common/base": "",
    "common/rtp": "",
    "common/state": "common/base",
    "common/uv": "common/base",
    "common/link": "common/base common/uv proto",
    "common/ng": "common/base", # values in both encodings
    "common/options": "common/base proto",
    "common/dtls": "common/base",
    "common/srtp": "common/base common/state",
    "common/child": "common/base common/link common/uv proto bpf",

    "control/budget": "common/base",
    "control/random": "common/base",
    "control/sdp/wishes": "",
    "control/random_bytes": "",
    "control/sdp": "common/base common/srtp control/budget control/sdp/wishes",
    "control/ng/operations": "", # the protocol's words are for whoever counts them
    "control/ng/command_table": "control/ng/operations",
    "control/ng": "common/base common/ng common/uv control/budget control/ng/command_table control/ng/operations "
                  "control/sdp/wishes control/stats",
    "control/ports": "common/base proto control/random",
    "control/stats": "common/base control/ng/command_table control/ng/operations common/ng",
    "control/worker": "common proto",
    "control/call": "common proto control/budget control/random control/random_bytes control/ng control/sdp control/ports control/worker control/stats",
    "control/store": "common proto control/call control/ports",
    "control/ctl": "common proto control/call control/ng",
    "control/verbs": "common proto control/call control/ng control/ports control/sdp",
    "control/statistics_input": "common control/call control/stats",
    "control/restoration": "common proto control/call control/store",
    "control/identities": "common/base common/dtls proto",
    "control/served": "common proto control/call control/ctl control/stats control/ng control/statistics_input control/store control/verbs",
    "control/service": "common proto control/call control/ctl control/identities control/random control/restoration control/served control/store "
                       "control/worker",
    "control/main": "common proto control/service",

    "dataplane/rtp": "common/base common/rtp",
    "dataplane/flow": "common/base common/rtp dataplane/rtp",
    "dataplane/io": "common bpf dataplane/flow dataplane/rtp",
    "dataplane/offload": "common bpf kmod dataplane/flow dataplane/rtp dataplane/srtp",
    "dataplane/dtls": "common/base common/dtls common/srtp",
    "dataplane/ice": "common/base",
    "dataplane/srtp": "common/base common/rtp common/srtp common/state kmod",
    "dataplane/timing": "common/uv",
    "dataplane/spec": "common/base common/dtls common/srtp dataplane/flow dataplane/ice dataplane/rtp",
    "dataplane/link": "common proto dataplane/flow dataplane/ice dataplane/rtp dataplane/spec",
    "dataplane/worker": "common bpf proto dataplane/spec dataplane/dtls dataplane/flow dataplane/ice dataplane/io dataplane/link dataplane/offload dataplane/rtp dataplane/srtp dataplane/timing",
    "dataplane/process": "common proto dataplane/worker",
    "dataplane/main": "dataplane/process",

    "supervisor/netfilter": "common proto kmod",
    "supervisor/media/range": "common/base proto",
    "supervisor/bpf": "common proto bpf supervisor/media/range",
    "supervisor/status": "common/base proto",
    "supervisor/reexec/handover": "common proto supervisor/status",
    "supervisor/indexes": "common/base",
    "supervisor/plan": "common proto supervisor/indexes",
    "supervisor/kernel": "common proto kmod supervisor/reexec/handover supervisor/netfilter supervisor/status",
    "supervisor/media": "common proto supervisor/bpf supervisor/reexec/handover supervisor/media/range supervisor/plan",
    "supervisor/operation/table": "",
    "supervisor/operation/course": "common/base supervisor/operation/table",
    "supervisor/operation/operations": "common/base common/uv supervisor/status supervisor/operation/course "
                                       "supervisor/operation/table",
    "supervisor": "common proto",
    "edge/net": "common",
    "edge/link": "common proto",
    "edge/replies": "edge/link",
    "edge/ng": "common proto edge/admission edge/link edge/net edge/replies",
    "edge/admission": "",
    "edge/shared": "proto edge/admission edge/link edge/ng/plain",
    "edge/snapshot": "common/ng",
    "edge/metrics": "common/ng edge/snapshot",
    "edge/cli": "common proto edge/link edge/net edge/shared edge/snapshot",
    "edge/ng/plain": "",
    "edge/http/request": "common/base",
    "edge/http": "common proto edge/metrics edge/cli edge/http/request edge/link edge/net edge/ng edge/replies edge/shared edge/ws",
    "edge/ws/upgrade": "edge/http/request",
    "edge/ws": "common proto edge/cli edge/http/request edge/ws/upgrade edge/link edge/net edge/ng edge/replies edge/shared",
    "edge/tls": "common/base edge/net",
    "edge/service": "common proto edge/cli edge/tls edge/admission edge/http edge/link edge/net edge/ng edge/shared edge/ws",
    "edge/main": "common proto edge/service",
    "ctl/table": "common/base",
    "ctl/selftest": "common control/sdp ctl/table",
    "ctl": "common proto ctl/selftest ctl/table",
}

# third-party headers, as they begin: the rooms that may know them; others (fmt) are for all
LIBRARIES = {
    "uv.h": "common/uv",
    "zmq": "common/link",
    "google/protobuf/": "common/link common/options supervisor",
    "nlohmann/": "common/ng supervisor",
    "lmdb.h": "control/store",
    "libmnl/": "supervisor/netfilter supervisor/bpf",
    "bpf/": "supervisor/bpf dataplane/offload bpf",
    "cap-ng.h": "common/child supervisor/bpf",
    "seccomp.h": "common/child",
    "systemd/": "supervisor",
    "xtables.h": "xtables",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.MULTILINE)
FOLDERS = ["bpf", "common", "control", "ctl", "dataplane", "edge", "kmod", "proto", "supervisor", "xtables"]


def within(path, room):
    return path == room or path.startswith(room + "/")


def room_of(path):
    """The room of a file, by its path without ending; None: it has no row."""
    return max((room for room in ROOMS if within(path, room)), key=len, default=None)


def may(room, header):
    """`header`: path without ending. The supervisor's own files, at its top, may have all of its rooms."""
    own = room_of(header)
    return own == room or room == "supervisor" == header.split("/")[0] or any(within(own, a) for a in ROOMS[room].split())


def owned(target, beside):
    """Path without ending of a header of ours, or None: "x.h" may lie beside the file, or below the top."""
    for base in (TOP, beside, TOP / "bpf"):
        if (base / target).is_file():
            return (base / target).relative_to(TOP).with_suffix("").as_posix()
    return "proto/" + target.removesuffix(".pb.h") if target.endswith(".pb.h") else None


def foreign(target):
    """The rooms that may have this header of a library; None: everybody."""
    for start, rooms in LIBRARIES.items():
        if target.startswith(start):
            return rooms.split()
    return None


def complaint(path, quote, target, beside):
    """What is wrong with one include, or None."""
    room = room_of(path)
    header = owned(target, beside) if quote == '"' else None
    if header is None:
        allowed = foreign(target)
        return None if allowed is None or any(within(path, a) for a in allowed) else f"<{target}> belongs to {', '.join(allowed)}"
    if room_of(header) is None:
        return f"{header} has no row in ROOMS"
    if may(room, header):
        return None
    return f"{room} may not include {room_of(header)} ({target})"


def sources():
    for folder in FOLDERS:
        for file in sorted((TOP / folder).rglob("*.[ch]*")):
            if file.suffix in (".h", ".c", ".cpp") and not file.name.endswith((".mod.c", ".skel.h")):
                yield file


def circles():
    """Rooms that come to themselves again by the table, or lead to such."""
    allowed = {room: {r for a in row.split() for r in ROOMS if within(r, a) and r != room} for room, row in ROOMS.items()}
    while ends := [room for room, others in allowed.items() if not others & allowed.keys()]:
        for room in ends:
            del allowed[room]
    return sorted(allowed)  # what is left leads only to itself


def main():
    wrong = [f"{room} is in a circle, or leads to one" for room in circles()]
    for file in sources():
        path = file.relative_to(TOP).with_suffix("").as_posix()
        if room_of(path) is None:
            wrong.append(f"{path} has no row in ROOMS")
            continue
        for quote, target in INCLUDE.findall(file.read_text()):
            why = complaint(path, quote, target, file.parent)
            if why:
                wrong.append(f"{file.relative_to(TOP)}: {why}")
    print(*wrong, sep="\n")
    print(f"{len(ROOMS)} rooms, {len(wrong)} wrong")
    return 1 if wrong else 0


sys.exit(main())
