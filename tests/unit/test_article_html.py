"""What a reader sees of HTML, and what is not HTML at all."""

import time

import pytest

from wirewatch.article.html_text import html_to_text


@pytest.mark.parametrize(
    "text",
    [
        "profit < 5% & falling",
        "AT&T, R&D; Q&A and &unknown; things & more",
        "x<y",
        "if a<b and c>d then stop",
        "a<b>c",
        "vector<int> and <i> alone",
        "<5 % of <10 people",
        "-->  <--",
        "a <!-- without its end",
        "price &copy without a semicolon, ?a=1&lt=2",
        "<p and q> are letters",
        "<unknown>tag</unknown>",
        "<ministry of defense>",
        "line one\n\n  line  two \n",
    ],
)
def test_text_that_only_looks_like_html_is_not_touched(text: str) -> None:
    assert html_to_text(text) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<P CLASS=x>One.<P>Two.", "One.\n\nTwo."),
        ("<div>One<p>Two</p>Three</div>Four", "One\n\nTwo\n\nThree\n\nFour"),
        ("<h1>Head</h1>\n\n\n<p></p>\n<p>Text</p>", "Head\n\nText"),
        ("<ul><li>One</li><li>Two</ul>", "One\n\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("One<br><br />two", "One\n\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>after", "a\nb\nc\n\nafter"),
        ("<table><tr><td>a<td>b<tr><td>c</table>after", "a\nb\nc\n\nafter"),
        ("<pre>one\ntwo\n\nthree</pre>four\nfive", "one\ntwo\n\nthree\n\nfour five"),
        ("<p>much   \n  space\tand\nlines</p>", "much space and lines"),
    ],
)
def test_blocks_are_paragraphs_and_breaks_are_line_ends(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_line_ends_of_a_text_with_inline_tags_only_stay() -> None:
    assert html_to_text("One <b>bold</b>\nline\n\nNew <a href=x>paragraph</a>") == "One bold\nline\n\nNew paragraph"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>South <b>Korea</b>&#8217;s</p>", "South Korea\N{RIGHT SINGLE QUOTATION MARK}s"),
        ("<p>un<b>believ</b>able <i>x</i>.</p>", "unbelievable x."),
        ("<p>25&nbsp;000 &lt; 5&#37; &amp;amp; AT&T</p>", "25 000 < 5% &amp; AT&T"),
        ("AT&amp;T &#x2013; caf&eacute;", "AT&T \N{EN DASH} caf\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("&lt;p&gt;is a tag&lt;/p&gt;", "<p>is a tag</p>"),
        ("<p>x<y and z</p> < & > <5", "x<y and z\n\n< & > <5"),
        ("<p>a<b and c</p>", "a<b and c"),
        ("<custom-x role=a>kept</custom-x><p>too</p>", "kept\n\ntoo"),
        ("<a href='x<y>z'>link</a> text", "link text"),
        ("<ruby>日<rt>に</rt>本<rt>ほん</rt></ruby>", "日本"),
    ],
)
def test_inline_markup_and_references_become_what_they_show(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><script>if (a<b) {'<p>x</p>'}</script><p>b</p>", "a\n\nb"),
        ("<style>p {}</style><p>a<!-- <p>hidden</p> --></p>", "a"),
        ("<p>a</p><script>never ends <p>b", "a"),
        ("<p>a</p><!-- never ends <p>b", "a"),
        ("<p>a</p><select>never ends <p>b", "a\n\nnever ends\n\nb"),
        ("<html><head><title>T</title></head><body>B</body></html>", "B"),
        ("<p>a<noscript>no</noscript><svg><text>no</text></svg><template>no</template></p>", "a"),
        ("<frameset><frame></frameset><p>seen", "seen"),
        ("<![CDATA[<p>Hi &amp; ho</p>]]>", "Hi & ho"),
    ],
)
def test_what_no_reader_sees_is_dropped(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize("html", ["<p>a&#0;&#1;&#13;&#x1f;&#xD800;b</p>", "a&#0;&#1;&#13;&#x1f;&#xD800;b"])
def test_references_bring_no_control_characters_or_surrogates(html: str) -> None:
    text = html_to_text(html)
    text.encode()
    assert all(character.isprintable() or character in " \n" for character in text)


_MEGABYTE = 1_000_000
_HOSTILE = {
    "nested blocks": "<div>",
    "nested blocks and ends": "<div></p>",
    "nested inline": "<b>",
    "unclosed ends": "<div></x></p></span>",
    "nested tables": "<table><tr><td>",
    "nested pre": "<pre>\n",
    "unclosed tags": "<p ",
    "open angles": "<",
    "unfinished attributes": "<p a='",
    "unfinished references": "&amp",
    "references": "&lt;",
    "unclosed comments": "<p>x</p><!--",
    "unclosed scripts": "</script><scripts",
    "unclosed unseen": "<svg><select>",
    "script ends": "<p>x<script></script",
    "breaks": "<br>",
    "cdata": "<![CDATA[<p>",
    "quotes": "<p>x</p><a href=\"'",
    "spaces": "<p>x</p>          ",
    "cells": "<td>          ",
}


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_megabyte_of_hostile_html_is_read_in_linear_time(name: str) -> None:
    html = _HOSTILE[name] * (_MEGABYTE // len(_HOSTILE[name]))
    started = time.process_time()
    html_to_text(html)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{n}" for n in range(150_000)) + ">seen</p>",
        "<p>" + "".join(f"<b x={n}>" for n in range(50_000)) + "</p>" + "<p>seen" * 50_000,
        "<img src='data:image/png;base64," + "A" * _MEGABYTE + "'><p>seen</p>",
    ],
    ids=["attributes", "formatting elements", "inlined image"],
)
def test_parsers_worst_cases_are_read_in_linear_time(html: str) -> None:
    started = time.process_time()
    assert "seen" in html_to_text(html)
    assert time.process_time() - started < 10
