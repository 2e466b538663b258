"""`wirewatch listen`: a receiver to point Wirewatch at, which verifies and prints what it gets."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from wirewatch.adapters.webhook import ReceivedWebhook, ReceiverServer
from wirewatch.alert import Alert
from wirewatch.cli.render import plain, readable_alert
from wirewatch.delivery import SecretError, SigningSecret, read_secret

__all__ = ["command"]


@click.command("listen")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=8421, show_default=True, help="The port; 0 takes any free one."
)
@click.option(
    "--secret-env",
    "secret_variables",
    metavar="NAME",
    multiple=True,
    help="An environment variable that holds a signing secret (whsec_…). Several may be given.",
)
@click.option(
    "--secret-file",
    "secret_files",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A file that holds a signing secret. Several may be given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each webhook instead.")
def command(
    host: str, port: int, secret_variables: tuple[str, ...], secret_files: tuple[Path, ...], *, as_json: bool
) -> None:
    """Receive webhooks, verify their signatures and print each alert.

    A webhook that verifies is answered 204, any other 401: Wirewatch will try that one again later. Stop it with
    Ctrl-C.

    \b
    Try it:
      export WIREWATCH_SECRET_DEMO="whsec_$(openssl rand -base64 32)"
      wirewatch listen --secret-env WIREWATCH_SECRET_DEMO
    and in the receivers' file:
      receivers:
        - id: default
          url: http://127.0.0.1:8421/
          allow_http: true
          secret: {env: WIREWATCH_SECRET_DEMO}
    Wirewatch itself must be allowed to connect to this machine: WIREWATCH_DELIVER__ALLOW_NETWORKS=127.0.0.0/8
    """  # noqa: D301 - click's mark for text that is not to be wrapped
    secrets = _secrets(secret_variables, secret_files, os.environ)
    show = _print_json if as_json else _print_readable
    try:
        asyncio.run(_listen(ReceiverServer(secrets, host=host, port=port, keep=0, on_received=show)))
    except OSError as error:
        # asyncio puts the address into its own words once more; the system's are enough.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise click.ClickException(f"can't listen on {host}:{port}: {reason}; try another --port") from None


def _secrets(variables: tuple[str, ...], files: tuple[Path, ...], env: Mapping[str, str]) -> tuple[SigningSecret, ...]:
    if not variables and not files:
        raise click.UsageError("name the secret that signatures are verified with: --secret-env or --secret-file")
    texts = [(f"the environment variable {name}", env.get(name, "")) for name in variables]
    texts += [(str(file), _text_of(file)) for file in files]
    return tuple(_secret(where, text) for where, text in texts)


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"{file} can't be read as text") from None


def _secret(where: str, text: str) -> SigningSecret:
    if not text.strip():
        raise click.UsageError(f"{where} is not set or empty")
    try:
        return read_secret(text)
    except SecretError as error:
        raise click.UsageError(f"{where}: {error}") from None


async def _listen(server: ReceiverServer) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with server:
        click.echo(f"Listening on {server.url}, stop with Ctrl-C", err=True)
        await stop.wait()


def _print_json(webhook: ReceivedWebhook) -> None:
    line: dict[str, Any] = {
        "received_at": datetime.fromtimestamp(webhook.received_at, UTC).isoformat(timespec="milliseconds"),
        "webhook_id": webhook.webhook_id,
        "verified": webhook.is_verified,
        "problem": webhook.problem,
    }
    try:
        line["event"] = webhook.event()
    except ValueError:
        line["body"] = webhook.body.decode(errors="replace")
    click.echo(json.dumps(line, ensure_ascii=False))


def _print_readable(webhook: ReceivedWebhook) -> None:
    time = datetime.fromtimestamp(webhook.received_at).astimezone().strftime("%H:%M:%S")
    if not webhook.is_verified:
        mark = click.style("NOT VERIFIED", fg="red", bold=True)
        click.echo(f"{time}  {mark}  {plain(webhook.webhook_id) or 'no webhook-id'}: {webhook.problem}")
        return
    try:
        alert = Alert.decode(webhook.body)
    except ValidationError:
        # Signed by somebody with the secret, but no alert of this version: its sender's text as it is.
        click.echo(f"{time}  verified  {plain(webhook.webhook_id)}: {plain(webhook.body.decode(errors='replace'))}")
        return
    click.echo(readable_alert(alert, f"{time}  verified"))
