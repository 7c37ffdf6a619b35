"""Tables of posts and of what they are made from."""

from laotie.content.models.posts import Post, PostProduct

__all__ = ["Post", "PostProduct"]
