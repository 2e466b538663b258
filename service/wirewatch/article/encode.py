"""An article in our own JSON form."""

from html import escape

from pydantic_core import to_json

from wirewatch.article.clean import clean_body, clean_title
from wirewatch.article.model import Article

__all__ = ["encode_article"]


def encode_article(article: Article) -> bytes:
    """Return JSON in UTF-8 that `decode_article` reads as the same article; what is not known is left out.

    Clean text may look like HTML (an article about `<br>`): it is written with character references then.
    """
    safe = {
        name: escape(text, quote=False)
        for name, text, clean in (("title", article.title, clean_title), ("body", article.body, clean_body))
        if clean(text) != text
    }
    known = {name: value for name, value in article._asdict().items() if value}
    return to_json(known | safe)
