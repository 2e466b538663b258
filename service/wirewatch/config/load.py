"""Loading settings: the environment over a file over the documented defaults; all problems in one error."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import InitSettingsSource

from wirewatch.config.field_types import without_userinfo
from wirewatch.config.keys import KeyPath, all_keys
from wirewatch.config.layers import CONFIG_VARIABLE, Layer, environment_layer, file_layer
from wirewatch.config.problems import Problem, SettingsError
from wirewatch.config.settings import Settings

__all__ = ["DEFAULTS_FILE", "load_settings"]

DEFAULTS_FILE = Path(__file__).with_name("defaults.toml")
"""Every setting with its meaning, unit, range and default."""

_MAX_SHOWN_CHARACTERS = 60
_ADVICE = {
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "finite_number": "write a number such as 0.5",
    "float_parsing": "write a number such as 0.5",
    "float_type": "write a number such as 0.5",
    "greater_than": "write more than {gt}",
    "greater_than_equal": "write {ge} or more",
    "int_from_float": "write a whole number",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "less_than_equal": "write {le} or less",
    "literal_error": "write one of {expected}",
    "string_pattern_mismatch": "write only characters that {pattern} allows",
    "string_too_long": "write at most {max_length} characters",
    "string_too_short": "write at least {min_length} character",
    "too_long": "give at most {max_length} items",
    "too_short": "give at least {min_length} item",
    "tuple_type": 'write a list, such as ["a", "b"]',
}
"""What to do about each kind of error that pydantic finds, from the error's own details."""


def load_settings(toml_path: Path | None, env: Mapping[str, str]) -> Settings:
    """Return the settings of the environment `env`, over a TOML file, over the defaults.

    The file is `toml_path`, else the one that WIREWATCH_CONFIG in `env` names, else there is none.

    Raises:
        SettingsError: with all problems, each with its variable, or its file and key, and what to do.
    """
    keys = tuple(all_keys(Settings))
    named = env.get(CONFIG_VARIABLE)
    path = toml_path or (Path(named) if named else None)
    layers = (
        environment_layer(env, keys),
        file_layer(path, keys) if path else Layer(),
        file_layer(DEFAULTS_FILE, keys),
    )
    problems = [problem for layer in layers for problem in layer.problems]
    sources = tuple(InitSettingsSource(Settings, layer.values) for layer in layers)
    try:
        settings = Settings(_build_sources=(sources, {}))
    except ValidationError as error:
        secrets = {key.path for key in keys if key.is_secret}
        found = error.errors(include_url=False)
        problems += [_problem(details, layers, is_secret=details["loc"] in secrets) for details in found]
    if problems:
        raise SettingsError(problems)
    return settings


def _problem(details: ErrorDetails, layers: Sequence[Layer], *, is_secret: bool) -> Problem:
    """Return what pydantic found in the words of a person's file or environment."""
    path = tuple(part for part in details["loc"] if isinstance(part, str))
    context = details.get("ctx", {})
    if details["type"] == "value_error":  # one of our own, which says it all
        return Problem(_where(path, layers), str(context["error"]))
    advice = _ADVICE.get(details["type"], details["msg"]).format(**context)
    shown = "the value" if is_secret else _shown(details["input"])
    return Problem(_where(path, layers), f"{shown} won't do", advice)


def _shown(value: object) -> str:
    text = without_userinfo(repr(value))
    return text if len(text) <= _MAX_SHOWN_CHARACTERS else text[:_MAX_SHOWN_CHARACTERS] + "…"


def _where(path: KeyPath, layers: Sequence[Layer]) -> str:
    """Return the places where `path`, or what is in that section, was set, in the topmost layer with any."""
    for layer in layers:
        places = [place for key, place in layer.places.items() if key[: len(path)] == path]
        if places:
            return ", ".join(places)
    return ".".join(path)
