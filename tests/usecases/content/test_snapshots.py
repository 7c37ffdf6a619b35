"""Counts over time, figures from elsewhere, two creators side by side, and finding posts."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import transaction
from tests.acceptance import figures
from tests.builders import NOW, a_creator, a_payout_account, a_person, an_operator
from tests.usecases.content.printed import ONE, OTHER, bring
from tests.usecases.content.seen_posts import add_up
from tests.usecases.content.works_made import a_post
from tests.usecases.ledger import books
from tests.usecases.live.scenes import PICTURE, a_scheduled_room

from laotie.accounts import hands
from laotie.accounts.hands import CoolingDown, ProofNeeded
from laotie.content import handlers, models
from laotie.content.figures import genuine, snapshots
from laotie.content.figures.comparing import Flag
from laotie.content.figures.snapshots import (
    BroughtBefore,
    FigureUnreadable,
    NothingCounted,
    Printed,
)
from laotie.content.figures.sources import Source
from laotie.content.kinds import PostKind
from laotie.content.posting import post_search, posts, publishing
from laotie.content.posting.posts import Words
from laotie.content.relations import blocks, follows, likes
from laotie.kernel import event_log, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotAllowed, NotFound, SignInFirst, WrongState
from laotie.ledger import payouts, queries
from laotie.ledger.payout_accounts import PayoutAccountNeeded
from laotie.ledger.terms import Party
from laotie.live import ingest, rooms
from laotie.live import queries as shows

pytestmark = pytest.mark.usefixtures("db")
ARTICLE = figures.rows("article_figures")


def test_the_two_creators_of_the_article_compare_as_it_says() -> None:
    operator = an_operator()
    one, other = bring(ONE, operator), bring(OTHER, operator)

    compared = snapshots.compare(one.ref, other.ref)

    first, second, found = compared.one, compared.other, compared.found
    assert (first, second) == (one, other)
    for id, card in (("F26", first), ("F28", second)):
        counts = [card.counted.fans.value, card.counted.likes.value, card.counted.works]
        if card.counted.stills is not None:
            counts.append(card.counted.stills)
        assert "/".join(map(str, counts)) == ARTICLE[id]["stated"]
        assert f"{card.joined_on:joined %Y-%m}" == ARTICLE[id]["note"]
    for id, ratios in (
        ("F29", (found.one.likes_per_fan, found.other.likes_per_fan)),
        ("F30", (found.one.likes_per_work, found.other.likes_per_work)),
        ("F31", (found.fans_ratio, found.likes_ratio)),
    ):
        assert "/".join(f"{ratio.value}" for ratio in ratios if ratio) == ARTICLE[id]["stated"]
    assert found.one.stills_percent
    assert found.one.stills_percent.value == Decimal("37.2")
    assert ARTICLE["F27"]["stated"] == "30"
    assert found.one.ads_at_least == 29
    assert found.one.flags == {Flag.STILLS_SAID_LOOSELY, Flag.ADS_AT_LEAST}
    assert found.other.flags == set()
    assert (first.source, first.source_text) == (Source.MEDIA, "https://news.example/article")
    assert first.texts == {
        "fans": "3123万",
        "likes": "5874万",
        "works": "94",
        "stills": "35",
        "stills_share": "近40%",
        "ads_share": "超过30%",
    }


def test_the_tail_is_kept_as_it_was_printed_and_as_it_was_read() -> None:
    operator = an_operator()
    for id, row in figures.rows("tail_accounts").items():
        printed = Printed("未知", id, fans=row["fans_raw"], likes=row["likes_raw"])
        bring(printed, operator, source_kind="ANONYMOUS", source="page tail")

    kept = {
        row.account.name: (row.texts["fans"], row.fans, "fans" in row.corrected)
        for row in models.CreatorSnapshot.objects.select_related("account")
    }
    assert kept == {
        id: (row["fans_raw"], int(row["fans_expected"]), row["corrected"] == "true")
        for id, row in figures.rows("tail_accounts").items()
    }
    assert sum(fans for _raw, fans, _fixed in kept.values()) == 5_277_000


def test_what_cannot_be_read_or_is_not_theirs_to_bring_is_refused() -> None:
    operator = an_operator()
    bring(ONE, operator)
    for printed, field in (
        (Printed("网", "丙", fans="10万+", likes="1"), "fans"),
        (Printed("网", "丙", fans="1", likes=""), "likes"),
        (Printed("网", "丙", fans="1", likes="1", ads_share="很多"), "ads_share"),
    ):
        with pytest.raises(FigureUnreadable) as refusal:
            bring(printed, operator)
        assert refusal.value.facts["field"] == field
    more_stills = Printed("网", "丙", fans="1", likes="1", works="3", stills="4")
    for refused, printed, changes in (
        (Invalid, more_stills, {}),
        (Invalid, OTHER, {"source_kind": "OWN"}),
        (Invalid, OTHER, {"as_of": date(2200, 1, 1)}),
        (Invalid, OTHER, {"source": " "}),
        (BroughtBefore, ONE, {}),
    ):
        with pytest.raises(refused):
            bring(printed, operator, **changes)
    with pytest.raises(NotAllowed):
        bring(OTHER, a_person())
    assert models.CreatorSnapshot.objects.count() == 1
    with pytest.raises(NotFound):
        snapshots.latest(ids.public("oac", ids.new()))


def test_a_day_is_counted_once_with_valid_and_raw_counts_apart() -> None:
    creator, fan = a_creator("阿瓷"), a_person()
    creator_id, silent = creator.require_creator(), a_creator()
    ref = ids.public("crt", creator_id)
    post = a_post(creator)
    a_post(creator, kind=PostKind.STILLS)
    likes.like(actor=fan, post_id=post, device="a" * 16, now=NOW)
    for _ in range(11):
        follows.follow(actor=a_person(), creator_id=creator_id, device="b" * 16, now=NOW)
    follows.follow(actor=fan, creator_id=creator_id, device="a" * 16, now=NOW)
    genuine.judge(now=NOW)
    add_up()

    with pytest.raises(NothingCounted):
        snapshots.latest(ref)
    assert snapshots.take(now=NOW) == 1
    assert snapshots.take(now=NOW + timedelta(minutes=1)) == 0
    assert snapshots.take(now=NOW + timedelta(days=1)) == 1

    card = snapshots.latest(ref)
    assert (card.counted.fans.value, card.all_fans) == (1, 12)
    assert (card.counted.likes.value, card.all_likes) == (1, 1)
    assert (card.counted.works, card.counted.stills, card.counted.ads) == (2, 1, 0)
    assert (card.name, card.network, card.source) == ("阿瓷", "", Source.OWN)
    assert [(day.fans, day.works, day.stills, day.ads) for day in snapshots.days(ref)] == [
        (1, 2, 1, 0),
        (1, 2, 1, 0),
    ]
    assert not models.CreatorSnapshot.objects.filter(creator=silent.creator_id).exists()


def test_an_account_in_other_hands_stands_still_until_it_is_proven() -> None:
    creator, operator, buyer = a_creator(), an_operator(), a_person()
    creator_id = creator.require_creator()
    ref = ids.public("crt", creator_id)
    post = a_post(creator)
    draft = a_post(creator, is_public=False)
    room_id, purse = a_scheduled_room(creator), Party("creator", creator_id)
    ingest.started(room_id=room_id, session=uuid4(), picture=PICTURE, now=NOW)
    books.give(purse, 1000)
    a_payout_account(books.HOUSE, purse)
    snapshots.take(now=NOW)
    at = NOW + timedelta(hours=1)

    def is_paid_out(*, after: timedelta = timedelta()) -> payouts.Payout:
        return payouts.request(
            actor=creator, party=purse, amount_fen=1000, key="all-of-it", now=at + after
        )

    for actor, refused in (
        (Actor.anonymous(), SignInFirst),
        (buyer, NotAllowed),
        (creator, NotAllowed),
    ):
        with pytest.raises(refused):
            hands.change(actor=actor, creator_id=creator_id, reason="x", now=at)
    with pytest.raises(WrongState):
        hands.prove(actor=operator, creator_id=creator_id, evidence="x", now=at)
    hands.change(actor=operator, creator_id=creator_id, reason="Sold in a group.", now=at)
    with pytest.raises(WrongState):
        hands.change(actor=operator, creator_id=creator_id, reason="Again.", now=at)

    with pytest.raises(ProofNeeded):
        publishing.publish(actor=creator, post_id=draft, now=at)
    with pytest.raises(ProofNeeded):
        rooms.go_live(actor=creator, room_id=room_id, now=at)
    with pytest.raises(ProofNeeded):
        is_paid_out()
    with pytest.raises(ProofNeeded):
        a_payout_account(books.HOUSE, purse, now=at)
    assert shows.room_for_host(room_id, actor=creator).state == "PREVIEW"
    assert queries.balances(purse, actor=books.HOUSE).withdrawable_fen == 1000
    assert posts.models.Post.objects.get(pk=draft).state == "DRAFT"
    assert posts.models.Post.objects.get(pk=post).state == "PUBLISHED"
    with pytest.raises(NothingCounted):
        snapshots.latest(ref)
    assert [each.creator_id for each in hands.waiting(actor=operator)] == [creator_id]

    hands.prove(actor=operator, creator_id=creator_id, evidence="Paper seen by video.", now=at)
    publishing.publish(actor=creator, post_id=draft, now=at)
    assert rooms.go_live(actor=creator, room_id=room_id, now=at).state == "LIVE"
    for early in (timedelta(), hands.COOL_DOWN - timedelta(seconds=1)):
        with pytest.raises(CoolingDown):
            is_paid_out(after=early)
    # Whoever had it before set where money goes; that is not where it goes now.
    with pytest.raises(PayoutAccountNeeded):
        is_paid_out(after=hands.COOL_DOWN)
    a_payout_account(books.HOUSE, purse, now=at)
    paid_out = is_paid_out(after=hands.COOL_DOWN)
    assert paid_out.amount_fen == 1000
    assert is_paid_out() == paid_out  # The same key, asked again, whatever holds meanwhile.
    assert hands.waiting(actor=operator) == ()
    (change,) = hands.history(actor=operator, creator_id=creator_id)
    assert (change.reason, change.evidence) == ("Sold in a group.", "Paper seen by video.")
    assert snapshots.take(now=at + timedelta(days=1)) == 1
    assert snapshots.latest(ref).counted.works == 2
    assert len(snapshots.days(ref)) == 1


def test_posts_are_found_by_words_and_sounds_while_they_are_public() -> None:
    creator, viewer, guest = a_creator("阿瓷"), a_person(), Actor.anonymous()
    kiln = a_post(creator, words=Words(title="开窑取茶盏", body="龙泉青瓷"))
    cup = a_post(creator, words=Words(title="茶盏怎么挑"))
    limited = a_post(creator, words=Words(title="茶盏"))
    models.Post.objects.filter(pk=limited).update(reach="LIMITED")
    while event_log.read_on(handlers.SEARCH):
        pass

    def found(words: str, actor: Actor = guest) -> list[object]:
        shown: list[object] = []
        after = None
        for _ in range(5):
            page = post_search.posts(words, actor=actor, after=after, most=1)
            shown += [view.id for view in page.rows]
            after = page.next_after
            if after is None:
                break
        return shown

    assert sorted(map(str, found("茶盏"))) == sorted(map(str, [kiln, cup]))
    assert found("kaiyao") == [kiln]
    assert found("青瓷") == [kiln]
    assert found("没有") == found("'; --") == found("") == []
    assert [card.name for card in post_search.people("阿瓷", actor=guest).rows] == []
    with pytest.raises(Invalid):
        post_search.posts("茶盏", actor=guest, after="1.crt_0")

    blocks.block(actor=viewer, person_id=creator.require_person(), now=NOW)
    assert found("茶盏", viewer) == []
    publishing.withdraw(actor=creator, post_id=kiln, now=NOW)
    assert found("茶盏") == [cup]
    with transaction.atomic():
        publishing.take_down(cup, cause="FALSE_CLAIM", now=NOW)
    while event_log.read_on(handlers.SEARCH):
        pass
    assert models.PostEntry.objects.count() == 1  # Of the limited one.
    assert post_search.rebuild() == 1
    models.PostEntry.objects.all().delete()  # As in a town of before there was an index.
    public = [a_post(creator, now=NOW) for _ in range(2)]
    assert [post_search.fill(most=2), post_search.fill(), post_search.fill()] == [2, 1, 0]
    assert set(models.PostEntry.objects.values_list("pk", flat=True)) >= set(public)
    assert [post_search.rebuild(), models.PostEntry.objects.count()] == [3, 3]
