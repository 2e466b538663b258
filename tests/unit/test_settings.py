"""Settings: the environment over a file over the documented defaults, and all mistakes at once."""

import itertools
import json
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from wirewatch.config import DEFAULTS_FILE, Settings, SettingsError, load_settings
from wirewatch.config.keys import all_keys
from wirewatch.config.layers import Layer
from wirewatch.ports import KafkaConnection, Sasl, Tls
from wirewatch.retry import DEFAULT_DELAYS_SECONDS


def written(folder: Path, text: str, name: str = "wirewatch.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def problems(toml: Path | None, env: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(toml, env)
    return [str(problem) for problem in caught.value.problems]


def test_without_file_and_environment_the_documented_defaults_hold() -> None:
    settings = load_settings(None, {})
    assert settings.kafka.bootstrap == ("localhost:9092",)
    assert settings.http.port == 8420
    assert settings.articles.max_bytes == 1_000_000
    assert settings.alert.remember_seconds == 7 * 24 * 3600
    assert settings.kafka.instance_id is None
    assert settings.deliver.retry_delays_seconds == (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    assert settings.shutdown.grace_seconds == 8


def test_defaults_file_documents_every_setting_but_secrets_and_nothing_else() -> None:
    def dotted(table: Mapping[str, Any], parent: str = "") -> set[str]:
        found = set()
        for name, value in table.items():
            found |= dotted(value, f"{parent}{name}.") if isinstance(value, dict) else {parent + name}
        return found

    expected = {key.dotted for key in all_keys(Settings) if not key.is_secret}
    assert dotted(tomllib.loads(DEFAULTS_FILE.read_text("utf-8"))) == expected


def test_every_default_has_a_comment_above_it_or_above_the_one_before() -> None:
    lines = DEFAULTS_FILE.read_text("utf-8").splitlines()
    bare = [
        line
        for before, line in itertools.pairwise(lines)
        if " = " in line and not line.startswith("#") and (not before or before.startswith("["))
    ]
    assert bare == []


def test_deploy_shows_the_same_file_that_the_defaults_are_read_from() -> None:
    shown = Path(__file__).parents[2] / "deploy" / "wirewatch.toml"
    assert shown.resolve() == DEFAULTS_FILE.resolve()


def test_the_defaults_file_itself_can_be_used_as_a_settings_file() -> None:
    assert load_settings(DEFAULTS_FILE, {}) == load_settings(None, {})


def test_file_overrides_defaults_and_environment_overrides_the_file(tmp_path: Path) -> None:
    toml = written(tmp_path, '[http]\nport = 1111\nhost = "127.0.0.1"\n')
    settings = load_settings(toml, {"WIREWATCH_HTTP__PORT": "2222"})
    assert (settings.http.host, settings.http.port) == ("127.0.0.1", 2222)


def test_wirewatch_config_names_the_file_unless_one_is_given(tmp_path: Path) -> None:
    given = written(tmp_path, "http.port = 1\n", "given.toml")
    named = written(tmp_path, "http.port = 2\n", "named.toml")
    env = {"WIREWATCH_CONFIG": str(named)}
    assert load_settings(None, env).http.port == 2
    assert load_settings(given, env).http.port == 1


def test_lists_are_comma_separated_in_the_environment() -> None:
    env = {
        "WIREWATCH_KAFKA__BOOTSTRAP": "kafka-1:9092, [::1]:9093",
        "WIREWATCH_DELIVER__RETRY_DELAYS_SECONDS": "1,60",
        "WIREWATCH_DELIVER__ALLOW_NETWORKS": "10.20.0.0/16,fd00::/8",
    }
    settings = load_settings(None, env)
    assert settings.kafka.bootstrap == ("kafka-1:9092", "[::1]:9093")
    assert settings.deliver.retry_delays_seconds == (1, 60)
    assert settings.deliver.allow_networks == (ip_network("10.20.0.0/16"), ip_network("fd00::/8"))


def test_empty_variable_unsets_what_the_file_set(tmp_path: Path) -> None:
    written(tmp_path, "made up\n", "ca.pem")
    toml = written(
        tmp_path,
        '[deliver]\nallow_networks = ["10.0.0.0/8"]\n[kafka.tls]\nenabled = true\nca_file = "ca.pem"\n',
    )
    env = {"WIREWATCH_DELIVER__ALLOW_NETWORKS": "", "WIREWATCH_KAFKA__TLS__CA_FILE": ""}
    settings = load_settings(toml, env)
    assert settings.deliver.allow_networks == ()
    assert settings.kafka.tls.ca_file is None


def test_relative_paths_in_a_file_start_at_its_folder(tmp_path: Path) -> None:
    written(tmp_path, "made up\n", "ca.pem")
    toml = written(tmp_path, '[kafka.tls]\nenabled = true\nca_file = "ca.pem"\n')
    assert load_settings(toml, {}).kafka.tls.ca_file == tmp_path / "ca.pem"


def test_relative_paths_in_the_environment_start_at_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "made up\n", "ca.pem")
    monkeypatch.chdir(tmp_path)
    settings = load_settings(None, {"WIREWATCH_KAFKA__TLS__ENABLED": "true", "WIREWATCH_KAFKA__TLS__CA_FILE": "ca.pem"})
    assert settings.kafka.tls.ca_file == Path("ca.pem")


def test_all_problems_of_all_sources_come_at_once(tmp_path: Path) -> None:
    toml = written(
        tmp_path,
        '[http]\nport = 70000\n[kafka]\nbootstap = ["a:1"]\n[topics]\npartitions = 0\n[log]\nlevel = "loud"\n',
    )
    env = {
        "WIREWATCH_MATCH__REJECT_LIMIT_SHARE": "half",
        "WIREWATCH_HTTP_PORT": "8421",
        "WIREWATCH_TOPICS__CREATE": "perhaps",
        "WIREWATCH_ARTICLES__MAX_BYTES": "1.5",
        "WIREWATCH_KAFKA__TLS__CA_FILE": str(tmp_path / "none.yaml"),
    }
    assert sorted(problems(toml, env)) == sorted(
        [
            "WIREWATCH_HTTP_PORT: there is no such setting; did you mean WIREWATCH_HTTP__PORT?",
            f"{toml}: kafka.bootstap: there is no such setting; did you mean kafka.bootstrap?",
            f"{toml}: http.port: 70000 won't do; write 65535 or less",
            f"{toml}: topics.partitions: 0 won't do; write 1 or more",
            f"{toml}: log.level: 'loud' won't do; write one of 'debug', 'info', 'warning' or 'error'",
            "WIREWATCH_MATCH__REJECT_LIMIT_SHARE: 'half' won't do; write a number such as 0.5",
            "WIREWATCH_TOPICS__CREATE: 'perhaps' won't do; write true or false",
            "WIREWATCH_ARTICLES__MAX_BYTES: '1.5' won't do; write a whole number",
            (
                f"WIREWATCH_KAFKA__TLS__CA_FILE: there is no file {tmp_path / 'none.yaml'}; "
                "create it or correct the path"
            ),
        ]
    )


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("kafka = 3\n", "kafka: this is a section, not a value; write [kafka] and its keys below"),
        ("[kafka]\ntls = true\n", "kafka.tls: this is a section, not a value; write [kafka.tls] and its keys"),
        ("[http.port]\nnumber = 1\n", "http.port: {'number': 1} won't do; write a whole number"),
        ("[htp]\nport = 1\n", "htp: there is no such setting"),
        ("[log]\ngrace_seconds = 1\n", "did you mean shutdown.grace_seconds?"),
        ("[zzz]\n", "zzz: there is no such setting; see the defaults file for all that there is"),
        ("[kafka]\nbootstrap = 'a:1'\nbootstrap = 'b:1'\n", "not TOML: "),
        ("[kafka]\nbootstrap = 5\n", """kafka.bootstrap: 5 won't do; write a list, such as ["a", "b"]"""),
        ("[kafka]\nbootstrap = []\n", "kafka.bootstrap: [] won't do; give at least 1 item"),
        ("[kafka]\nclient_id = 'a b'\n", "kafka.client_id: 'a b' won't do; write only characters that"),
        ("[topics]\narticles = '..'\n", "'..' can't be a topic"),
        ("[deliver]\nallow_networks = ['10.0.0.1/8']\n", "host bits set; write a network such as 10.20.0.0/16"),
        ("[deliver]\nallow_networks = [7]\n", "does not appear to be an IPv4 or IPv6 network; write a network such"),
    ],
)
def test_mistake_in_a_file_is_named_with_its_key_and_what_to_do(tmp_path: Path, toml: str, expected: str) -> None:
    (problem,) = problems(written(tmp_path, toml), {})
    assert problem.startswith(f"{tmp_path / 'wirewatch.toml'}: ")
    assert expected in problem


