"""Metrics: every series is there at zero from the start, and each fact moves the right ones."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from wirewatch.adapters.metrics import Metrics
from wirewatch.alert import Decision
from wirewatch.article import RejectReason
from wirewatch.delivery import DeliveryOutcome, FailureKind
from wirewatch.ports import Lag

OURS = {
    "wirewatch_articles_total": {"outcome": {"matched", "unmatched", "rejected"}},
    "wirewatch_articles_rejected_total": {
        "reason": {"not_utf8", "not_json", "wrong_type", "no_text", "too_large", "empty"}
    },
    "wirewatch_match_seconds_count": {},
    "wirewatch_rules_loaded": {},
    "wirewatch_rules_invalid": {},
    "wirewatch_rule_faults_total": {},
    "wirewatch_matches_total": {},
    "wirewatch_alerts_total": {"decision": {"emitted", "duplicate", "rejected"}},
    "wirewatch_article_to_alert_seconds_count": {},
    "wirewatch_deliveries_total": {
        "outcome": {
            "delivered",
            "retry_later",
            "held",
            "aborted",
            "receiver_unusable",
            "exhausted",
            "blocked",
            "unknown_receiver",
            "receiver_disabled",
            "rejected",
        }
    },
    "wirewatch_delivery_attempts_total": {
        "result": {
            "accepted",
            "timeout",
            "connect",
            "dns",
            "tls",
            "reset",
            "protocol",
            "redirect",
            "status",
            "blocked",
            "unexpected",
        }
    },
    "wirewatch_alert_to_delivery_seconds_count": {},
    "wirewatch_receivers": {},
    "wirewatch_receivers_unusable": {},
    "wirewatch_receivers_unreachable": {},
    "wirewatch_broker_connected": {"role": {"match", "alert", "deliver"}},
    "wirewatch_role_up": {"role": {"match", "alert", "deliver"}},
}
LAG_NAMES = ("wirewatch_consumer_lag_records", "wirewatch_consumer_lag_seconds")


@dataclass(frozen=True)
class HeldPartition:
    topic: str
    partition: int
    lag: Lag


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


def families(registry: CollectorRegistry) -> dict[str, Metric]:
    text = generate_latest(registry).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


@pytest.mark.usefixtures("metrics")
@pytest.mark.parametrize(("name", "labels"), OURS.items())
def test_every_series_is_at_zero_from_the_start(
    registry: CollectorRegistry, name: str, labels: dict[str, set[str]]
) -> None:
    combinations = [{label: value} for label, values in labels.items() for value in values] or [{}]
    assert [registry.get_sample_value(name, each) for each in combinations] == [0.0] * len(combinations)


@pytest.mark.usefixtures("metrics")
def test_no_label_value_is_there_that_is_not_expected(registry: CollectorRegistry) -> None:
    for family in registry.collect():
        for sample in family.samples:
            for label, values in OURS.get(sample.name, {}).items():
                assert sample.labels[label] in values


@pytest.mark.usefixtures("metrics")
def test_names_and_help_follow_the_conventions_of_prometheus(registry: CollectorRegistry) -> None:
    ours = [family for family in registry.collect() if family.name.startswith("wirewatch_")]
    assert len(ours) == len(OURS) + 3  # the two of lag, and build
    for family in ours:
        assert re.fullmatch(r"[a-z][a-z0-9_]*[a-z]", family.name)
        assert not re.search(r"_(milli|micro|minutes|hours|kilo|mega|gauge|counter|histogram|count|sum)", family.name)
        assert family.documentation.endswith(".")
        if family.type == "counter":
            assert all(sample.name.endswith(("_total", "_created")) for sample in family.samples)
        elif family.type == "histogram":
            assert family.name.endswith("_seconds")
        else:
            assert not family.name.endswith("_total")


def test_both_text_formats_can_be_parsed_and_say_the_same(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.articles(matched=2, unmatched=3)
    plain = families(registry)
    openmetrics = generate_openmetrics(registry).decode()  # type: ignore[no-untyped-call]
    opened = {family.name: family for family in parse_openmetrics(openmetrics)}  # type: ignore[no-untyped-call]
    for name in ("wirewatch_articles", "wirewatch_match_seconds", "wirewatch_rules_loaded"):
        counted = {(s.name, *s.labels.values()): s.value for s in plain[name].samples}
        assert counted == {
            (s.name, *s.labels.values()): s.value for s in opened[name].samples if not s.name.endswith("_created")
        }


@pytest.mark.usefixtures("metrics")
def test_process_and_platform_are_on_the_same_registry(registry: CollectorRegistry) -> None:
    assert {"process_resident_memory_bytes", "python_info", "python_gc_collections"} <= set(families(registry))


@pytest.mark.usefixtures("metrics")
def test_build_tells_the_version(registry: CollectorRegistry) -> None:
    (sample,) = families(registry)["wirewatch_build_info"].samples
    assert sample.labels["version"] == "0.1.0"


def test_batch_counts_its_articles_times_and_matches(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.articles(matched=2, unmatched=3)
    metrics.match_seconds([4e-6, 3e-5, 3e-5])
    metrics.matches(7)
    value = registry.get_sample_value
    assert value("wirewatch_articles_total", {"outcome": "matched"}) == 2
    assert value("wirewatch_articles_total", {"outcome": "unmatched"}) == 3
    assert value("wirewatch_matches_total") == 7
    assert value("wirewatch_match_seconds_bucket", {"le": "5e-06"}) == 1
    assert value("wirewatch_match_seconds_bucket", {"le": "5e-05"}) == 3
    assert value("wirewatch_match_seconds_sum") == pytest.approx(6.4e-5)


def test_rejected_article_is_counted_as_an_article_and_by_reason(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.article_rejected(RejectReason.NOT_JSON)
    assert registry.get_sample_value("wirewatch_articles_total", {"outcome": "rejected"}) == 1
    assert registry.get_sample_value("wirewatch_articles_rejected_total", {"reason": "not_json"}) == 1


def test_rules_alerts_and_deliveries_are_counted(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.rules(loaded=40, invalid=1)
    metrics.rule_fault()
    metrics.alert(Decision.DUPLICATE)
    metrics.article_to_alert(0.02)
    metrics.delivery(DeliveryOutcome.RETRY_LATER)
    metrics.delivery_attempt(FailureKind.TIMEOUT)
    metrics.alert_to_delivery(0.2)
    metrics.role_up("match", up=True)
    metrics.broker_connected("alert", connected=True)
    value = registry.get_sample_value
    assert value("wirewatch_rules_loaded") == 40
    assert value("wirewatch_rules_invalid") == 1
    assert value("wirewatch_rule_faults_total") == 1
    assert value("wirewatch_alerts_total", {"decision": "duplicate"}) == 1
    assert value("wirewatch_article_to_alert_seconds_bucket", {"le": "0.025"}) == 1
    assert value("wirewatch_deliveries_total", {"outcome": "retry_later"}) == 1
    assert value("wirewatch_delivery_attempts_total", {"result": "timeout"}) == 1
    assert value("wirewatch_alert_to_delivery_seconds_bucket", {"le": "0.25"}) == 1
    assert value("wirewatch_role_up", {"role": "match"}) == 1
    assert value("wirewatch_broker_connected", {"role": "alert"}) == 1
    metrics.role_up("match", up=False)
    assert value("wirewatch_role_up", {"role": "match"}) == 0


def test_label_value_that_was_not_declared_is_refused(metrics: Metrics) -> None:
    with pytest.raises(KeyError):
        metrics.delivery("https://receiver.example/?token=x")


def test_process_shows_only_the_roles_it_runs(registry: CollectorRegistry) -> None:
    Metrics(registry, roles=("deliver",))
    assert [sample.labels for sample in families(registry)["wirewatch_role_up"].samples] == [{"role": "deliver"}]


@pytest.mark.usefixtures("metrics")
@pytest.mark.parametrize("name", LAG_NAMES)
def test_lag_is_declared_but_absent_while_unknown(registry: CollectorRegistry, name: str) -> None:
    assert families(registry)[name].samples == []
    assert families(registry)[name].documentation


def test_lag_in_seconds_is_absent_where_only_the_records_are_known(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    metrics.lags("match", [HeldPartition("wire", 0, Lag(12, None)), HeldPartition("wire", 1, Lag(0, 0.0))])
    found = families(registry)
    records, seconds = (
        {sample.labels["partition"]: sample.value for sample in found[name].samples} for name in LAG_NAMES
    )
    assert records == {"0": 12, "1": 0}
    assert seconds == {"1": 0}


def test_lag_of_a_partition_that_moved_away_vanishes_and_other_roles_stay(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    metrics.lags("match", [HeldPartition("wire", 0, Lag(1, 1.0)), HeldPartition("wire", 1, Lag(2, 2.0))])
    metrics.lags("alert", [HeldPartition("matches", 0, Lag(3, 3.0))])
    metrics.lags("match", [HeldPartition("wire", 1, Lag(4, 4.0))])
    samples = families(registry)["wirewatch_consumer_lag_records"].samples
    held = {(each.labels["role"], each.labels["topic"], each.labels["partition"]): each.value for each in samples}
    assert held == {("match", "wire", "1"): 4, ("alert", "matches", "0"): 3}


def test_alert_rules_and_dashboards_name_only_metrics_that_there_are(registry: CollectorRegistry) -> None:
    Metrics(registry)
    suffixes = ("", "_total", "_bucket", "_count", "_sum", "_info")
    known = {family.name + suffix for family in registry.collect() for suffix in suffixes}
    deploy = Path(__file__).parents[2] / "deploy"
    files = [
        path for kind in ("*.yml", "*.yaml", "*.json") for path in deploy.rglob(kind) if "target" not in path.parts
    ]
    named = {name for path in files for name in re.findall(r"\bwirewatch_[a-z_]+\b(?!:)", path.read_text("utf-8"))}
    assert named - known == set()
