"""Tables of posts and of what they are made from."""

from laotie.content.models.posts import Post, PostProduct, PostWork
from laotie.content.models.relations import Follow
from laotie.content.models.uploads import Upload, Work

__all__ = ["Follow", "Post", "PostProduct", "PostWork", "Upload", "Work"]