@pytest.mark.parametrize("address", ["kafka", "kafka:0", "kafka:65536", "PLAINTEXT://kafka:9092", "ka fka:1", ":1"])
def test_broker_without_host_and_port_is_a_problem(address: str) -> None:
    (problem,) = problems(None, {"WIREWATCH_KAFKA__BOOTSTRAP": f"good:9092,{address}"})
    assert f"WIREWATCH_KAFKA__BOOTSTRAP: {address!r} is not a broker; write host:port" in problem


def test_settings_file_that_is_missing_is_a_problem_beside_the_others(tmp_path: Path) -> None:
    toml = tmp_path / "none.toml"
    found = problems(toml, {"WIREWATCH_HTTP__PORT": "x"})
    assert found == [
        f"{toml}: the settings file can't be read: No such file or directory; correct --config or WIREWATCH_CONFIG",
        "WIREWATCH_HTTP__PORT: 'x' won't do; write a whole number",
    ]


def test_settings_file_that_is_not_utf8_is_a_problem(tmp_path: Path) -> None:
    toml = tmp_path / "latin.toml"
    toml.write_bytes(b'[kafka]\nclient_id = "caf\xe9"\n')
    (problem,) = problems(toml, {})
    assert problem.startswith(f"{toml}: not TOML: ")


