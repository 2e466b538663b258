"""What a word is: the page of the language on reading text, row by row."""

# ruff: noqa: RUF001 - characters that look alike are a part of what is tested

import pytest

from wirewatch.text import analyse, exact_forms, fold, paragraphs, sentences, stem, stems, terms_of, token_spans


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("São SAO sao", ["sao", "sao", "sao"]),
        ("Müller MÜLLER Mu\u0308ller", ["muller", "muller", "muller"]),
        ("Łódź Øresund æther Straße", ["lodz", "oresund", "aether", "strasse"]),
        ("İstanbul DIŞİŞLERİ dışişleri", ["istanbul", "disisleri", "disisleri"]),
        ("ёлка Й Ѐ", ["елка", "и", "е"]),
        ("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ", ["οδυσσευσ", "οδυσσευσ"]),
        ("مُحَمَّد محمد محـمد", ["محمد", "محمد", "محمد"]),
        ("שָׁלוֹם", ["שלום"]),
        ("कि का", ["कि", "का"]),
    ],
)
def test_case_and_diacritics_do_not_count(text: str, terms: list[str]) -> None:
    assert analyse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Korea's KOREA’S Koreaʼs", ["korea", "korea", "korea"]),
        ("O'Brien O’Brien's", ["obrien", "obrien"]),
        ("the ministers' plan", ["the", "ministers", "plan"]),
        ("rock'n'roll 'quoted'", ["rocknroll", "quoted"]),
        ("'s", ["s"]),
    ],
)
def test_an_apostrophe_inside_a_word_is_dropped_and_a_possessive_s_with_it(text: str, terms: list[str]) -> None:
    assert analyse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("U.S. U.N. U.S", ["us", "un", "us"]),
        ("U.S.-based U.S.'s", ["us", "based", "us"]),
        ("e.g. J.K. Rowling", ["eg", "jk", "rowling"]),
        ("J.K.Rowling", ["jk", "rowling"]),
        ("the end.Next", ["the", "end", "next"]),
        ("С.Ш.А.", ["сша"]),
        ("Mr. A. Smith", ["mr", "a", "smith"]),
    ],
)
def test_periods_between_single_letters_are_dropped(text: str, terms: list[str]) -> None:
    assert analyse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("3.5 1,000 1,234,567.89", ["3.5", "1000", "1234567.89"]),
        ("in 2022. 3, 4", ["in", "2022", "3", "4"]),
        ("3.5m F-16 COVID-19", ["3.5m", "f", "16", "covid", "19"]),
        ("half: ½", ["half", "1", "2"]),
    ],
)
def test_a_period_or_comma_between_digits_stays_in_the_number(text: str, terms: list[str]) -> None:
    assert analyse(text).terms == terms


