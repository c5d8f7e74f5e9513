# SPDX-License-Identifier: Apache-2.0
"""/proc/rtpengine: tables come and go, who may touch them, and where they are seen."""
import os
import pathlib
import stat
import subprocess
import sys

import proc
import uapi
from harness.check import run_cases, wait_until
from harness.net import Host
from rules import flush, send_to_table


def refused(check, said, why, what):
    return check(why in said, what, "" if why in said else repr(said))


def header(check):
    """the tests' own idea of the ABI"""
    check.equal(uapi.sizes_differ(), [], "structures have the header's sizes")


def tables(check):
    """add, del, list"""
    check.equal(proc.tables(), "", "list is empty")
    check.equal(proc.command("add 42\n"), "", "add 42")
    check.equal(proc.tables().split(), ["42"], "list")
    check.equal(proc.command("add 42\n"), "EEXIST", "add 42 again")
    check.equal(sorted(os.listdir("/proc/rtpengine/42")), ["blist", "control", "list", "status"], "files of a table")
    check.equal(proc.command("add 0"), "", "add 0 without an end of line")
    check.equal(proc.tables().splitlines(), ["0", "42"], "list, one a line and in order")
    check.equal(proc.command("del 42\n"), "", "del 42")
    check.equal(proc.command("del 42\n"), "ENOENT", "del 42 again")
    check(not os.path.exists("/proc/rtpengine/42"), "its folder is gone")
    check.equal(proc.run("sh", "-c", "echo 'del 0' > /proc/rtpengine/control"), "", "echo 'del 0' as an operator types it")
    check.equal(proc.tables(), "", "list is empty again")


NONSENSE = ["", "\n", "add", "add \n", "add x\n", "add -1\n", "add 64\n", "add 4294967296\n", "add 18446744073709551616\n",
            "add 1 2\n", "del\n", "del 64\n", "del -1\n", "ADD 1\n", "addx 1\n", " add 1\n", "list\n", "flush 0\n",
            "add 1\0", "add 0x\n", "a" * 4096, "add " + "0" * 4000 + "1\n"]


def nonsense(check):
    """what is no command is refused and changes nothing"""
    for text in NONSENSE:
        if text:
            check.equal(proc.command(text), "EINVAL", f"EINVAL for {text[:24]!r}{'...' if len(text) > 24 else ''}")
    check.equal(proc.command("del 5\n"), "ENOENT", "ENOENT for a table that isn't there")
    check.equal(proc.tables(), "", "no table has come of it")
    check.equal(proc.attempt(pathlib.Path("/proc/rtpengine/7").stat), "ENOENT", "nor a folder")


def many(check):
    """64 tables"""
    failed = [n for n in range(64) if proc.command(f"add {n}\n")]
    check.equal(failed, [], "0 to 63 can be added")
    check.equal(proc.tables().split(), [str(n) for n in range(64)], "and are listed")
    check.equal(proc.command("add 64\n"), "EINVAL", "64 can't")
    failed = [n for n in range(64) if proc.command(f"del {n}\n")]
    check.equal((failed, proc.tables()), ([], ""), "and all can be deleted")


def control(check):
    """one controller at a time; its table stays"""
    proc.command("add 1\n")
    with uapi.Control(1) as first:
        check.equal(proc.attempt(uapi.Control, 1), "EBUSY", "a second open for control")
        check.equal(proc.command("del 1\n"), "EBUSY", "del of a controlled table")
        check(str(os.getpid()) in proc.status(1), "status names the controlling process")
        check.equal(proc.attempt(first.call, uapi.hello_message()), "", "its descriptor, passed on, may be greeted again")
    check.equal(proc.attempt(lambda: uapi.Control(1).close()), "", "control can be taken again")
    with uapi.Control(1, greet=False) as rude:
        get = uapi.key_message(uapi.GET, 1, ("10.0.0.1", 1000))
        check.equal(proc.attempt(rude.call, get), "EPROTO", "a message before HELLO")
        check.equal(proc.attempt(rude.call, uapi.hello_message(version=99)), "EPROTO", "HELLO of another version")
        check.equal(proc.attempt(rude.call, uapi.hello_message(stream_size=1)), "EPROTO", "HELLO of other sizes")
        check.equal(proc.attempt(rude.call, uapi.hello_message()), "", "a good HELLO after all")
        check.equal(proc.attempt(rude.call, get), "ENOENT", "GET of a stream that isn't there")
        check.equal(proc.attempt(os.read, rude.fd, 1), "EBADF", "control is not for reading")
    check.equal(proc.attempt(proc.write, "/proc/rtpengine/1/status", "x"), "EIO", "status is not for writing")
    check.equal(proc.command("del 1\n"), "", "del once nobody controls it")


def modes_of(path):
    found = os.stat(path)
    return oct(stat.S_IMODE(found.st_mode)), found.st_uid, found.st_gid


