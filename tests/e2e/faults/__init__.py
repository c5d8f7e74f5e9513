# SPDX-License-Identifier: Apache-2.0
"""Cases of faults.py, by what goes wrong."""
import contextlib

from harness.daemon import Daemon


@contextlib.contextmanager
def instance(options, network, arguments, **more):
    """The daemon under test for the length of a block; leaving it normally checks that it stops well."""
    daemon = Daemon(options.daemon, network.proxy, arguments, **more)
    try:
        yield daemon
    except BaseException:
        print("--- the daemon's log ends with:\n" + daemon.log_tail(25))
        daemon.abandon()
        raise
    daemon.stop()
