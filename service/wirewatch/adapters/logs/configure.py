"""Sets up logging for the whole process: every library's records and our events leave through one handler."""

import logging
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog
from structlog.processors import ExceptionRenderer, JSONRenderer, StackInfoRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from wirewatch.adapters.logs.damp import Damper
from wirewatch.adapters.logs.redact import redact_event

__all__ = ["LogFormat", "LogLevel", "configure_logs"]

LogFormat = Literal["json", "console", "auto"]
LogLevel = Literal["debug", "info", "warning", "error"]

_OURS = "wirewatch"
_ACCESS_LOG = "aiohttp.access"
_FIRST_KEYS = ("timestamp", "level", "event", "logger")
_MAX_FRAMES = 30
_NOISY = "aiokafka"
_QUIET_SECONDS = 10.0
# Control characters become their pictures (␛ for escape), but the tab stays as it is.
_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) != "\t"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
_PICTURES_BUT_LINE_END = {code: picture for code, picture in _PICTURES.items() if chr(code) != "\n"}
_MANY_LINES = frozenset({"exception", "stack"})


def configure_logs(
    log_format: LogFormat = "auto", level: LogLevel = "info", stream: TextIO | None = None
) -> structlog.stdlib.BoundLogger:
    """Send all logs of the process to `stream` (stderr when None) and return our logger.

    `auto` is for a person on a terminal and JSON elsewhere. `level` is ours; libraries are heard from `warning` up,
    since their `info` tells of routine, and Kafka's client repeats itself only once in ten seconds; when ours is
    `debug` they are heard in full. Calling it again replaces what the call before set up. Python's warnings become
    log records too.
    """
    stream = stream or sys.stderr
    as_json = log_format == "json" or (log_format == "auto" and not stream.isatty())
    handler = _Handler(stream)
    handler.setFormatter(_formatter(as_json=as_json, colors=stream.isatty()))
    if level != "debug":
        handler.addFilter(Damper(_NOISY, quiet_seconds=_QUIET_SECONDS, clock=time.monotonic))
    _install(handler, getattr(logging, level.upper()))
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(_OURS),
        processors=[structlog.stdlib.filter_by_level, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    ).bind()
    return logger


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, told apart from handlers that others put on the root logger."""


def _install(handler: logging.Handler, level: int) -> None:
    root = logging.getLogger()
    for other in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(other)
    root.addHandler(handler)
    root.setLevel(level if level == logging.DEBUG else max(level, logging.WARNING))
    logging.getLogger(_OURS).setLevel(level)
    # One line for each probe and scrape helps nobody; the webhook receiver of `listen` prints its own.
    logging.getLogger(_ACCESS_LOG).setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)


def _formatter(*, as_json: bool, colors: bool) -> ProcessorFormatter:
    common: list[Processor] = [
        ProcessorFormatter.remove_processors_meta,
        structlog.stdlib.add_log_level,
        TimeStamper(fmt="iso", utc=True),
        StackInfoRenderer(),
    ]
    if as_json:
        # Without local variables: a receiver's secret may be one of them.
        as_dict = ExceptionRenderer(ExceptionDictTransformer(show_locals=False, max_frames=_MAX_FRAMES))
        last: list[Processor] = [as_dict, redact_event, _in_order, JSONRenderer(ensure_ascii=False)]
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=structlog.dev.plain_traceback)
        last = [format_exc_info, redact_event, _printable, renderer]
    return ProcessorFormatter(processors=[_add_logger_name, *common, *last])


def _add_logger_name(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name the library that a record came from; our own events need no name."""
    record: logging.LogRecord = event["_record"]
    if record.name != _OURS:
        event["logger"] = record.name
    return event


def _in_order(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put what every line has first, so that lines can be read below one another."""
    first = {key: event[key] for key in _FIRST_KEYS if key in event}
    return {**first, **event}


def _printable(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Show control characters as pictures: an article's title must not move the cursor or fake a line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = value.translate(_PICTURES_BUT_LINE_END if key in _MANY_LINES else _PICTURES)
    return event
