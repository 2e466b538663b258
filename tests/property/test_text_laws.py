"""Laws of the analysis of text, over anything Unicode has."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

from unicodedata import is_normalized, normalize

from hypothesis import example, given
from hypothesis import strategies as st

from wirewatch.text import analyse, exact_forms, fold, nearly_normal, normalise, terms_of, token_spans

_TRICKY = "aZ9 .,'’ʼ&#@$-\u00ad\u200bé\u0301\u0308½ﬁİıßΣς日ﾎﾟガ한\u1100\u1161\u11a8ไทำकि𠮷😀\u3000ＡＢ"
_STACKED = "e\u0301\u0316\u0928\u093c\u094d\u200d"
_COMPOSING = "\u3133\u314f\uac00e\u0301\u0327\u200d\u034f\ufe0f\u0928\u093c\u1100\u1161\u11a8\uff76\uff9e\ufb01\ufdfa"
texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=_TRICKY, max_size=40),
    st.text(alphabet="aBs.,'5 -&", max_size=40),
)


@given(text=texts)
def test_normalising_by_pieces_is_normalising_the_whole(text: str) -> None:
    whole = normalise(normalize("NFKC", text)).text
    assert normalize("NFKC", normalise(text).text) == normalize("NFKC", whole)


@given(text=texts | st.text(alphabet=_COMPOSING, max_size=30) | st.text(alphabet=_STACKED, min_size=30, max_size=90))
@example(text="a" + "\u0344" * 30)
@example(text="\ufb2a" + "\u0951" * 30)
def test_what_is_nearly_normal_is_normalised_to_the_same(text: str) -> None:
    nearly = nearly_normal(text)
    assert is_normalized("NFKC", nearly) or nearly == text
    assert normalise(nearly).text == normalise(text).text


@given(text=texts)
def test_every_span_selects_text_with_the_term_it_is_given_for(text: str) -> None:
    analysed = analyse(text)
    spans = token_spans(analysed)
    assert len(spans) == len(analysed.terms)
    for position, (start, end) in enumerate(spans):
        found = analyse(text[start:end])
        assert analysed.terms[position] in found.terms
        if position in analysed.marked:
            assert analysed.marked[position] in found.marked.values()


@given(text=texts)
def test_spans_do_not_run_backwards(text: str) -> None:
    spans = token_spans(analyse(text))
    assert all(start < end for start, end in spans)
    assert spans == sorted(spans)


@given(word=texts)
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(text=texts)
def test_no_term_is_empty_or_has_a_separator(text: str) -> None:
    for term in terms_of(text):
        assert term
        assert len(terms_of(term)) == 1


@given(text=texts)
def test_case_never_counts_in_plain_words(text: str) -> None:
    ascii_text = text.encode("ascii", "ignore").decode()
    assert terms_of(ascii_text.upper()) == terms_of(ascii_text.lower())


@given(text=st.text(alphabet="aB9 .,'-U.S.", max_size=60))
def test_a_text_reads_the_same_whatever_script_follows(text: str) -> None:
    """ASCII, plane 0 and the rest of Unicode are searched by three patterns, which must be one."""
    alone = analyse(text).terms
    assert analyse(text + " é").terms == [*alone, "e"]
    assert analyse(text + " 😀").terms == alone


@given(text=st.one_of(texts, st.text(alphabet="aB9.,'& \n\u3000\u0085é日😀\u0301", max_size=60)))
def test_a_text_is_the_sum_of_what_stands_between_its_spaces(text: str) -> None:
    """Pieces are analysed once and remembered; the whole, searched at once, has the same tokens."""
    analysed = analyse(text)
    assert len(token_spans(analysed)) == len(exact_forms(analysed)) == len(analysed.terms)
    of_forms = [terms_of(form.lstrip("&@#$")) for form in exact_forms(analysed)]
    assert [(term,) for term in analysed.terms] == of_forms
