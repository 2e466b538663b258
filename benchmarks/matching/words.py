"""The words that invented news is made of: common English ones by rank, and invented families of rarer ones."""

# ruff: noqa: SIM905 - hundreds of words read best as text

import random
from collections.abc import Iterator

__all__ = ["CITIES", "COUNTRIES", "FUNCTION_WORDS", "common_words", "families", "names"]

FUNCTION_WORDS = tuple(
    """
the of to and in a for that is on said with was by as at from it be has he are an have his but not will its who they
this were had their which been or more about would after one also out we when up there than her if other all over she
some what into two no could so time first can last new people year before now only most against between during under
while where because them just through how such these three any many should him those both then until even may did
since per being still several however around including among though like back per cent next week month
""".split()
)

_COMMON = """
government minister president country state official police company market report group world million public war
leader party member bank trade deal plan service home case court law power policy issue percent price rate tax work
worker job business industry energy oil gas food water health hospital school university student child family woman
man city town street road house building border army soldier force attack troop weapon missile defense security
nuclear test peace talk meeting summit agreement treaty election vote voter campaign candidate parliament senate
budget debt loan fund money dollar cost profit sale share stock investor investment growth economy economist export
import tariff sanction factory plant production product car truck train railway port ship vessel airline flight
airport storm flood fire earthquake drought climate weather emission carbon forest river island coast sea fish farm
farmer crop wheat harvest disease virus vaccine patient doctor drug research scientist study data computer software
network internet phone technology engineer space satellite rocket team player game match season coach club league
goal win loss record final cup film music book artist museum church festival holiday tourist visit visitor hotel
protest protester strike union demand right freedom journalist newspaper television interview statement decision
judge lawyer trial crime murder prison arrest suspect victim witness investigation charge fraud corruption scandal
resignation reform bill amendment committee commission council mayor governor ambassador embassy diplomat refugee
migrant aid crisis conflict ceasefire rebel militia civilian hostage explosion bomb drone navy pilot general spokesman
analyst expert professor director chairman executive manager owner customer consumer shop store supply demand shortage
inflation recession unemployment wage pension insurance mortgage rent property land mine steel copper gold coal power
electricity grid reactor battery solar wind turbine pipeline refinery fuel engine
""".split()

_LONG_SUFFIXES = ("", "", "", "s", "s", "ed", "ing", "er", "ers", "ment", "al")
_ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl sp st t th tr v w".split()
_VOWELS = "a e i o u ai ea ee ie oa oo ou".split()
_CODAS = "b ck d ft g l ld lk ll m mp n nd ng nk nt p r rd rk rm rn rt s sk ss st t th tt x".split()

_FIRST_NAMES = """
Anna Ben Carla Daniel Elena Frank Grace Henry Ingrid James Karen Liam Maria Nadia Oscar Paula Quentin Rosa Samuel
Tara Ursula Victor Wendy Xavier Yusuf Zoe José Zoë Jürgen Amélie Hiro Mei Min-jun Priya Omar Leila Ivan Olga Kofi
""".split()

COUNTRIES = (
    *("United States", "China", "Japan", "Germany", "India", "United Kingdom", "France", "Italy", "Brazil", "Canada"),
    *("Russia", "South Korea", "Australia", "Mexico", "Spain", "Indonesia", "Turkey", "Netherlands", "Saudi Arabia"),
    *("Switzerland", "Poland", "Taiwan", "Belgium", "Sweden", "Argentina", "Ireland", "Norway", "Austria", "Israel"),
    *("Thailand", "Egypt", "Singapore", "Philippines", "Vietnam", "Malaysia", "South Africa", "Denmark", "Iran"),
    *("Pakistan", "Bangladesh", "Hong Kong", "Colombia", "Chile", "Romania", "Czech Republic", "Finland", "Portugal"),
    *("Peru", "Iraq", "New Zealand", "Greece", "Qatar", "Algeria", "Kazakhstan", "Hungary", "Kuwait", "Ukraine"),
    *("Morocco", "Ethiopia", "Slovakia", "Ecuador", "Kenya", "Angola", "Oman", "Guatemala", "Bulgaria", "Venezuela"),
    *("Uzbekistan", "Luxembourg", "Tanzania", "Croatia", "Lithuania", "Ghana", "Uruguay", "Serbia", "North Korea"),
)
CITIES = """
Washington Beijing Tokyo Berlin Delhi London Paris Rome Brasilia Ottawa Moscow Seoul Canberra Madrid Jakarta Ankara
Riyadh Bern Warsaw Taipei Brussels Stockholm Dublin Oslo Vienna Jerusalem Bangkok Cairo Manila Hanoi Pretoria Tehran
Islamabad Dhaka Bogotá Santiago Bucharest Prague Helsinki Lisbon Lima Baghdad Athens Doha Budapest Kyiv Nairobi
""".split()
_KINDS_OF_BODIES = (
    *("Bank", "Group", "Steel", "Energy", "Motors", "Airways", "Foods", "Pharma", "Systems", "Capital", "University"),
    *("Party", "Institute", "Council", "Mining", "Shipping", "Telecom", "Insurance", "Holdings", "United"),
)


def common_words(chance: random.Random) -> list[str]:
    """Return common English words and plurals of most, the more frequent ones roughly first."""
    ranks: dict[str, float] = {}
    for rank, word in enumerate(dict.fromkeys(_COMMON)):
        ranks[word] = rank + chance.gauss(0, 60)
        if not word.endswith(("s", "x", "y", "ch", "sh", "man")):
            ranks[f"{word}s"] = rank + chance.gauss(100, 60)
    return sorted(ranks, key=ranks.__getitem__)


def families(chance: random.Random, count: int) -> Iterator[tuple[str, ...]]:
    """Yield `count` invented stems, each with some of its inflections, all different."""
    seen: set[str] = set()
    while count:
        stem = _invented(chance, chance.choice((2, 2, 2, 3)))
        family = tuple(dict.fromkeys(stem + suffix for suffix in chance.sample(_LONG_SUFFIXES, k=4)))
        if seen.isdisjoint(family):
            seen.update(family)
            count -= 1
            yield family


def _invented(chance: random.Random, syllables: int) -> str:
    """Return a word that sounds like one, in lower case."""
    inner = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables - 1))
    return inner + chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS)


def names(chance: random.Random) -> Iterator[str]:
    """Yield invented names without end: of people, of companies and other bodies, of places."""
    while True:
        own = _invented(chance, chance.choice((1, 2, 2))).title()
        drawn = chance.random()
        if drawn < 0.5:
            yield f"{chance.choice(_FIRST_NAMES)} {own}"
        elif drawn < 0.85:
            yield f"{own} {chance.choice(_KINDS_OF_BODIES)}"
        elif drawn < 0.9:
            yield f"Bank of {own}"
        else:
            yield own
