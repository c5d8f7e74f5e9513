# SPDX-License-Identifier: Apache-2.0
"""The module and its files, as an operator uses them."""
import errno
import os
import pathlib
import subprocess

MODULE = "xt_RTPENGINE"
ROOT = pathlib.Path("/proc/rtpengine")


def run(*command, **options):
    """Complaints of a program; "" if it succeeded."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    return "" if done.returncode == 0 else done.stdout.strip() or f"status {done.returncode}"


def load(*parameters):
    return run("modprobe", MODULE, *parameters)


def unload():
    return run("rmmod", MODULE)


def loaded():
    return pathlib.Path("/sys/module", MODULE).exists()


def attempt(action, *arguments):
    """"" or the name of the error."""
    try:
        action(*arguments)
        return ""
    except OSError as error:
        return errno.errorcode[error.errno]


def write(path, data):
    """One write(2) of just this, as an operator's echo makes it."""
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, data if isinstance(data, bytes) else data.encode())
    finally:
        os.close(fd)


def command(text):
    """Writes to /proc/rtpengine/control; "" or the name of the error."""
    return attempt(write, ROOT / "control", text)


def tables():
    return (ROOT / "list").read_text()


def status(table):
    return (ROOT / str(table) / "status").read_text()
