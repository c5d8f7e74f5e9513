# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end scripts share: hosts, the daemon under test, NG, RTP, captures, checks."""
