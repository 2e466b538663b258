"""An article in our own JSON form."""

from html import escape

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
    return (article.model_copy(update=safe) if safe else article).model_dump_json(exclude_defaults=True).encode()
