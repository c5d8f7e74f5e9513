# SPDX-License-Identifier: Apache-2.0
"""Cases of offload.py."""
