"""Articles: a publisher's bytes in, a clean `Article` or a named reason out.

Three forms are read: our own JSON (`fields`), IPTC ninjs 1.x, 2.x and 3.x (`ninjs`), and for files plain text
(`plain_text`). Each becomes the same few fields; `article_from` (`decode`) cleans them once (`clean`, `html_text`)
and gives the article an id where its publisher did not (`identity`). Whatever the bytes are, the answer is an
`Article` or an `ArticleRejected` with one of a closed set of reasons; text that comes out can be encoded and stored.

`skimming` reads many messages at once, as far as a kernel is sure of them, and says the same.
"""

from wirewatch.article.decode import decode_article
from wirewatch.article.encode import encode_article
from wirewatch.article.model import Article
from wirewatch.article.plain_text import parse_plain_text
from wirewatch.article.rejected import ArticleRejected, RejectReason

__all__ = ["Article", "ArticleRejected", "RejectReason", "decode_article", "encode_article", "parse_plain_text"]
