"""`wirewatch publish`: articles from files to the articles topic."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from wirewatch.adapters.kafka import KafkaClients, KafkaPublisher
from wirewatch.article import Article, encode_article
from wirewatch.cli.inputs import InputProblem, read_articles
from wirewatch.cli.options import config_option, reachable_clients, settings_from
from wirewatch.cli.problems import report_problems
from wirewatch.config import Settings
from wirewatch.ports import Record
from wirewatch.routing import Topics

__all__ = ["command", "publish_all"]

_BATCH = 500
_PROGRESS_SECONDS = 2.0


@click.command("publish")
@click.argument("files", nargs=-1, required=True, metavar="FILE...|-")
@config_option
def command(files: tuple[str, ...], config: Path | None) -> None:
    """Publish articles from FILEs, or from standard input where a FILE is "-".

    A file holds JSON (one article, or a list), JSON lines, IPTC ninjs, or plain text whose first line is
    "date YYYY-MM-DD headline", then an empty line and the body.
    """
    settings = settings_from(config)
    problems: list[InputProblem] = []
    articles = read_articles(files, max_bytes=settings.articles.max_bytes, on_problem=problems.append)
    count = asyncio.run(_publish(settings, articles))
    click.echo(f"published {count} article{'' if count == 1 else 's'} to {settings.topic_names().articles}", err=True)
    report_problems(problems)


def _records(articles: Iterable[Article], topics: Topics) -> Iterator[Record]:
    """Return the record of each article, keyed by its id."""
    return (Record(topics.articles, article.id.encode(), encode_article(article)) for article in articles)


async def publish_all(
    clients: KafkaClients, topics: Topics, articles: Iterable[Article], *, on_progress: Callable[[int], None]
) -> int:
    """Publish `articles` as they are read, batch by batch; return how many. `on_progress` is told after each batch.

    Raises:
        PublishFailed: the broker did not take some; those before are published.
    """
    publisher = KafkaPublisher(clients, "publish")
    await publisher.start()
    try:
        records = _records(articles, topics)
        count = 0
        while batch := list(islice(records, _BATCH)):
            await publisher.publish(batch)
            count += len(batch)
            on_progress(count)
        return count
    finally:
        await publisher.stop()


async def _publish(settings: Settings, articles: Iterable[Article]) -> int:
    clients = await reachable_clients(settings, settings.topic_names().articles)
    return await publish_all(clients, settings.topic_names(), articles, on_progress=_progress())


def _progress() -> Callable[[int], None]:
    """Return what says on stderr how far a long input has come, every few seconds."""
    said_at = time.monotonic()

    def say(count: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at > _PROGRESS_SECONDS:
            said_at = time.monotonic()
            click.echo(f"{count} articles so far", err=True)

    return say
