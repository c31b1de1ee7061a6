"""Owns how often anybody may try what could be misused: numbers with their reasons, and counting. Never knows who is behind a key.

The counts are in the memory of one process: with several, each allows as much; a restart begins anew. Numbers are chosen
so that a hospital of 3,000 people behind one address does not notice them and a program that hammers does.
"""

import ipaddress
import math
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kb.errors import TooManyTries

if TYPE_CHECKING:
    from limits.strategies import RateLimiter

_MINUTE: Final = 60
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, each of the pairs; and what is said when one is reached."""

    windows: tuple[tuple[int, int], ...]
    message: str
    cure: str = "Wait a little, then go on."


_GUESSING: Final = "There were too many tries to sign in."
_RESET: Final = "Wait, or set a new password with a link by e-mail: that works at once."
LIMITS: Final[Mapping[str, Limit]] = {
    # Guesses at one account from browsers that its owner never used: typing slips stay far below, and a guesser gets 240
    # a day at most, where a password takes a thousand million. The wait grows from minutes to three hours and no more.
    "guess": Limit(((10, 10 * _MINUTE), (30, 3 * _HOUR)), _GUESSING, _RESET),
    # The same for one browser that the owner used before, counted apart: no stranger can use its tries up.
    "guess-from-known-browser": Limit(((10, 10 * _MINUTE), (30, 3 * _HOUR)), _GUESSING, _RESET),
    # Signing in from one address: when a shift begins, some hundred people at most.
    "sign-in": Limit(((300, 10 * _MINUTE),), "Too many people tried to sign in in a short time."),
    # Links by e-mail: for one account more would fill a mailbox (that stays silent), for one address it is no hospital.
    "reset-account": Limit(((4, _HOUR),), "A link was sent several times already."),
    "reset": Limit(((60, _HOUR),), "Too many links were asked for in a short time."),
    # Searches: of 3,000 people 150 at once, each with four a minute. A result page costs about 30 ms of a processor.
    "search": Limit(((600, _MINUTE),), "There were too many searches in a short time."),
    # Suggestions come with every few letters typed.
    "suggestions": Limit(((3_000, _MINUTE),), "There were too many searches in a short time."),
    # Files and texts to compare or import: each may keep a processor busy for seconds.
    "upload": Limit(((120, 10 * _MINUTE),), "Too many files were sent in a short time."),
    # Saves of drafts: one every two seconds from each of four windows.
    "save": Limit(((120, _MINUTE),), "This was saved too often.", "Your text is still on the page. Save it in a minute."),
}  # fmt: skip


class Throttle:
    """Counts, and refuses what goes beyond. One for the app."""

    def __init__(self, limits: Mapping[str, Limit] = LIMITS) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._counting: RateLimiter | None = None

    def hit(self, name: str, key: str) -> None:
        """Counts one try.

        Args:
            name: which limit, of LIMITS.
            key: whose: an account, a browser, an address. Nobody's (an empty key) is never limited.

        Raises:
            TooManyTries: a limit is reached; the try is not counted, so that waiting helps.
        """
        if not key:
            return
        from limits import RateLimitItemPerSecond  # noqa: PLC0415 - for those who search or sign in

        limit = self._limits[name]
        items = [RateLimitItemPerSecond(times, seconds) for times, seconds in limit.windows]
        with self._lock:  # so that of several tries at once none slips through between looking and counting
            counting = self._rate_limiter()
            full = [item for item in items if not counting.test(item, name, key)]
            # In the very moment that a window ends the library's test and its count disagree: the count is right.
            full = full or [item for item in items if not counting.hit(item, name, key)]
            if not full:
                return
            wait = max(counting.get_window_stats(item, name, key).reset_time for item in full) - time.time()
        seconds = max(1, math.ceil(wait))
        raise TooManyTries(f"{limit.message} You can try again in {_words(seconds)}.", limit.cure, seconds)

    def clear(self, name: str, key: str) -> None:
        """Forgets the tries of a key: it was right in the end."""
        from limits import RateLimitItemPerSecond  # noqa: PLC0415

        with self._lock:
            for times, seconds in self._limits[name].windows:
                self._rate_limiter().clear(RateLimitItemPerSecond(times, seconds), name, key)

    def _rate_limiter(self) -> "RateLimiter":
        if self._counting is None:
            from limits.storage import MemoryStorage  # noqa: PLC0415
            from limits.strategies import MovingWindowRateLimiter  # noqa: PLC0415

            self._counting = MovingWindowRateLimiter(MemoryStorage())
        return self._counting


def network(address: str) -> str:
    """The key of an address: itself, of IPv6 the network that one household or hospital has.

    Empty for this computer itself and for what is no address: where a proxy stands before the site and is not trusted
    to say who asks, a limit would count everybody as one.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))


def _words(seconds: int) -> str:
    if seconds < 100:
        return f"{seconds} second{'s' * (seconds != 1)}"
    minutes = math.ceil(seconds / 60)
    if minutes < 100:
        return f"{minutes} minutes"
    return f"{math.ceil(minutes / 60)} hours"
