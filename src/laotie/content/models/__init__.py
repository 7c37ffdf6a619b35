"""Tables of posts and of what they are made from."""

from laotie.content.models.posts import Post, PostProduct, PostWork
from laotie.content.models.relations import Follow
from laotie.content.models.signals import Kin, PostBuy, PostFigures, Taste, Visit
from laotie.content.models.uploads import Upload, Work

__all__ = ["Follow", "Kin", "Post", "PostBuy", "PostFigures", "PostProduct", "PostWork", "Taste"]
__all__ += ["Upload", "Visit", "Work"]