def test_connection_carries_tls_and_login_to_every_client(tmp_path: Path) -> None:
    ca_file = written(tmp_path, "made up", "ca.pem")
    own = written(tmp_path, "made up", "own.pem")
    toml = written(
        tmp_path,
        """
        [kafka]
        bootstrap = ["b1:9093", "b2:9093"]
        client_id = "desk"
        [kafka.tls]
        enabled = true
        ca_file = "ca.pem"
        certificate_file = "own.pem"
        key_file = "own.pem"
        check_hostname = false
        [kafka.sasl]
        mechanism = "SCRAM-SHA-512"
        username = "desk"
        """,
    )
    settings = load_settings(toml, {"WIREWATCH_KAFKA__SASL__PASSWORD": "hunter2"})
    assert settings.kafka_connection() == KafkaConnection(
        ("b1:9093", "b2:9093"),
        "desk",
        Tls(ca_file, own, own, check_hostname=False),
        Sasl("SCRAM-SHA-512", "desk", "hunter2"),
    )


def test_topic_names_follow_the_prefix_and_the_articles_own_name() -> None:
    names = load_settings(
        None, {"WIREWATCH_TOPICS__PREFIX": "desk.", "WIREWATCH_TOPICS__ARTICLES": "wire.in"}
    ).topic_names()
    assert (names.articles, names.alerts) == ("wire.in", "desk.alerts")


SASL = {"WIREWATCH_KAFKA__SASL__MECHANISM": "PLAIN", "WIREWATCH_KAFKA__SASL__USERNAME": "desk"}


def password(settings: Settings) -> str | None:
    sasl = settings.kafka_connection().sasl
    return sasl.password if sasl else None


def test_password_is_read_from_the_file_that_a_variable_names(tmp_path: Path) -> None:
    secret = written(tmp_path, "hunter2\n", "secret")
    env = {**SASL, "WIREWATCH_KAFKA__SASL__PASSWORD_FILE": str(secret)}
    assert password(load_settings(None, env)) == "hunter2"


