"""The pinned dependencies are whole: nothing is installed that no hash vouches for, and from no fixed address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[2]
_EVERYTHING = _ROOT / "constraints.txt"
_IMAGE = _ROOT / "deploy" / "requirements.txt"
_IMAGE_BUILD = _ROOT / "deploy" / "build-requirements.txt"
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("path", [_EVERYTHING, _IMAGE, _IMAGE_BUILD])
def test_every_pin_has_one_version_and_its_hashes(path: Path) -> None:
    for entry in _entries(path):
        requirement, *hashes = entry.split(" --hash")
        assert re.fullmatch(r"[^=<>~!]+==[^=<>~! ]+( ;.*)?", requirement.strip()), requirement
        assert len(hashes) == len(_HASH.findall(entry)) > 0, requirement


@pytest.mark.parametrize("path", [_EVERYTHING, _IMAGE, _IMAGE_BUILD])
def test_pins_name_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def test_every_dependency_is_pinned_within_its_range() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for group in project["optional-dependencies"].values() for line in group),
    ]
    pins = _pins(_EVERYTHING)

    for requirement in map(Requirement, wanted):
        pinned = pins.get(canonicalize_name(requirement.name))
        assert pinned is not None, f"{requirement} is not pinned: run `make pins`"
        assert requirement.specifier.contains(pinned), f"{requirement} is pinned to {pinned}: run `make pins`"


def test_image_has_what_the_tests_ran_with_and_no_embedded_broker() -> None:
    everything = _pins(_EVERYTHING)
    image = _pins(_IMAGE)

    assert image.items() | _pins(_IMAGE_BUILD).items() <= everything.items()
    assert not {"noida-db", "pytest", "mypy"} & image.keys()


def _entries(path: Path) -> list[str]:
    text = re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return text.replace("\\\n", "").splitlines()


def _pins(path: Path) -> dict[str, str]:
    pins = (re.match(r"([^=]+)==([^ ;]+)", entry) for entry in _entries(path))
    return {canonicalize_name(pin[1]): pin[2] for pin in pins if pin}
