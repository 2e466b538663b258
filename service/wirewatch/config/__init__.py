"""What an operator decides: settings from the environment and files, checked as a whole before a start.

`defaults.toml` documents every setting and is where the defaults are read from. A settings file lies over it,
the environment over both. Whatever is wrong is said at once, in one `SettingsError`.
"""

from wirewatch.config.load import DEFAULTS_FILE, load_settings
from wirewatch.config.problems import Problem, SettingsError
from wirewatch.config.receivers import LoadedReceivers, read_receiver_files
from wirewatch.config.references import reference_reader
from wirewatch.config.settings import (
    AlertSettings,
    ArticleSettings,
    DeliverSettings,
    HttpSettings,
    KafkaSettings,
    LogSettings,
    MatchSettings,
    SaslSettings,
    Settings,
    ShutdownSettings,
    TlsSettings,
    TopicSettings,
)

__all__ = [
    "DEFAULTS_FILE",
    "AlertSettings",
    "ArticleSettings",
    "DeliverSettings",
    "HttpSettings",
    "KafkaSettings",
    "LoadedReceivers",
    "LogSettings",
    "MatchSettings",
    "Problem",
    "SaslSettings",
    "Settings",
    "SettingsError",
    "ShutdownSettings",
    "TlsSettings",
    "TopicSettings",
    "load_settings",
    "read_receiver_files",
    "reference_reader",
]
