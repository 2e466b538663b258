"""Stems: what the inflections of a word share, by the Snowball algorithm of the article's language."""

import snowballstemmer

from wirewatch.text.analysis import Analysed, exact_forms, without_possessive
from wirewatch.text.characters import SYMBOLS
from wirewatch.text.fold import fold

__all__ = ["stem", "stemmed_as", "stems"]

_ALGORITHMS = {
    "ar": "arabic",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "eo": "esperanto",
    "es": "spanish",
    "et": "estonian",
    "eu": "basque",
    "fa": "persian",
    "fi": "finnish",
    "fr": "french",
    "ga": "irish",
    "hi": "hindi",
    "hu": "hungarian",
    "hy": "armenian",
    "id": "indonesian",
    "it": "italian",
    "lt": "lithuanian",
    "nb": "norwegian",
    "ne": "nepali",
    "nl": "dutch",
    "nn": "norwegian",
    "no": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
_UNSAID = "en"
_NONE = "und"
_MAX_REMEMBERED = 200_000
"""Stems kept: folding is quick beside them."""

_remembered: dict[tuple[str, str], str] = {}


def stem(form: str, language: str | None) -> str:
    """Return the stem of a word in its exact form, folded; that of a word which has none is its term.

    `language` is an article's (`pt`, `pt-BR`); of an article that doesn't say, it is taken to be English. A language
    without an algorithm has no stems.
    """
    key = stemmed_as(language), form
    found = _remembered.get(key)
    if found is None:
        if len(_remembered) >= _MAX_REMEMBERED:
            _remembered.clear()
        found = _remembered[key] = _stem(form, _ALGORITHMS.get(key[0]))
    return found


def stemmed_as(language: str | None) -> str:
    """Return the code of the language whose stems are taken for `language`; that of no language without stems."""
    code = _UNSAID if language is None else language.strip().lower().replace("_", "-").split("-", 1)[0]
    return code if code in _ALGORITHMS else _NONE


def stems(analysed: Analysed, language: str | None) -> list[str]:
    """Return the stem of each position."""
    return [stem(form, language) for form in exact_forms(analysed)]


def _stem(form: str, algorithm: str | None) -> str:
    word = without_possessive(form).lstrip(SYMBOLS).lower()
    if algorithm is None:
        return fold(word)
    # A stemmer has state while it works, so each word gets its own: making one costs next to nothing.
    return fold(snowballstemmer.stemmer(algorithm).stemWord(word)) or fold(word)
