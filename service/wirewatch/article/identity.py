"""The id of an article, where its publisher gave none: the same article always gets the same id.

These ids are what duplicates are known by, so nothing here may ever change: it would send alerts twice.

From a url (`url-` and 32 hex digits), after what does not make it another page is taken away: the scheme (`http` is
`https`), upper case and a final period in the host, the scheme's own port, user and password, the fragment, a final
slash, and parameters that only track readers (`utm_…`, `fbclid`, …). All else counts, the order of the other
parameters too. A url that names no page (`https://example.com/`) or is not http says nothing about the article.

Else from title and body (`text-` and 32 hex digits), in which white space counts only as being there.

An id of over 500 characters is replaced by its digest (`id-` and 32 hex digits): every alert carries the id, and must
fit into a message.
"""

import hashlib
from urllib.parse import urlsplit

__all__ = ["bounded_id", "id_from_text", "id_from_url", "normal_url"]

_HEX_DIGITS = 32
_LONGEST_ID = 500
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_")
_TRACKING = frozenset(
    ("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid", "_ga")
)
_PORTS = {"http": 80, "https": 443}


def bounded_id(given: str) -> str:
    """Return the id that a publisher gave, if it is not too long to be passed on."""
    return given if len(given) <= _LONGEST_ID else f"id-{_digest(given)}"


def id_from_url(url: str) -> str | None:
    """Return the id of the article at `url`, None where the url does not name a page."""
    normal = normal_url(url)
    return f"url-{_digest(normal)}" if normal is not None else None


def id_from_text(title: str, body: str) -> str:
    """Return the id of the article with this title and body."""
    return "text-" + _digest(" ".join(title.split()) + "\0" + " ".join(body.split()))


def normal_url(url: str) -> str | None:
    """Return what `url` and its variants have in common, `//host/path?query`; None where it does not name a page."""
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _PORTS or not host:
        return None
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    path = parts.path.rstrip("/")
    if not path and not query:
        return None
    address = host.rstrip(".") + (f":{port}" if port not in {None, _PORTS[scheme]} else "")
    return f"//{address}{path}" + (f"?{query}" if query else "")


def _is_tracking(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HEX_DIGITS]
