"""Abbreviations whose full stop ends no sentence, in English."""

from __future__ import annotations

import re

ENDS_NOTHING = re.compile(
    r"(?:^|[\W_])(?:[A-Z]|(?i:mr|mrs|ms|dr|prof|st|sgt|lt|capt|gen|rev|hon|vs|no|approx|e\.g|i\.e))\.$"
)
"""a text that ends so goes on behind the stop; so does one that ends with an initial"""
