"""The town's posts: short films and pictures of its creators, sent through the real doors.

Made beside the room that is on air, each once: a later run finds them by their titles. A post is
handed in while its files are still being made, and goes public by itself, as anybody's does.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from laotie.catalog import products
from laotie.content.files import uploads
from laotie.content.files.footage import Kind
from laotie.content.kinds import Field, Label, PostKind
from laotie.content.posting import post_pages, posts, publishing
from laotie.content.posting.posts import Words
from laotie.kernel import clock
from laotie.kernel.actor import Actor
from laotie.lab import post_film, town, town_goods, town_street, town_wares
from laotie.lab.town import Login, Say

_TUS = {"Tus-Resumable": "1.0.0"}
Draw = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Planned:
    """A post before it is made: whose, of which pictures, and which goods of whose shop it sells.

    goods: English titles. A film shows its pictures one after another.
    """

    login: Login
    kind: PostKind
    title: str
    body: str
    field: Field
    region: str
    pictures: tuple[Draw, ...]
    keeper: Login
    goods: tuple[str, ...] = ()
    language: str = "zh-hans"


def _of(*wares: Any) -> tuple[Draw, ...]:
    return tuple(getattr(one, "draw", None) or one.looks[0].draw for one in wares)


_KILN, _FARM = town_goods.KILN, town_goods.FARM
_CLOTH, _INK = town_wares.CLOTH, town_wares.INK
PLANNED: tuple[Planned, ...] = (
    Planned(
        town.POTTER, PostKind.VIDEO, "梅子青是怎么烧出来的",
        "1310 度，还原焰，整整一夜。开窑的那一刻才知道成不成。\n茶盏、饭碗和梅瓶都在同一窑。",
        Field.HOME, "330000", _of(*_KILN[:3]), town.KILN,
        (_KILN[0].title["en"], _KILN[1].title["en"], _KILN[2].title["en"]),
    ),
    Planned(
        town.FARMER, PostKind.VIDEO, "明前茶，一年就这十天",
        "清明前采，只取一芽一叶。八十五度的水，三十秒出汤。",
        Field.FOOD, "330000", _of(_FARM[0], _FARM[2]), town.FARM, (_FARM[0].title["en"],),
    ),
    Planned(
        town.POTTER, PostKind.STILLS, "Three pieces for a small tea table",
        "A teapot that pours clean, a gaiwan that stays cool at the rim, and smoke that rises"
        " straight.",
        Field.HOME, "330000", _of(*_KILN[3:6]), town.KILN,
        (_KILN[3].title["en"], _KILN[4].title["en"]), "en",
    ),
    Planned(
        town_street.WEAVER, PostKind.VIDEO, "木机上的一天：从纱线到毛巾",
        "一台木机，一天三米布。慢，但是每一条都看得见手。",
        Field.COUNTRYSIDE, "320000", _of(*_CLOTH[:3]), town_street.CLOTH,
        (_CLOTH[0].title["en"], _CLOTH[2].title["en"]),
    ),
    Planned(
        town_street.SCRIBE, PostKind.VIDEO, "How to hold a brush, in eight seconds",
        "Upright, loose in the wrist, and the elbow off the table. The rest is practice.",
        Field.KNOWLEDGE, "340000", _of(*_INK[:3]), town_street.INK, (), "en",
    ),
    Planned(
        town.FARMER, PostKind.STILLS, "今天树上摘下来的",
        "脐橙、秋月梨、土蜂蜜。早上在树上，晚上在路上。",
        Field.FOOD, "330000", _of(*_FARM[1:4]), town.FARM,
        (_FARM[1].title["en"], _FARM[3].title["en"]),
    ),
    Planned(
        town_street.SCRIBE, PostKind.STILLS, "第一套文房怎么选",
        "先有一支顺手的笔，再有一块好磨的墨。纸不用贵，要多。",
        Field.KNOWLEDGE, "340000", _of(*_INK[:5]), town_street.INK,
        (_INK[0].title["en"], _INK[1].title["en"]),
    ),
    Planned(
        town_street.WEAVER, PostKind.VIDEO, "植物染：蓝是从绿里来的",
        "板蓝根的叶子是绿的，染出来却是蓝。出缸见风，三分钟变色。",
        Field.POPULAR_SCIENCE, "320000", _of(*_CLOTH[4:6]), town_street.CLOTH,
    ),
)  # fmt: skip


def publish(logins: Collection[Login], *, program: str, say: Say) -> None:
    """What these creators planned is handed in; what is there already is left alone.

    program: FFmpeg's path.
    raises:  OSError when a film cannot be made, httpx.HTTPError when it cannot be sent.
    """
    made = 0
    for planned in PLANNED:
        if planned.login not in logins:
            continue
        creator = town.actor_of(planned.login, now=clock.now())
        if planned.title not in _titles(creator):
            _publish(creator, planned, program=program)
            made += 1
    if made:
        say(f"{made} posts are handed in: films and pictures to scroll through")


def _titles(creator: Actor) -> set[str]:
    return {view.title for view in post_pages.mine(actor=creator, most=100).rows}


def _publish(creator: Actor, planned: Planned, *, program: str) -> None:
    pictures = [draw() for draw in planned.pictures]
    if planned.kind is PostKind.VIDEO:
        film = post_film.make(pictures, program=program)
        works = [_sent(creator, Kind.VIDEO, film, name="film.mp4")]
    else:
        works = [_sent(creator, Kind.STILL, picture, name="still.jpg") for picture in pictures]
    now = clock.now()
    words = Words(
        title=planned.title,
        body=planned.body,
        language=planned.language,
        label=(Label.AD if planned.goods else Label.ORGANIC).value,
        field=planned.field.value,
        region=planned.region,
    )
    post = posts.begin(actor=creator, kind=planned.kind, words=words, now=now)
    posts.set_works(actor=creator, post_id=post.id, work_ids=works, now=now)
    if planned.goods:
        sold = _goods(planned)
        posts.set_products(actor=creator, post_id=post.id, product_ids=sold, now=now)
    publishing.publish(actor=creator, post_id=post.id, now=now)


def _goods(planned: Planned) -> list[UUID]:
    """The products by their names, in the order in which they are named."""
    keeper = town.actor_of(planned.keeper, now=clock.now())
    (shop_id,) = keeper.shop_rights
    known = {file.title["en"]: file.id for file in products.files_of(actor=keeper, shop_id=shop_id)}
    return [known[title] for title in planned.goods]


def _sent(creator: Actor, kind: Kind, body: bytes, *, name: str) -> UUID:
    """The work that is made of these bytes, sent by tus as a browser sends them."""
    ticket = uploads.begin(actor=creator, kind=kind, bytes=len(body), name=name, now=clock.now())
    with httpx.Client(trust_env=False, timeout=30) as http:
        begun = http.post(ticket.url, headers={**_TUS, "Upload-Length": str(len(body))})
        begun.raise_for_status()
        place = httpx.URL(ticket.url).join(begun.headers["Location"])
        kind_of_body = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        http.patch(place, headers={**_TUS, **kind_of_body}, content=body).raise_for_status()
    work_id = uploads.card(ticket.upload_id, actor=creator).work_id
    assert work_id is not None
    return work_id
