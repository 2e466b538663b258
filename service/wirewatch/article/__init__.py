"""Articles: bytes of a publisher in, a clean `Article` or a named reason out."""

from wirewatch.article.model import Article
from wirewatch.article.rejected import ArticleRejected, RejectReason

__all__ = ["Article", "ArticleRejected", "RejectReason"]
