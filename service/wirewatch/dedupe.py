"""The identity of an alert: the same rule and the same article always give the same id.

Everything that removes duplicates (the alert stage's table, a subscriber's own store) keys on this id, so it
is a pure function of the two ids and must never change: an id that changes is an alert sent twice.
"""

import hashlib
from itertools import product
from string import ascii_lowercase

__all__ = ["alert_id"]

_PREFIX = "alr_"
_DIGEST_BYTES = 20  # 160 bits: no collision in any archive of alerts; 32 base32 characters without padding
_PAIRS = ["".join(pair) for pair in product(ascii_lowercase + "234567", repeat=2)]
"""Two characters for ten bits: the standard library's base32 takes longer than all else here."""
_SHIFTS = range(8 * _DIGEST_BYTES - 10, -1, -10)


def alert_id(rule_id: str, article_id: str) -> str:
    """Return the id of the alert that `rule_id` raises for `article_id`.

    The two are joined with a NUL, which no rule id can hold, so no two different pairs share an input. The
    result is `alr_` and 32 lower-case base32 characters: safe in URLs, Kafka keys, headers and file names.
    """
    digest = int.from_bytes(hashlib.sha256(f"{rule_id}\0{article_id}".encode()).digest()[:_DIGEST_BYTES], "big")
    return _PREFIX + "".join([_PAIRS[digest >> shift & 0x3FF] for shift in _SHIFTS])
