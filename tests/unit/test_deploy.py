"""What is under deploy/ fits the service: settings, receivers, metrics and versions are the ones that exist."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry

from wirewatch.adapters.metrics import Metrics
from wirewatch.config import load_settings, read_receiver_files

_DEPLOY = Path(__file__).parents[2] / "deploy"
_PROMETHEUS = _DEPLOY / "prometheus"
_ROLES = {"match", "alert", "deliver"}
_SECRET = "whsec_" + "QUJD" * 10
_SELECTOR = re.compile(r"(wirewatch_\w+)(?:\{([^}]*)\})?")
_MATCHER = re.compile(r'(\w+)\s*(=~|=)\s*"([^"]*)"')

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="no promtool: install Prometheus (Debian's package prometheus has it)"
)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    compose = yaml.safe_load((_DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = compose["services"]
    return found


def _ours(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if service["image"] == "wirewatch"}


def _environment(service: dict[str, Any]) -> dict[str, str]:
    """Return the service's environment, with what it has from us in place, as it is outside of the container."""
    mounts = [mount.split(":") for mount in service.get("volumes", ())]
    outside = {target: str(_DEPLOY / source) for source, target, *_ in mounts}
    return {name: outside.get(value, value) for name, value in service["environment"].items()}


def test_compose_runs_each_role_as_a_service_of_its_own(services: dict[str, Any]) -> None:
    commands = {name: service["command"] for name, service in services.items() if name in _ROLES}

    assert commands == {role: ["run", "--role", role] for role in _ROLES}


def test_compose_gives_only_settings_that_exist_and_hold(services: dict[str, Any]) -> None:
    for service in _ours(services).values():
        load_settings(None, _environment(service))


def test_compose_runs_the_service_locked_down(services: dict[str, Any]) -> None:
    for name, service in _ours(services).items():
        assert service["read_only"], name
        assert service["tmpfs"] == ["/tmp"], name  # noqa: S108 - in the container
        assert service["cap_drop"] == ["ALL"], name


def test_compose_grants_longer_to_stop_than_the_service_takes(services: dict[str, Any]) -> None:
    for name in _ROLES:
        grace_seconds = load_settings(None, _environment(services[name])).shutdown.grace_seconds
        assert float(services[name]["stop_grace_period"].removesuffix("s")) > grace_seconds


def test_compose_mounts_only_what_is_there(services: dict[str, Any]) -> None:
    mounts = [mount for service in services.values() for mount in service.get("volumes", ())]
    sources = [mount.split(":")[0] for mount in mounts if mount.startswith(".")]

    assert sources
    assert [source for source in sources if not (_DEPLOY / source).exists()] == []


def test_compose_has_the_kafka_that_the_tests_have(services: dict[str, Any]) -> None:
    pom = (_DEPLOY / "kafka" / "pom.xml").read_text(encoding="utf-8")
    version = re.search(r"<kafka\.version>(.+)</kafka\.version>", pom)

    assert version is not None
    assert services["kafka"]["image"] == f"apache/kafka:{version[1]}"


def test_sample_receiver_is_the_compose_service_that_listens(services: dict[str, Any]) -> None:
    loaded = read_receiver_files([_DEPLOY / "receivers.sample.yaml"], {"WIREWATCH_SECRET_SAMPLE": _SECRET})
    assert not loaded.problems
    assert not loaded.absent
    (receiver,) = loaded.receivers
    listening = services["receiver"]["command"]

    assert receiver.url == f"http://receiver:{listening[listening.index('--port') + 1]}/"


def test_alerts_ask_only_for_series_that_the_service_has() -> None:
    series = _series()
    rules = yaml.safe_load((_PROMETHEUS / "alerts.yml").read_text(encoding="utf-8"))
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]

    for name, matchers in (found for expression in expressions for found in _SELECTOR.findall(expression)):
        assert name in series, name
        for label, _, values in _MATCHER.findall(matchers):
            missing = set(values.split("|")) - series[name][label]
            assert not missing, f"{name} never has {label} {missing}"


@needs_promtool
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "config", "prometheus.yml"),
        ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_promtool_finds_nothing_wrong(arguments: tuple[str, ...]) -> None:
    answer = subprocess.run(  # noqa: S603 - constants
        ["promtool", *arguments],  # noqa: S607 - wherever it is installed
        cwd=_PROMETHEUS,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def _series() -> dict[str, dict[str, set[str]]]:
    """Return the names of all series of a service that has just started, with the values of each label."""
    registry = CollectorRegistry()
    Metrics(registry)
    series: dict[str, dict[str, set[str]]] = {}
    for family in registry.collect():
        for name in (family.name, *(sample.name for sample in family.samples)):
            series.setdefault(name, {})
        for sample in family.samples:
            for label, value in sample.labels.items():
                series[sample.name].setdefault(label, set()).add(value)
    return series
