"""What a post may be: kinds, states, labels, fields and sources, as plain names."""

from datetime import timedelta
from enum import StrEnum

TITLE_LETTERS = 60
BODY_LETTERS = 2000
MOST_PRODUCTS = 9
MOST_STILLS = 9
LONGEST_WAIT = timedelta(days=60)  # How far ahead a post may be scheduled.


class PostKind(StrEnum):
    """What is looked at."""

    VIDEO = "VIDEO"
    STILLS = "STILLS"


class PostState(StrEnum):
    """Who sees a post, and what it waits for."""

    DRAFT = "DRAFT"  # Its creator's alone; `cause` tells why it came back.
    TRANSCODING = "TRANSCODING"  # Goes on by itself once its files are ready.
    SCHEDULED = "SCHEDULED"  # Goes public at `scheduled_at`.
    MACHINE_REVIEW = "MACHINE_REVIEW"
    HUMAN_REVIEW = "HUMAN_REVIEW"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"  # Taken down by its creator, who may publish it again.
    TAKEN_DOWN = "TAKEN_DOWN"  # By the platform; `cause` says why.
    APPEALED = "APPEALED"  # Still down; somebody looks again.
    UPHELD = "UPHELD"  # Down for good.


class DownBy(StrEnum):
    """What took a post down."""

    NOTHING = ""
    OPERATOR = "OPERATOR"  # Somebody decided it; a case says why.
    RIGHTS = "RIGHTS"  # A right to what it shows has ended.
    SOURCE = "SOURCE"  # What it was made from is gone.


class Label(StrEnum):
    """What a post is beside what it shows. A post with goods is an AD, and says so."""

    ORGANIC = "ORGANIC"
    AD = "AD"
    PROMO = "PROMO"  # Its creator tells of their own show or goods, without a link to buy.


class Reach(StrEnum):
    """LIMITED: whoever has the address or follows its creator sees it; no feed recommends it."""

    FULL = "FULL"
    LIMITED = "LIMITED"


class Field(StrEnum):
    """What a post is about: the belts of the feed, and what creator programmes count by."""

    POPULAR_SCIENCE = "POPULAR_SCIENCE"
    FINANCE = "FINANCE"
    CAREER = "CAREER"
    KNOWLEDGE = "KNOWLEDGE"
    FASHION = "FASHION"
    BEAUTY = "BEAUTY"
    FOOD = "FOOD"
    HOME = "HOME"
    DIGITAL = "DIGITAL"
    SPORT = "SPORT"
    MUSIC = "MUSIC"
    FILM = "FILM"
    TRAVEL = "TRAVEL"
    FAMILY = "FAMILY"
    COUNTRYSIDE = "COUNTRYSIDE"
    OTHER = "OTHER"


class SourceKind(StrEnum):
    """What a derived work was made from."""

    NONE = ""
    CLIP = "CLIP"  # One explanation of a product, cut from a live room.
    POST = "POST"  # Another post, with its creator's leave.