def test_password_is_read_from_the_file_that_the_settings_file_names(tmp_path: Path) -> None:
    written(tmp_path, "hunter2\n", "secret")
    toml = written(tmp_path, '[kafka.sasl]\npassword = { file = "secret" }\n')
    assert password(load_settings(toml, SASL)) == "hunter2"


def test_password_in_the_settings_file_is_refused_without_being_shown(tmp_path: Path) -> None:
    toml = written(tmp_path, '[kafka.sasl]\npassword = "hunter2"\n')
    (problem,) = problems(toml, SASL)
    assert problem == (
        f"{toml}: kafka.sasl.password: a secret can't stand in the settings file; take it out and set "
        'WIREWATCH_KAFKA__SASL__PASSWORD, or write { file = "…" } here to read it from a file'
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "can't be read: No such file"), (b"\n", "is empty"), (b"\xff\xfe", "it is not UTF-8 text")],
)
def test_secret_file_that_can_not_serve_is_one_problem(tmp_path: Path, content: bytes | None, expected: str) -> None:
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    (problem,) = problems(None, {**SASL, "WIREWATCH_KAFKA__SASL__PASSWORD_FILE": str(secret)})
    assert problem.startswith(f"WIREWATCH_KAFKA__SASL__PASSWORD_FILE: {secret}")
    assert expected in problem


def test_password_and_password_file_together_are_a_problem(tmp_path: Path) -> None:
    secret = written(tmp_path, "hunter2", "secret")
    env = {
        **SASL,
        "WIREWATCH_KAFKA__SASL__PASSWORD": "hunter2",
        "WIREWATCH_KAFKA__SASL__PASSWORD_FILE": str(secret),
    }
    (problem,) = problems(None, env)
    assert problem == (
        "WIREWATCH_KAFKA__SASL__PASSWORD_FILE: WIREWATCH_KAFKA__SASL__PASSWORD is set too; keep one of the two"
    )


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (SASL, "PLAIN needs a password; set WIREWATCH_KAFKA__SASL__PASSWORD, or"),
        ({"WIREWATCH_KAFKA__SASL__MECHANISM": "PLAIN"}, "PLAIN needs a username; set username"),
        ({"WIREWATCH_KAFKA__SASL__USERNAME": "desk"}, "without a mechanism; set mechanism"),
        ({"WIREWATCH_KAFKA__SASL__PASSWORD": "hunter2"}, "without a mechanism; set mechanism"),
        ({"WIREWATCH_KAFKA__SASL__MECHANISM": "GSSAPI"}, "write one of 'PLAIN', 'SCRAM-SHA-256' or"),
        ({"WIREWATCH_KAFKA__TLS__CA_FILE": __file__}, "enabled is false, which sends all in the clear"),
        (
            {"WIREWATCH_KAFKA__TLS__ENABLED": "true", "WIREWATCH_KAFKA__TLS__CERTIFICATE_FILE": __file__},
            "certificate_file and key_file belong together",
        ),
        ({"WIREWATCH_KAFKA__TLS__CA_FILE": "/"}, "/ is a folder; name a file"),
    ],
)
def test_settings_that_do_not_fit_together_are_a_problem(env: Mapping[str, str], expected: str) -> None:
    (problem,) = problems(None, env)
    assert problem.split(":")[0].split(",")[0] in env
    assert expected in problem
    assert "hunter2" not in problem


def test_no_repr_or_text_of_settings_shows_a_secret() -> None:
    settings = load_settings(None, {**SASL, "WIREWATCH_KAFKA__SASL__PASSWORD": "hunter2"})
    shown = (
        f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()} {settings.kafka_connection()!r}"
    )
    assert "hunter2" not in shown


def test_password_pasted_into_a_broker_address_is_not_shown() -> None:
    (problem,) = problems(None, {"WIREWATCH_KAFKA__BOOTSTRAP": "desk:hunter2@kafka:9092"})
    assert "hunter2" not in problem


def test_settings_can_not_be_changed() -> None:
    settings = load_settings(None, {})
    with pytest.raises(ValidationError):
        settings.http.port = 1  # type: ignore[misc]


