"""Forms that other search languages have: each is refused with ours, rather than searched for as a word."""

# ruff: noqa: RUF001 - full-width signs look like the plain ones that are meant

import re
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from unicodedata import normalize

from wirewatch.query.tree import FieldName

__all__ = ["FIELD_NAMES", "Advice", "advice_for_field", "advice_for_word"]

Advice = tuple[str, str]
"""(what is wrong, what to do about it)"""

FIELD_NAMES = tuple(name.value for name in FieldName)
_MAX_REMEMBERED = 20_000
_FIELD_ADVICE = f"the fields are {', '.join(FIELD_NAMES)}, date and words"

_ALIASES = {
    "title": "hd hl headline headlines head heading intitle ti allintitle subject_line",
    "lead": "lp leadpara lede intro standfirst",
    "body": "bdy text content td intext",
    "source": "sn sc pub publication publisher rst source_name sourcename outlet",
    "author": "by byline au authors journalist",
    "url": "inurl link",
    "lang": "la language lg",
    "country": "re geo geographic place region location countries countrycode",
    "tag": "ns in su subject section terms term tags category topic keyword",
    "site": "domain host website",
    "date": "dt pd published",
    "words": "wc length wordcount",
}
_OURS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}
_MAX_SHOWN = 200
_TITLE_OR_LEAD = frozenset({"hlp", "hlead"})
_COMPARED = frozenset({"date", "words"})

_In = Callable[[re.Match[str]], Advice]


def _proximity(found: re.Match[str]) -> Advice:
    written = found.group()
    name = found["name"].lower()
    ordered = name in {"adj", "pre", "onear", "before"} or bool(found["ordered"])
    return (
        f"{written} is not an operator here",
        f'write {"BEFORE" if ordered else "NEAR"}/{found["distance"] or 10}, or "{written}" to search for it',
    )


def _slop(found: re.Match[str]) -> Advice:
    return f"{found.group()} is not an operator here", f"write NEAR/{found['distance']} between the words"


def _same_unit(found: re.Match[str]) -> Advice:
    unit = "SENTENCE" if found["unit"].lower().startswith("s") else "PARAGRAPH"
    return f"{found.group()} is not an operator here", f"write {unit}"


def _at_least(found: re.Match[str]) -> Advice:
    return f"{found.group()} is not an operator here", f"write ATLEAST/{found['count'] or 3} before the term"


def _instead(operator: str, advice: str) -> _In:
    return lambda found: (f"{operator} is not written {found['sign']} here", advice)


def _not_a_word(found: re.Match[str]) -> Advice:
    return "NOT is not written - here", f'write NOT {found["rest"]}, or "{found.group()}" to search for it'


def _truncated(found: re.Match[str]) -> Advice:
    return "! is not a wildcard here", f'write {found["stem"]}*, or "{found.group()}" to search for the word'


def _field_with_equals(found: re.Match[str]) -> Advice:
    name = found["name"].lower()
    ours = _OURS.get(name, name)
    if ours in _COMPARED:
        return f"nothing is named {found['name']} here", f"write {ours}{found['sign']}{found['rest']}"
    if found["sign"] != "=":
        return f"{found['name']} can't be compared", "only date and words can: date>=2022-09-01, words<200"
    rest = found["rest"] or "..."
    if name in _TITLE_OR_LEAD:
        return f"a field is not written {found['name']}= here", f"write (title:{rest} OR lead:{rest})"
    if ours in FIELD_NAMES:
        return f"a field is not written {found['name']}= here", f"write {ours}:{rest}"
    return f"no field {found['name']}", f'{_FIELD_ADVICE}; write "{found.group()}" to search for it as text'


def _wide(found: re.Match[str]) -> Advice:
    sign = found["sign"]
    plain = normalize("NFKC", sign)
    return (
        f"{sign} is not {plain} here",
        f'write {plain}, or put it in quotes to search for it as text: "{found.group()}"',
    )


def _fixed(message: str, hint: str) -> _In:
    return lambda found: (message.format(found.group()), hint.format(found.group()))


_OPERATORS = ("AND", "OR", "NOT", "NEAR", "BEFORE", "SENTENCE", "PARAGRAPH", "ATLEAST")
_WIDE_OPERATORS = [operator.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) for operator in _OPERATORS]
_WORDS_THAT_ARE_OPERATORS = frozenset(
    {"adj", "ADJ", "onear", "ONEAR", "atleast", "ANDNOT", "BUTNOT", "SAME", *_WIDE_OPERATORS}
)
_INSTEAD_OF_FUZZY = "write ~word for inflections, word* for endings, NEAR/5 between words"
_SEARCH_AS_TEXT = 'put it in quotes to search for it as text: "{}"'

