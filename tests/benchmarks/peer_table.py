"""Owns the tables of a comparison: ours, the peer's, and their ratio. Never measures.

A ratio is the peer's figure over ours, so above 1 this project needs less.
"""

import statistics
from collections.abc import Sequence

_NAME = 64


def times_heading(peer: str) -> str:
    """What stands above `times`."""
    return (
        f"{'milliseconds':<{_NAME}} {'p50':>9} {'p95':>9} {peer + ' p50':>12} {peer + ' p95':>12} {peer + '/ours':>12}"
    )


def times(name: str, ours: Sequence[float], theirs: Sequence[float]) -> str:
    """A line with median and 95th percentile of each, from seconds, and the ratio of the medians."""
    middle, their_middle = statistics.median(ours), statistics.median(theirs)
    figures = f"{middle * 1e3:9.1f} {_high(ours) * 1e3:9.1f} {their_middle * 1e3:12.1f} {_high(theirs) * 1e3:12.1f}"
    return f"{name:<{_NAME}} {figures} {their_middle / middle:12.3g}"


def heading(unit: str, peer: str) -> str:
    """What stands above `figure`."""
    return f"{unit:<{_NAME}} {'ours':>9} {peer:>9} {peer + '/ours':>12}"


def figure(name: str, ours: float, theirs: float) -> str:
    """A line with one number of each and their ratio."""
    return f"{name:<{_NAME}} {ours:9.1f} {theirs:9.1f} {theirs / ours:12.3g}"


def _high(seconds: Sequence[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