def test_other_programs_variables_are_not_looked_at() -> None:
    assert load_settings(None, {"PATH": "/bin", "HTTP__PORT": "x"}) == load_settings(None, {})


@pytest.mark.parametrize(
    "variable",
    [
        "WIREWATCH_SERVICE_HOST=10.0.0.7",
        "WIREWATCH_SERVICE_PORT=8420",
        "WIREWATCH_SERVICE_PORT_HTTP=8420",
        "WIREWATCH_PORT=tcp://10.0.0.7:8420",
        "WIREWATCH_DELIVER_PORT_8420_TCP_ADDR=10.0.0.7",
        "WIREWATCH_SECRET_ASIA_DESK=whsec_made-up",
    ],
)
def test_variables_of_kubernetes_and_of_receivers_secrets_are_not_mistaken_for_settings(variable: str) -> None:
    name, _, value = variable.partition("=")
    assert load_settings(None, {name: value}) == load_settings(None, {})


@pytest.mark.parametrize("name", ["WIREWATCH_PORT", "WIREWATCH_KAFKA", "WIREWATCH_http__port", "WIREWATCH_"])
def test_variable_that_is_no_setting_is_a_problem(name: str) -> None:
    (problem,) = problems(None, {name: "1"})
    assert problem.startswith(f"{name}: there is no such setting; ")


def test_settings_error_reads_as_a_list() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(None, {"WIREWATCH_HTTP__PORT": "x"})
    assert str(caught.value) == (
        "1 problem in the settings:\n  WIREWATCH_HTTP__PORT: 'x' won't do; write a whole number"
    )


def test_default_schedule_is_the_one_that_the_core_documents() -> None:
    assert load_settings(None, {}).deliver.retry_delays_seconds == DEFAULT_DELAYS_SECONDS


def test_path_below_a_file_or_with_too_long_a_name_is_a_problem() -> None:
    (below,) = problems(None, {"WIREWATCH_KAFKA__TLS__CA_FILE": f"{__file__}/ca.pem"})
    assert "there is no file" in below
    (long,) = problems(None, {"WIREWATCH_KAFKA__TLS__CA_FILE": "x" * 5_000})
    assert "can't be looked at: File name too long" in long


JUNK = st.text(max_size=20) | st.sampled_from(
    ["nan", "-inf", "1e999", "-1", "9" * 50, "\0", "/", "{}", "[]", ",", "true"]
)


@given(st.dictionaries(st.sampled_from([key.env for key in all_keys(Settings)]), JUNK))
def test_whatever_the_environment_holds_gives_settings_or_problems_with_its_variables(env: dict[str, str]) -> None:
    try:
        settings = load_settings(None, env)
    except SettingsError as error:
        for problem in error.problems:
            assert set(problem.where.split(", ")) <= set(env)
    else:
        assert settings.kafka_connection().bootstrap


TOML_SCALARS = st.integers() | st.floats() | st.booleans() | JUNK
TOML_VALUES = TOML_SCALARS | st.lists(TOML_SCALARS, max_size=3) | st.dictionaries(st.just("file"), TOML_SCALARS)


@given(st.dictionaries(st.sampled_from([key.path for key in all_keys(Settings)]), TOML_VALUES))
def test_whatever_types_a_file_holds_give_settings_or_problems(values: dict[tuple[str, ...], object]) -> None:
    layer = Layer()
    for path, value in values.items():
        layer.put(path, value, ".".join(path))
    with TemporaryDirectory() as folder:
        toml = Path(folder) / "wirewatch.toml"
        toml.write_text(as_toml(layer.values), "utf-8")
        with suppress(SettingsError):
            load_settings(toml, {})


def as_toml(table: Mapping[str, Any]) -> str:
    """Return one line a key, in TOML's inline form, which is JSON but for tables and special floats."""

    def inline(value: object) -> str:
        match value:
            case dict():
                return "{" + ", ".join(f"{key} = {inline(inner)}" for key, inner in value.items()) + "}"
            case list():
                return "[" + ", ".join(map(inline, value)) + "]"
            case float():
                return repr(value)
            case _:
                return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")

    return "".join(f"{key} = {inline(value)}\n" for key, value in table.items())
