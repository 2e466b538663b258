"""HTML to text, for bodies and titles that may be either.

What is HTML is decided by real markup, since news also says `profit < 5 % & falling`, `AT&T` and `x<y`. A text is HTML
when it has one of these, with names that HTML knows:

- a complete tag of an element that structures text or stands alone (`<p>`, `</div>`, `<br/>`, `<p class="x">`);
- a tag of any other element with an attribute (`<a href=…>`), or its end tag (`</b>`); `a<b` and `<i>` alone are text;
- a doctype, a comment with its end, or a CDATA section.

In a text that is not HTML only complete character references of known names (`&amp;`, `&#8217;`) are replaced. In one
that is, block elements become paragraphs (a blank line between them), `<br>`, table rows and cells end a line, two
`<br>` in a row a paragraph, and other white space is one space. Where no tag gives structure, only `<b>` and its like,
the text's own line ends stay. Script, style and other content that no reader sees is dropped.

The parser is selectolax's (lexbor, which follows the HTML standard). Such parsers need quadratic time for hostile
nesting, so breaks are marked in the source beforehand, which makes the tree unimportant, and a text of very many tags
is parsed in pieces: time and memory stay linear in the text's length, and nothing here recurses.
"""

import re
from collections.abc import Callable
from html import unescape
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser

from wirewatch.article.html_names import BLOCKS, CELLS, INLINE, UNSEEN

__all__ = ["html_to_text"]

_PARAGRAPH_MARK, _LINE_MARK, _CELL_MARK = "\x1e", "\x1f", "\x1d"
_AFTER_TABLE = f"</table>{_PARAGRAPH_MARK}<hr"  # a mark among rows would be moved to before the table
_TAGS_IN_A_PIECE = 250
_LONGEST_TAG = 10_000


def _any_of(names: frozenset[str]) -> str:
    return "(?:" + "|".join(sorted(names, key=lambda name: (-len(name), name))) + r")(?![\w:-])"


_ATTRIBUTE = r"\s+[\w:@.-]+\s*=[^<>]*"
_IS_HTML = re.compile(
    rf"<(?:/?{_any_of(BLOCKS | CELLS | {'br'})}(?:{_ATTRIBUTE})?\s*/?>"
    rf"|{_any_of(INLINE | UNSEEN)}{_ATTRIBUTE}>"
    rf"|/{_any_of(INLINE | UNSEEN)}\s*>"
    r"|!doctype\s+html\b|!\[CDATA\[)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|([A-Za-z][A-Za-z0-9]{1,31}));")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_TAG_START = re.compile(r"</?([A-Za-z][\w:-]*)(?:(?=[^<>]*>|\s+[\w:@.-]+\s*=)|())")  # group 2: no tag after all
_PRE_TAG = re.compile(r"(</?pre(?![\w:-]))", re.IGNORECASE)
_UNSEEN_START = re.compile(rf"<(?:({_any_of(UNSEEN)})|!--)", re.IGNORECASE)
_UNSEEN_ENDS = {name: re.compile(rf"</{name}(?![\w:-])[^<>]*>?", re.IGNORECASE) for name in UNSEEN}
_LONG_TAG = re.compile(rf"<([A-Za-z][\w:-]*)[^<>]{{{_LONGEST_TAG},}}")
_PIECE = re.compile(rf"[^<]+(?:<[^<]*){{0,{_TAGS_IN_A_PIECE}}}|(?:<[^<]*){{1,{_TAGS_IN_A_PIECE}}}")
_HAS_MARK = re.compile(f"[{_PARAGRAPH_MARK}{_LINE_MARK}{_CELL_MARK}]")
_BLANK_LINES = re.compile(r"\n{2,}")


def html_to_text(text: str) -> str:
    """Return the text that a reader of `text` sees; unchanged where it is neither HTML nor has character references.

    Lines end with LF already.
    """
    if "<" in text and (_IS_HTML.search(text) or ("<!--" in text and "-->" in text)):
        return _text_of_html(text)
    if "&" in text:
        return _REFERENCE.sub(_referenced, text)
    return text


