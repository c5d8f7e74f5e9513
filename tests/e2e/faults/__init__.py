# SPDX-License-Identifier: Apache-2.0
"""Cases of faults.py, by what goes wrong."""