_FOREIGN: tuple[tuple[re.Pattern[str], _In], ...] = tuple(
    (re.compile(pattern, re.DOTALL), advice)
    for pattern, advice in (
        (r"(?P<name>(?i:w|n|pre|within|near|before|onear|adj))/(?P<distance>\d+)(?P<ordered>f?)", _proximity),
        (r"(?P<name>(?i:adj|near|onear|before|pre))(?P<distance>\d{1,2})(?P<ordered>f?)", _proximity),
        (r"(?P<name>adj|ADJ|ONEAR|onear)(?P<distance>)(?P<ordered>)", _proximity),
        (r"(?P<name>)/[nN]?(?P<distance>\d+)(?P<ordered>)/?", _proximity),
        (r"~(?P<distance>\d+)", _slop),
        (r"(?=[^~\\]*~\d{0,2}\Z)[\d\W]*[^\W\d][^~]*~\d*", _fixed("{} means nothing here", _INSTEAD_OF_FUZZY)),
        (r"/[fF]\d+/?", _fixed("{} is not an operator here", "write title: or lead: for words near the beginning")),
        (r"SAME", _fixed("{} is not an operator here", 'write PARAGRAPH, or "SAME" to search for the word')),
        (r"(?i:w)/seg", _fixed("{} is not an operator here", "put the field around both: title:(a AND b)")),
        (r"(?:AND|OR|NOT)/\d+", _fixed("{} is not an operator here", "only NEAR, BEFORE and ATLEAST take a number")),
        (r"(?i:w|n)?/(?P<unit>(?i:s|p|sent|para))", _same_unit),
        (r"(?i:atleast)/?(?P<count>\d*)", _at_least),
        (r"(?i:atl)(?P<count>\d+)", _at_least),
        (r"[^&\\]*(?P<sign>&&)[^&]*", _instead("AND", "write AND")),
        (r"[^|\\]*(?P<sign>\|{1,2})[^|]*", _instead("OR", "write OR")),
        (r"(?P<sign>ANDNOT|BUTNOT|AND-NOT)", _instead("NOT", "write AND NOT")),
        (r"(?P<sign>!)", _instead("NOT", "write NOT before the term")),
        (r"(?P<sign>!)[^!]+", _instead("NOT", "write NOT before the term")),
        (r"-(?P<rest>[\w$#@=~*?].*)", _not_a_word),
        (r"(?P<sign>[-+])", _instead("an operator", "write NOT for -, AND for +, or put it all in quotes")),
        (r"(?P<sign>\+).+", _instead("AND", "write AND between the terms")),
        (r"(?P<stem>\w\w+)!", _truncated),
        (r"[^\^]+\^[\d.]+", _fixed("terms have no weights here", "leave the ^ and the number out")),
        (
            r"(?i:sentence|paragraph)/\d+",
            _fixed("{} is not an operator here", "SENTENCE and PARAGRAPH take no number"),
        ),
        (r"(?P<name>[A-Za-z_]+)(?P<sign>[<>]=?|=[<>]?)(?P<rest>.*)", _field_with_equals),
        (r"[{].*|[^\\]*[}]", _fixed("capitals are not asked for with braces here", 'write ="..." around the words')),
        (
            r":.*",
            _fixed("a colon with nothing before it", "write a field right before it: title:Japan; " + _SEARCH_AS_TEXT),
        ),
        (r"[^＊？：＝～＜＞\\]*(?P<sign>[＊？：＝～＜＞]).*", _wide),
        (rf"(?P<sign>(?:{'|'.join(_WIDE_OPERATORS)})(?:[/／][0-9０-９]+)?)", _wide),
        (r"[=~].*", _fixed("a sign with nothing to stand before", "write a word right after it: =US, ~minister")),
        (r"[<>].*", _fixed("nothing to compare", "write date or words before it: date>=2022-09-01, words<200")),
        (r"\$[A-Za-z].*", _fixed("{} is no name of a list", "names have letters, digits, - and _; " + _SEARCH_AS_TEXT)),
    )
)


@lru_cache(_MAX_REMEMBERED)
def advice_for_word(word: str) -> Advice | None:
    """Return what is wrong with a bare word that means something else elsewhere; None if nothing is."""
    if word.isalpha() and word not in _WORDS_THAT_ARE_OPERATORS:
        return None
    for pattern, advice in _FOREIGN:
        found = pattern.fullmatch(word)
        if found:
            message, hint = advice(found)
            return _cut(message), _cut(hint)
    return None


def _cut(text: str) -> str:
    """Return `text` for people to read: a word of it may be thousands of characters long."""
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}..."


def advice_for_field(name: str, rest: str) -> Advice:
    """Return what is wrong with `name:` followed by `rest`, where no field has this name."""
    name, rest = _cut(name), _cut(rest)
    ours = _OURS.get(name.lower(), name.lower())
    if ours in _COMPARED:
        return f"{name} is compared, not searched", f"write {ours}>={rest if ours == name and rest else '...'}"
    if ours in FIELD_NAMES:
        return f"no field {name}", f"write {ours}:"
    if ours in _TITLE_OR_LEAD:
        return f"no field {name}", f"write (title:{rest or '...'} OR lead:{rest or '...'})"
    near = get_close_matches(ours, FIELD_NAMES, n=1, cutoff=0.7)
    known = f"did you mean {near[0]}:?" if near else _FIELD_ADVICE
    return f"no field {name}", f'{known}; put "{name}:{rest}" in quotes to search for it as text'