def _referenced(reference: re.Match[str]) -> str:
    name = reference[1]
    if name is not None and f"{name};" not in html5:
        return reference[0]
    return _CONTROL.sub(" ", unescape(reference[0]))


def _text_of_html(text: str) -> str:
    """Return the text of HTML, paragraphs set apart by blank lines."""
    html = _without_unseen(_unwrapped(text))
    if "<pre" in html or "<PRE" in html:
        html = _with_lines_of_pre(html)
    marked = _TAG_START.sub(_marked, html)
    if not _HAS_MARK.search(marked):
        marked = marked.replace("\n", _LINE_MARK)
    shown = _laid_out("".join(map(_parsed, _PIECE.findall(_without_long_tags(marked)))))
    return _CONTROL.sub(" ", shown) if "&#" in text else shown


def _unwrapped(text: str) -> str:
    """Take off a CDATA section that is left of some XML around the HTML."""
    return text.replace("<![CDATA[", "").replace("]]>", "") if "<![CDATA[" in text else text


def _without_unseen(html: str) -> str:
    """Drop comments, and unseen elements with their content.

    Without its end, a comment, script or style hides all that follows, as in a browser; of other elements only
    the tag goes.
    """
    kept: list[str] = []
    position = 0
    endless: set[str] = set()
    while found := _UNSEEN_START.search(html, position):
        name = (found[1] or "").lower()
        end = -1 if name in endless else _end_of(name, html, found.end())
        kept.append(html[position : found.start()])
        if end < 0 and name in {"", "script", "style"}:
            return "".join(kept)
        if end < 0:
            endless.add(name)
            kept.append("<span")
        position = found.end() if end < 0 else end
    kept.append(html[position:])
    return "".join(kept)


def _end_of(name: str, html: str, start: int) -> int:
    """Return where the element (a comment for an empty name) ends, or -1."""
    if not name:
        end = html.find("-->", start)
        return end + len("-->") if end >= 0 else -1
    found = _UNSEEN_ENDS[name].search(html, start)
    return found.end() if found else -1


def _with_lines_of_pre(html: str) -> str:
    """Mark the line ends inside `<pre>`, which are the text's own."""
    parts = _PRE_TAG.split(html)
    depth = 0
    for number, part in enumerate(parts):
        if number % 2:
            depth = depth + 1 if part[1] != "/" else max(depth - 1, 0)
        elif depth:
            parts[number] = part.replace("\n", _LINE_MARK)
    return "".join(parts)


def _marked(tag: re.Match[str]) -> str:
    """Put a mark before a tag that breaks the text; what only looks like a tag becomes text."""
    if tag[2] is not None:
        return "&lt;" + tag[0][1:]
    name = tag[1].lower()
    if name in BLOCKS:
        return _PARAGRAPH_MARK + tag[0] if tag[0].lower() != "</table" else _AFTER_TABLE
    if name == "br":
        return _LINE_MARK + tag[0]
    return _CELL_MARK + tag[0] if name in CELLS else tag[0]


def _without_long_tags(html: str) -> str:
    """Drop the attributes of enormous tags (inlined images): the parser compares each with each."""
    return _LONG_TAG.sub(r"<\1 ", html) if len(html) > _LONGEST_TAG else html


def _parsed(html: str) -> str:
    root = LexborHTMLParser(html, is_fragment=True).root
    return root.text() if root is not None else ""


def _laid_out(marked: str) -> str:
    return _joined("\n\n", marked, _PARAGRAPH_MARK, _cells)


def _cells(paragraph: str) -> str:
    return _joined("\n", paragraph, _CELL_MARK, _lines) if _CELL_MARK in paragraph else _lines(paragraph)


def _lines(paragraph: str) -> str:
    """Blank lines stay: two `<br>` are a paragraph."""
    if _LINE_MARK not in paragraph:
        return _one_spaced(paragraph)
    lines = "\n".join(map(_one_spaced, paragraph.split(_LINE_MARK)))
    return _BLANK_LINES.sub("\n\n", lines.strip("\n"))


def _joined(separator: str, marked: str, mark: str, lay_out: Callable[[str], str]) -> str:
    return separator.join(filter(None, map(lay_out, marked.split(mark))))


def _one_spaced(line: str) -> str:
    return " ".join(line.split())