def owners(check):
    """owner, group and mode by parameter"""
    proc.command("add 0\n")
    check.equal(modes_of("/proc/rtpengine/control"), ("0o200", 0, 0), "control belongs to root")
    check.equal(modes_of("/proc/rtpengine/0/control"), ("0o200", 0, 0), "a table's control too")
    check.equal(modes_of("/proc/rtpengine/0/list"), ("0o440", 0, 0), "what is to be read is not for others")
    refused(check, as_user(65534, "cat /proc/rtpengine/0/blist"), "Permission denied", "another user may not read it")
    proc.command("del 0\n")
    check.equal(reloaded("proc_uid=65534", "proc_gid=7", "proc_mode=0600"), "", "loads with parameters")
    check.equal(as_user(65534, "echo add 3 > /proc/rtpengine/control"), "", "their owner may add a table")
    check.equal(modes_of("/proc/rtpengine/3/blist"), ("0o400", 65534, 7), "which is of that owner, group and mode")
    check.equal(as_user(65534, "cat /proc/rtpengine/3/list && exec 3>/proc/rtpengine/3/control"), "", "and control it")
    refused(check, as_user(1000, "echo add 4 > /proc/rtpengine/control"), "Permission denied", "others may not")
    proc.command("del 3\n")
    for bad in ("proc_mode=01777", "max_tables=0", "max_tables=100000", "proc_uid=4294967295"):
        refused(check, reloaded(bad), "Invalid argument", f"{bad} is refused")
    check.equal(reloaded("max_tables=2"), "", "loads with two tables")
    check.equal([proc.command(f"add {n}\n") for n in range(3)], ["", "", "EINVAL"], "of which there are two")
    check.equal([proc.command(f"del {n}\n") for n in range(2)], ["", ""], "and go")
    check.equal(reloaded("max_tables=1000"), "", "loads with 1000 tables")
    check.equal([proc.command("add 999\n"), proc.command("del 999\n")], ["", ""], "999 is one of them")
    check.equal(reloaded(), "", "loads without parameters again")


def as_user(uid, command):
    return proc.run("setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "sh", "-c", command)


def reloaded(*parameters):
    if proc.loaded():
        gone = proc.unload()
        if gone:
            return gone
    return proc.load(*parameters)


def unloading(check):
    """rmmod only when nothing is left"""
    proc.command("add 5\n")
    refused(check, proc.unload(), "in use", "not while a table exists")
    with uapi.Control(5):
        refused(check, proc.unload(), "in use", "nor while it is controlled")
    proc.command("del 5\n")
    with open("/proc/rtpengine/list") as held:
        held.read()
        check.equal(proc.unload(), "", "but while somebody has list open")
    check.equal(reloaded(), "", "it can be loaded again")
    for command in ("iptables-legacy", "iptables-nft", "ip6tables-nft"):
        check.equal(send_to_table(9, [command]), "", f"{command} adds a rule")
        refused(check, proc.unload(), "in use", "not while a rule exists")
        check.equal(flush([command]), "", "the rule goes")
        proc.run("nft", "flush", "ruleset")
        check(wait_until(lambda: reloaded() == "", 5), "and then the module")
    for _ in range(10):
        if reloaded():
            break
    else:
        check(True, "unloaded and loaded ten times")
    check(proc.loaded(), "it is there")
    check.equal(proc.unload(), "", "it goes")
    check(not os.path.lexists("/proc/rtpengine"), "and leaves nothing in /proc")
    check.equal(proc.load(), "", "it comes again")


IN_NAMESPACE = "import sys; sys.path[:0] = {path!r}; import proc; print({code})"


def inside(host, code):
    """An expression of Python in a namespace."""
    script = IN_NAMESPACE.format(path=sys.path[:2], code=code)
    return subprocess.run(["ip", "netns", "exec", host.name, sys.executable, "-c", script], capture_output=True,
                          text=True).stdout.strip()


def namespaces(check):
    """a table belongs to the namespace of its maker"""
    other = Host("other")
    check.equal(inside(other, "proc.command('add 3')"), "", "add 3 in a namespace")
    check.equal(proc.tables(), "", "it is not seen outside")
    check.equal(inside(other, "repr(proc.tables())"), repr("3\n"), "but inside")
    check.equal(proc.command("add 3\n"), "", "3 can be added outside as well")
    check.equal(proc.command("del 3\n"), "", "and goes")
    check.equal(inside(other, "repr(proc.tables())"), repr("3\n"), "without the other's going")
    refused(check, proc.unload(), "in use", "rmmod is refused while a namespace has a table")
    with other.entered():
        held = uapi.Control(3)
        held.set(1, ("10.9.9.9", 4000))
    other.delete()
    check(wait_until(lambda: proc.unload() == "", 20, 0.2), "a namespace that goes takes its table along")
    check.equal(proc.attempt(held.call, uapi.hello_message()) != "", True, "what is held of its control is dead")
    held.close()
    check.equal(proc.load(), "", "the module can be loaded again")


def main():
    check_load = proc.load()
    if check_load:
        sys.exit(f"modprobe: {check_load}")
    run_cases({f.__name__: f for f in (header, tables, nonsense, many, control, owners, unloading, namespaces)}, [])


main()
