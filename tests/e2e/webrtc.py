#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A browser (Chromium) and a plain RTP phone, with the daemon between them: ICE and DTLS-SRTP on one side only.

     caller host                proxy host                 callee host
    +-----------+            +--------------+            +-----------+
    | Chromium  | 10.1.0.2   |    daemon    |   10.2.0.2 |   phone   |
    |           |------------|   NG 2223    |------------| (RTP/AVP) |
    +-----------+    10.1.0.1+--------------+10.2.0.1    +-----------+
"""
from harness.browser import Browser
from harness.check import arguments, run_cases
from harness.net import ThreeHosts
from harness.webrtc import AUDIO, VIDEO, call


def browser_calls(check, network, options):
    """Chromium calls the phone: audio"""
    call(check, network, options, Browser, AUDIO, True)


def phone_calls(check, network, options):
    """The phone calls Chromium: audio"""
    call(check, network, options, Browser, AUDIO, False)


def browser_calls_with_video(check, network, options):
    """Chromium calls with audio and video on one port (BUNDLE), the phone has a port for each"""
    call(check, network, options, Browser, VIDEO, True)


def phone_calls_with_video(check, network, options):
    """The phone calls Chromium: audio and video"""
    call(check, network, options, Browser, VIDEO, False)


def main():
    options = arguments(__doc__.splitlines()[0])
    run_cases({"browser-calls": browser_calls, "phone-calls": phone_calls, "browser-calls-with-video": browser_calls_with_video,
               "phone-calls-with-video": phone_calls_with_video}, options.cases, ThreeHosts(), options)


main()
