"""Who may show what: examples to the second, and properties against a naive model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from laotie.content.licensing import licences
from laotie.content.licensing.licences import (
    PLATFORM,
    WORLD,
    Allowed,
    Grant,
    Lack,
    Party,
    PartyKind,
    Refused,
    Scope,
    Showing,
    Use,
)

START = datetime(2021, 7, 23, tzinfo=UTC)
ANNA, BO, SHOP = UUID(int=1), UUID(int=2), UUID(int=3)
OF_ANNA = Party(PartyKind.CREATOR, ANNA)


def moment(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def a_grant(id: int = 1, *, holder: Party = OF_ANNA, begins: int = 0, ends: int = 100,
            revoked: int | None = None, use: Use = Use.SHORT_VIDEO, territory: str = "CN",
            **terms: object) -> Grant:  # fmt: skip
    """Times are seconds from the start."""
    scope = Scope(use, territory, moment(begins), moment(ends), **terms)  # type: ignore[arg-type]
    ended = None if revoked is None else moment(revoked)
    return Grant(UUID(int=id), holder, scope, revoked_at=ended)


def a_showing(*, at: int = 50, creator: UUID = ANNA, shop: UUID | None = None,
              use: Use = Use.SHORT_VIDEO, territory: str = "CN", clip_s: int = 0,
              event: int = 0) -> Showing:  # fmt: skip
    return Showing(use, creator, shop, territory, moment(at), clip_s, moment(event))


def lack(grants: list[Grant], showing: Showing) -> Lack | None:
    found = licences.decide(grants, showing)
    return found.lack if isinstance(found, Refused) else None


def test_a_right_to_one_use_is_no_right_to_another() -> None:
    videos = [a_grant(use=Use.VOD), a_grant(2, use=Use.SHORT_VIDEO)]

    assert lack(videos, a_showing(use=Use.VOD)) is None
    assert lack(videos, a_showing(use=Use.SHORT_VIDEO)) is None
    assert lack(videos, a_showing(use=Use.LIVE)) is Lack.MISSING
    assert lack(videos, a_showing(use=Use.DERIVATIVE)) is Lack.MISSING


def test_a_right_holds_from_its_first_second_to_before_its_last() -> None:
    grants = [a_grant(begins=10, ends=20)]

    found = [lack(grants, a_showing(at=at)) for at in (9, 10, 19, 20)]

    assert found == [Lack.NOT_YET, None, None, Lack.EXPIRED]
    assert licences.decide(grants, a_showing(at=20)) == Refused(
        Lack.EXPIRED, Use.SHORT_VIDEO, since=moment(20)
    )


def test_what_was_revoked_ends_then() -> None:
    grants = [a_grant(ends=100, revoked=30)]

    assert [lack(grants, a_showing(at=at)) for at in (29, 30)] == [None, Lack.EXPIRED]


def test_what_the_platform_holds_lets_no_creator_show_it() -> None:
    assert lack([a_grant(holder=PLATFORM)], a_showing()) is Lack.MISSING
    of_shop = [a_grant(holder=Party(PartyKind.SHOP, SHOP))]
    assert lack(of_shop, a_showing()) is Lack.MISSING
    assert lack(of_shop, a_showing(shop=SHOP)) is None


def test_delay_length_and_country_are_said_one_by_one() -> None:
    strict = [a_grant(delay_s=40, longest_clip_s=15)]

    assert lack(strict, a_showing(territory="JP")) is Lack.TERRITORY
    assert lack(strict, a_showing(clip_s=16)) is Lack.TOO_LONG
    assert lack(strict, a_showing(clip_s=15, event=11)) is Lack.TOO_EARLY
    assert lack(strict, a_showing(clip_s=15, event=10)) is None
    found = licences.decide(strict, a_showing(event=11))
    assert found == Refused(Lack.TOO_EARLY, Use.SHORT_VIDEO, not_before=moment(51))
    assert lack([a_grant(territory=WORLD)], a_showing(territory="JP")) is None


def test_the_nearest_grant_says_what_is_missing_and_the_longest_allows() -> None:
    old, strange = a_grant(1, ends=10), a_grant(2, territory="JP")
    assert lack([old, strange], a_showing()) is Lack.EXPIRED
    older = a_grant(3, ends=5)
    found = licences.decide([older, old], a_showing())
    assert found == Refused(Lack.EXPIRED, Use.SHORT_VIDEO, since=moment(10))

    long, short = a_grant(4, ends=200), a_grant(5, ends=60)
    assert licences.decide([short, long, old], a_showing()) == Allowed(long.id, moment(200))


def test_a_long_video_of_an_event_is_on_demand() -> None:
    assert licences.use_of(Use.SHORT_VIDEO, seconds=300) is Use.SHORT_VIDEO
    assert licences.use_of(Use.SHORT_VIDEO, seconds=300.1) is Use.VOD
    assert licences.use_of(Use.DERIVATIVE, seconds=900) is Use.DERIVATIVE


def test_a_sublicence_is_narrower_in_every_way() -> None:
    parent = a_grant(begins=10, ends=90, delay_s=5, longest_clip_s=30)
    same = parent.scope
    assert licences.widened(parent, same) == ()
    wider = {
        "use": replace(same, use=Use.LIVE),
        "territory": replace(same, territory=WORLD),
        "starts_at": replace(same, starts_at=moment(9)),
        "ends_at": replace(same, ends_at=moment(91)),
        "is_exclusive": replace(same, is_exclusive=True),
        "delay_s": replace(same, delay_s=4),
        "longest_clip_s": replace(same, longest_clip_s=None),
    }
    for field, scope in wider.items():
        assert licences.widened(parent, scope) == (field,)
    assert licences.widened(replace(parent, revoked_at=moment(50)), same) == ("ends_at",)


USES = st.sampled_from([Use.VOD, Use.SHORT_VIDEO])
TERRITORIES = st.sampled_from(["CN", "JP", WORLD])
PARTIES = st.sampled_from(
    [PLATFORM, OF_ANNA, Party(PartyKind.CREATOR, BO), Party(PartyKind.SHOP, SHOP)]
)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    begins = draw(st.integers(0, 8))
    return Scope(
        use=draw(USES),
        territory=draw(TERRITORIES),
        starts_at=moment(begins),
        ends_at=moment(draw(st.integers(begins + 1, 10))),
        is_exclusive=draw(st.booleans()),
        delay_s=draw(st.integers(0, 3)),
        longest_clip_s=draw(st.none() | st.integers(1, 4)),
    )


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    revoked = draw(st.none() | st.integers(0, 10))
    return Grant(
        id=UUID(int=draw(st.integers(1, 1000))),
        holder=draw(PARTIES),
        scope=draw(scopes()),
        revoked_at=None if revoked is None else moment(revoked),
    )


showings = st.builds(
    a_showing,
    at=st.integers(0, 12),
    creator=st.sampled_from([ANNA, BO]),
    shop=st.sampled_from([None, SHOP]),
    use=USES,
    territory=st.sampled_from(["CN", "JP"]),
    clip_s=st.integers(0, 5),
    event=st.integers(0, 10),
)


def naively_allowed(grant: Grant, showing: Showing) -> bool:
    """Every term as a sentence of its own."""
    scope = grant.scope
    return all(
        [
            scope.use == showing.use,
            grant.holder.id in {showing.creator_id, showing.shop_id} - {None},
            scope.territory in ("WORLD", showing.territory),
            not showing.at < scope.starts_at,
            not showing.at >= scope.ends_at,
            grant.revoked_at is None or showing.at < grant.revoked_at,
            scope.longest_clip_s is None or showing.clip_s <= scope.longest_clip_s,
            (showing.at - showing.event_time).total_seconds() >= scope.delay_s,
        ]
    )


@given(st.lists(grants(), max_size=6), showings)
def test_any_grant_that_fits_allows_and_nothing_else_does(
    held: list[Grant], showing: Showing
) -> None:
    fitting = [grant for grant in held if naively_allowed(grant, showing)]

    found = licences.decide(held, showing)

    assert isinstance(found, Allowed) == bool(fitting)
    assert found == licences.decide(list(reversed(held)), showing)
    if isinstance(found, Allowed):
        assert found.until == max(grant.ends_at for grant in fitting)
        assert found.until > showing.at


@given(grants(), scopes(), showings)
def test_whatever_a_sublicence_allows_its_parent_would_have(
    parent: Grant, child: Scope, showing: Showing
) -> None:
    if licences.widened(parent, child):
        return
    below = Grant(UUID(int=2000), OF_ANNA, child, parent_id=parent.id)
    above = replace(parent, holder=OF_ANNA)

    if isinstance(licences.decide([below], showing), Allowed):
        assert isinstance(licences.decide([above], showing), Allowed)


@given(grants(), scopes(), PARTIES)
def test_contradictions_are_those_that_somebody_could_meet(
    other: Grant, new: Scope, holder: Party
) -> None:
    """Both hold at one second, in one country, one of them alone: that is the whole of it."""
    seconds = [moment(at) for at in range(11)]
    meet = any(other.holds(at) and new.starts_at <= at < new.ends_at for at in seconds) and any(
        scope_one in ("WORLD", country) and scope_two in ("WORLD", country)
        for country in ("CN", "JP", "XX")
        for scope_one, scope_two in [(other.scope.territory, new.territory)]
    )
    naive = (
        meet
        and other.scope.use == new.use
        and other.holder != holder
        and (new.is_exclusive or other.scope.is_exclusive)
    )

    assert licences.contradicts(new, holder, ancestors=(), other=other) == naive
    assert not licences.contradicts(new, holder, ancestors=(other.id,), other=other)
