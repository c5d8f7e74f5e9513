#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""GStreamer's webrtcbin and a plain RTP phone, with the daemon between them: another ICE (libnice) and another DTLS-SRTP than a
browser's. It needs gstreamer1.0-nice, gstreamer1.0-plugins-bad, gstreamer1.0-plugins-good, gir1.2-gst-plugins-bad-1.0 and python3-gst-1.0."""
import sys

from harness.check import arguments, run_cases
from harness.net import ThreeHosts
from harness.pipeline import Pipeline, there
from harness.webrtc import AUDIO, call

SKIPPED = 77


def peer_calls(check, network, options):
    """webrtcbin calls the phone"""
    call(check, network, options, Pipeline, AUDIO, True)


def phone_calls(check, network, options):
    """The phone calls webrtcbin"""
    call(check, network, options, Pipeline, AUDIO, False)


def main():
    options = arguments(__doc__.splitlines()[0])
    if not there():
        print("GStreamer has no webrtcbin here")
        sys.exit(SKIPPED)
    run_cases({"peer-calls": peer_calls, "phone-calls": phone_calls}, options.cases, ThreeHosts(), options)


main()