def test_hyphens_slashes_and_everything_else_separate() -> None:
    assert analyse("US-Japan and/or x_y—z…").terms == ["us", "japan", "and", "or", "x", "y", "z"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("日本政府", ["日", "本", "政", "府"]),
        ("ﾆｯﾎﾟﾝ ニッポン", ["ニ", "ッ", "ポ", "ン"] * 2),
        ("한국은", ["한", "국", "은"]),
        ("한국", ["한", "국"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("3月5日 ＮＡＴＯ軍", ["3", "月", "5", "日", "nato", "軍"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
    ],
)
def test_scripts_without_spaces_are_read_character_by_character(text: str, terms: list[str]) -> None:
    assert analyse(text).terms == terms


def test_invisible_characters_vanish() -> None:
    assert analyse("Ko\u00adrea Ja\u200bpan \ufeffNATO").terms == ["korea", "japan", "nato"]


@pytest.mark.parametrize(
    ("text", "asked", "terms"),
    [
        ("AT&T", ("at", "&t"), ["at", "t"]),
        ("R&D", ("r", "&d"), ["r", "d"]),
        ("#Quad", ("#quad",), ["quad"]),
        ("@NATO", ("@nato",), ["nato"]),
        ("US$5", ("us", "$5"), ["us", "5"]),
        ("Trinidad & Tobago", ("trinidad", "tobago"), ["trinidad", "tobago"]),
    ],
)
def test_a_symbol_counts_only_when_it_is_asked_for(text: str, asked: tuple[str, ...], terms: list[str]) -> None:
    assert terms_of(text) == asked
    assert analyse(text).terms == terms


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("The U.S. and Korea's AT&T.", ["The", "U.S.", "and", "Korea's", "AT", "&T"]),
        ("Ko\u00adrea, ﾆｯﾎﾟ, ﬁne", ["Ko\u00adrea", "ﾆ", "ｯ", "ﾎﾟ", "ﬁne"]),
        ("“Cafe\u0301” 😀 news", ["Cafe\u0301", "news"]),
    ],
)
def test_spans_are_those_of_the_original_text(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in token_spans(analyse(text))] == parts


def test_folding_leaves_nothing_of_case_and_diacritics() -> None:
    assert fold("SÃO") == fold("são") == "sao"


def test_no_letter_or_digit_of_unicode_folds_to_nothing() -> None:
    everything = (chr(code) for code in range(0x20000) if not 0xD800 <= code < 0xE000)
    assert [char for char in everything if "" in analyse(f"#{char}").terms] == []


def _by_sentence(text: str) -> list[str]:
    analysed = analyse(text)
    by_number: dict[int, list[str]] = {}
    for term, number in zip(analysed.terms, sentences(analysed), strict=True):
        by_number.setdefault(number, []).append(term)
    assert list(by_number) == list(range(len(by_number)))
    return [" ".join(terms) for terms in by_number.values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two. Three! Four? Five", ["one two", "three", "four", "five"]),
        ("Mr. Kim met Dr. J. Smith. They spoke.", ["mr kim met dr j smith", "they spoke"]),
        ("It is No. 5 of 7. He said No. Nobody", ["it is no 5 of 7", "he said no", "nobody"]),
        ("The U.S. and the U.N. agree.", ["the us and the un agree"]),
        ("Some 3.5 percent of 1,000. All", ["some 3.5 percent of 1000", "all"]),
        ("See example.com for it", ["see example com for it"]),
        ('"We won." The end', ["we won", "the end"]),
        ("Wait... what", ["wait", "what"]),
        ("Acme Inc. said so. Acme Inc. The end", ["acme inc said so", "acme inc", "the end"]),
        ("A line\nanother", ["a line", "another"]),
        ("日本。次！三？四", ["日 本", "次", "三", "四"]),
        ("했다. 그", ["했 다", "그"]),
        ("यह है। वह", ["यह है", "वह"]),
        ("ماذا؟ نعم", ["ماذا", "نعم"]),
        ("Г. Иванов. Да", ["г иванов", "да"]),
        ("", []),
        ("...", []),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert _by_sentence(text) == expected


def test_paragraphs_end_at_blank_lines_only() -> None:
    analysed = analyse("\n\na\nb\n \nc. d\n\n\n\ne")

    assert paragraphs(analysed) == [0, 0, 1, 1, 2]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("US us U.S.", ["US", "us", "US"]),
        ("São Korea’s ministers'", ["São", "Korea's", "ministers"]),
        ("ＮＡＴＯ 1,000 3.5", ["NATO", "1000", "3.5"]),
        ("#Quad AT&T", ["#Quad", "AT", "&T"]),
        ("Straße Sa\u0303o", ["Straße", "São"]),
    ],
)
def test_exact_forms_keep_case_diacritics_and_possessives(text: str, forms: list[str]) -> None:
    assert exact_forms(analyse(text)) == forms


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "minister", "Ministers"),
        ("en", "minister", "minister’s"),
        (None, "visit", "visited"),
        ("en-GB", "visit", "visiting"),
        ("de", "Minister", "Ministern"),
        ("fr", "ministre", "Ministres"),
        ("es", "económico", "economicas"),
        ("pt_BR", "candidato", "candidatos"),
        ("ru", "министр", "Министры"),
        ("tr", "şehir", "şehirler"),
        ("hi", "मंत्री", "मंत्रियों"),
        ("ar", "وزير", "وزيرا"),
        ("it", "#voto", "voti"),
    ],
)
def test_inflections_share_a_stem_in_their_language(language: str | None, one: str, other: str) -> None:
    assert stem(one, language) == stem(other, language)


def test_a_language_without_stems_leaves_terms_as_they_are() -> None:
    assert stems(analyse("Ministers visited"), "ja") == ["ministers", "visited"]
    assert stem("minister", "ja") != stem("ministers", "ja")


def test_only_so_many_marks_one_on_the_other_count() -> None:
    crowd = "\u094d\u093c" * 100_000  # to put all of them in order would take minutes
    assert terms_of(f"\u0924{crowd}a") == ("\u0924" + "\u093c" * 15 + "\u094d" * 15 + "a",)
    assert token_spans(analyse(f"\u0924{crowd}a b")) == [(0, 200_002), (200_003, 200_004)]
