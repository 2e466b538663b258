"""The elements of HTML, by what they mean for the text that a reader sees."""

__all__ = ["BLOCKS", "CELLS", "INLINE", "UNSEEN"]


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol p pre search section summary "
    "table tbody tfoot thead ul"
)
"""What a blank line sets apart."""

CELLS = _names("td th tr")
"""What begins a line of its own."""

UNSEEN = _names(
    "audio canvas iframe noembed noframes noscript rp rt script select style svg template textarea title video"
)
"""Whose content is not the article's text; `rt` and `rp` are readings set over the characters of a text."""

INLINE = _names(
    "a abbr acronym area b base bdi bdo big button cite code col colgroup data datalist del dfn em embed font i img "
    "input ins kbd label link map mark math meta meter nobr object option optgroup output param picture progress q "
    "ruby s samp slot small source span strike strong sub sup time track tt u var wbr"
)
"""All others but `br`: their tags leave no trace."""
