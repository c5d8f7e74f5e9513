# SPDX-License-Identifier: Apache-2.0
"""Kinds of tests of supervisor.py, a file each."""
