"""Laws of seeking words without analysing a text: it finds what analysis finds, or says that it can't."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

from hypothesis import example, given
from hypothesis import strategies as st

from wirewatch.text import Seeker, analyse, is_sought, token_spans

texts = st.one_of(
    st.text(alphabet="aBsS'’. ", max_size=25),
    st.text(alphabet="aBs12.,'’&#-/\n \t\r\xa0“”éŁøİ", max_size=40),
    st.lists(
        st.sampled_from(["U.S.", "us", "Korea's", "korea", "O'Brien", "São", "sao", "1,000", "1000", "s", "a", "b2.5"]),
        max_size=12,
    ).flatmap(lambda words: st.sampled_from([" ", ", ", "-", "\n", "'", ".", ""]).map(lambda gap: gap.join(words))),
)


def _sought(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]] | None:
    try:
        return sorted(set(Seeker(text).spans(terms)))
    except ValueError:
        return None


@given(text=texts, length=st.integers(1, 3))
@example(text="x's's a", length=1)
@example(text="the U.S.'s", length=2)
def test_seeking_finds_what_analysis_finds(text: str, length: int) -> None:
    terms, spans = analyse(text).terms, token_spans(analyse(text))
    phrases = [tuple(terms[start : start + length]) for start in range(len(terms) - length + 1)]
    for phrase in filter(is_sought, phrases):
        places = [start for start, other in enumerate(phrases) if other == phrase]
        assert _sought(text, phrase) in (None, [(spans[place][0], spans[place + length - 1][1]) for place in places])


@given(text=texts, term=st.sampled_from(["a", "b", "s", "as", "us", "sa", "1", "a1", "sao", "obrien", "1000"]))
def test_seeking_finds_nothing_where_analysis_finds_nothing(text: str, term: str) -> None:
    is_there = term in analyse(text).terms
    assert _sought(text, (term,)) is None or bool(_sought(text, (term,))) is is_there


def test_news_in_latin_script_needs_no_analysis() -> None:
    text = "“São Paulo’s mayor,” the U.S. said – Łódź, too.\n\nThe end"
    assert [text[start:end] for start, end in Seeker(text).spans(("sao", "paulo"))] == ["São Paulo’s"]
    assert [text[start:end] for start, end in Seeker(text).spans(("us",))] == ["U.S."]
