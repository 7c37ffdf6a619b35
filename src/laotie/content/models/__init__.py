"""Tables of posts and of what they are made from."""

from laotie.content.models.posts import Post, PostProduct
from laotie.content.models.relations import Follow

__all__ = ["Follow", "Post", "PostProduct"]
