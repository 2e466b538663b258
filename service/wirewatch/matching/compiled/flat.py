"""Programs of words, phrases, ORs of those and ANDs of all that, as most queries are, in a third of the time.

They do as `program` would have them do, which has the rest of the language to think of.
"""

from wirewatch.matching.compiled.instructions import ACCEPT, REJECT, Operation, Program, Zone, put_before
from wirewatch.matching.compiled.phrases import Phrases
from wirewatch.query import And, Or, Phrase, Query

__all__ = ["flat_program"]

# Python 3.11 looks a member up ten times as slowly as a name.
_ANY_KEY, _ALL_KEYS, _ANY_PHRASE = int(Operation.ANY_KEY), int(Operation.ALL_KEYS), int(Operation.ANY_PHRASE)
_TEXT = int(Zone.TEXT)

_Either = tuple[list[int], list[int]]
"""Words and phrases (two numbers each) of which an article needs one."""


def flat_program(query: Query, phrases: Phrases) -> Program | None:
    """Return the program of `query`; None where there is more in it."""
    program = Program([], [], [], [], [])
    words: dict[int, None] = {}
    alone: list[_Either] = []
    ors: list[_Either] = []
    of = phrases.of
    for source, operand in enumerate(query.operands if type(query) is And else (query,)):
        if type(operand) is Phrase:
            keys, number, rarest = of(operand)
            for key in keys:
                program.options.append(1)
                program.sources.append(source)
                program.elements.append(1)
                program.keys.append(key)
            if number < 0:
                words[keys[0]] = None
            else:
                alone.append(([], [_TEXT, number, rarest]))
        elif type(operand) is Or and (either := _either(operand, program, phrases)):
            program.sources.append(source)
            ors.append(either)
        else:
            return None
    _write(program.code, [*words], ors + alone)
    return program


def _either(query: Or, program: Program, phrases: Phrases) -> _Either | None:
    """Return the operands of `query`, and put them into `program` as one option; None where there is more in it."""
    words: dict[int, None] = {}
    arguments = [_TEXT]
    elements: dict[tuple[int, ...], None] = {}
    of = phrases.of
    for each in query.operands:
        if type(each) is not Phrase:
            return None
        keys, number, rarest = of(each)
        elements[keys] = None
        if number < 0:
            words[keys[0]] = None
        else:
            arguments += (number, rarest)
    program.options.append(len(elements))
    for keys in elements:
        program.elements.append(len(keys))
        program.keys.extend(keys)
    return [*words], arguments if len(arguments) > 1 else []


def _write(code: list[int], words: list[int], tests: list[_Either]) -> None:
    """Write what is quickest tested first: words, phrases, ORs."""
    place = ACCEPT
    for any_words, any_phrases in tests:
        yes, place = place, REJECT
        if any_phrases:
            place = put_before(code, _ANY_PHRASE, any_phrases, yes, place)
        if any_words:
            place = put_before(code, _ANY_KEY, any_words, yes, place)
    if words:
        put_before(code, _ALL_KEYS, words, place, REJECT)
    code.reverse()
