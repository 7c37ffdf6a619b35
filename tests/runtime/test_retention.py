"""What is older than its rule goes, in batches, and nothing else; what is held stays."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from tests import builders
from tests.builders import NOW
from tests.outside import World, stand_in
from tests.usecases.content.works_made import a_post
from tests.usecases.live import scenes, shows

from laotie.accounts import inbox, leaving, sign_in
from laotie.accounts.leaving import StillOpen
from laotie.content.posting.posts import Words
from laotie.content.review import cases
from laotie.kernel import clock, holds, ids, retention, sql
from laotie.kernel.errors import Invalid, NotFound
from laotie.kernel.retention import Rule
from laotie.live import ingest, keeping
from laotie.live.replays import RecordingSize
from laotie.runtime import retention as policy


@pytest.fixture
def world(db: None) -> Iterator[World]:
    with stand_in() as world:
        yield world


def rule(name: str) -> Rule:
    return next(each for each in policy.rules() if each.name == name)


def due(now: object) -> Mapping[str, int]:
    return {each.name: each.rows for each in policy.due(now) if each.rows}  # type: ignore[arg-type]


def count(table: str) -> int:
    ((rows,),) = sql.rows(f"SELECT count(*) FROM {table}")
    return int(rows)


def test_every_rule_is_a_statement_that_the_tables_take(db: None) -> None:
    assert [each.rows for each in policy.due(NOW)] == [0] * len(policy.due(NOW))
    assert set(policy.run(NOW).values()) == {0}


def test_tries_and_codes_go_after_a_day(db: None) -> None:
    sign_in.request_code(phone=builders.a_phone(), address="203.0.113.9", now=NOW)

    assert due(NOW + timedelta(hours=23)) == {}
    later = NOW + timedelta(hours=25)
    assert due(later) == {"sign_in_tries": 1, "sign_in_codes": 1}
    assert due(later) == {"sign_in_tries": 1, "sign_in_codes": 1}

    dropped = policy.run(later)
    assert {name: rows for name, rows in dropped.items() if rows} == {
        "sign_in_tries": 1,
        "sign_in_codes": 1,
    }
    assert set(policy.run(later).values()) == {0}


def test_quotes_go_unless_they_were_placed(world: World) -> None:
    shop, buyer = builders.a_shop(), builders.a_person()
    sku = builders.a_stocked_sku(shop)
    claim = builders.a_claim(buyer, builders.a_coupon(shop=shop))
    builders.a_quote(buyer, {sku: 1}, claims=[claim])
    builders.place(buyer, builders.a_quote(buyer, {sku: 1}, claims=[claim]))
    quotes = rule("unused_quotes")

    assert retention.drop(quotes, now=NOW + timedelta(days=1)) == 0
    later = NOW + timedelta(days=1, minutes=31)
    holds.place(subject=ids.public("per", buyer.require_person()), reason="case 7", now=NOW)
    assert retention.drop(quotes, now=later) == 0
    holds.lift(subject=ids.public("per", buyer.require_person()), reason="closed", now=NOW)
    assert retention.drop(quotes, now=later) == 1

    for table in ("trade_quote", "trade_quote_order", "trade_quote_line", "trade_quote_coupon"):
        assert count(table) == 1


def test_inboxes_and_frames_go_by_their_own_age(world: World) -> None:
    scene = scenes.a_live_room()
    room = ids.public("rom", scene.room_id)
    person = builders.a_person()
    with transaction.atomic():
        inbox.post(person.require_person(), "data_ready", {}, ref="one", now=NOW)
    before, notices = count("live_frame"), count("accounts_notice")
    assert before > 0

    in_a_year = NOW + timedelta(days=366)
    assert retention.due(rule("live_frames"), now=NOW + timedelta(hours=47)) == 0
    holds.place(subject=room, reason="case 8", now=NOW)
    assert retention.drop(rule("live_frames"), now=in_a_year) == 0
    assert count("live_frame") == before
    holds.lift(subject=room, reason="closed", now=NOW)
    assert retention.drop(rule("live_frames"), now=in_a_year, batch=1) == before

    assert retention.drop(rule("inbox"), now=NOW + timedelta(days=364)) == 0
    assert retention.drop(rule("inbox"), now=in_a_year) == notices
    assert inbox.lines(actor=person) == ()


def test_a_batch_is_a_transaction_of_its_own(db: None) -> None:
    sql.change(
        "INSERT INTO pay_refused_notice (id, channel, reason, key_id, sender, body_sha256,"
        " body_start, refused_at) SELECT gen_random_uuid(), 'lab', 'BAD', '', '', '', '', %s"
        " FROM generate_series(1, 1250)",
        [NOW],
    )
    sizes: list[int] = []

    def note(execute, statement, params, many, context):  # type: ignore[no-untyped-def]
        result = execute(statement, params, many, context)
        if statement.startswith("DELETE"):
            assert connection.in_atomic_block
            sizes.append(context["cursor"].rowcount)
        return result

    refused = rule("refused_notices")
    with connection.execute_wrapper(note):
        assert retention.drop(refused, now=NOW + timedelta(days=180)) == 0
        assert retention.drop(refused, now=NOW + timedelta(days=181)) == 1250

    assert sizes == [0, 500, 500, 250]


def test_a_hold_is_one_and_has_reasons(db: None) -> None:
    subject = ids.public("rom", ids.new())
    holds.place(subject=subject, reason="court file 12", now=NOW)

    with pytest.raises(holds.AlreadyHeld):
        holds.place(subject=subject, reason="again", now=NOW)
    with pytest.raises(Invalid):
        holds.lift(subject=subject, reason=" ", now=NOW)
    with pytest.raises(NotFound):
        holds.place(subject=ids.public("sku", ids.new()), reason="no", now=NOW)
    holds.lift(subject=subject, reason="file closed", now=NOW + timedelta(days=1))
    with pytest.raises(NotFound):
        holds.lift(subject=subject, reason="file closed", now=NOW)

    (kept,) = holds.listed()
    assert (kept.subject, kept.reason, kept.lifted_because) == (
        subject,
        "court file 12",
        "file closed",
    )


def test_somebody_who_is_held_cannot_leave(db: None) -> None:
    person = builders.a_person()
    holds.place(subject=ids.public("per", person.require_person()), reason="case 9", now=NOW)

    with pytest.raises(StillOpen) as refused:
        leaving.ask(actor=person, now=NOW)

    assert refused.value.facts["matters"] == ["HELD_BY_LAW"]


def test_decisions_stay_three_years_after_the_last_word_and_while_somebody_waits(db: None) -> None:
    creator, held, judge = builders.a_creator(), builders.a_creator(), builders.an_operator()
    outside = Words(title="开窑", body="都在 shop.com")
    gone, appealed, of_held = (a_post(one) for one in (creator, creator, held))
    waiting = a_post(creator, words=outside)
    why = {"rule": "OTHER", "reason": "No."}
    for post_id in (gone, appealed, of_held):
        ended = cases.take_down(actor=judge, post_id=post_id, now=NOW, **why)
        if post_id == appealed:
            cases.appeal(actor=creator, case_id=ended.case_id, text="请再看", now=NOW)
    holds.place(subject=ids.public("per", held.require_person()), reason="case 9", now=NOW)
    decisions, years = rule("moderation_cases"), timedelta(days=3 * 365)

    assert retention.drop(decisions, now=NOW + years) == 0
    assert retention.drop(decisions, now=NOW + years + timedelta(seconds=1)) == 1
    assert retention.drop(decisions, now=NOW + 2 * years) == 0

    kept = sql.rows("SELECT post_id, state FROM content_case")
    assert sorted(kept) == sorted(
        [(appealed, "APPEALED"), (of_held, "TAKEN_DOWN"), (waiting, "OPEN")]
    )


def test_old_recordings_are_marked_and_held_ones_stay(world: World) -> None:
    old, held = shows.a_show(), shows.a_show()
    for show in (old, held):
        shows.record(show)
    clip = shows.cut(old, is_shown=True)
    holds.place(subject=ids.public("rom", held.room_id), reason="case 10", now=NOW)
    days = timedelta(days=settings.LAOTIE.recordings_days)

    assert keeping.space().used_bytes == 5_002_000
    assert keeping.keep_within(now=NOW + days) == 0
    assert keeping.keep_within(now=NOW + days + timedelta(hours=1)) == 1
    assert keeping.keep_within(now=NOW + days + timedelta(hours=1)) == 0

    names = {each: ingest.stream_name(each) for each in (old.room_id, held.room_id)}
    standings = ingest.standings(list(names.values()))
    assert not standings[names[old.room_id]].is_kept
    assert standings[names[held.room_id]].is_kept
    assert standings[names[held.room_id]].is_held
    assert sql.rows("SELECT remove_reason FROM live_recording WHERE removed_at IS NOT NULL") == [
        ("RETENTION_DAYS",)
    ]
    assert sql.rows("SELECT state, is_shown FROM live_clip WHERE id = %s", [clip]) == [
        ("REMOVED", False)
    ]
    assert keeping.space().used_bytes == 1000


def test_quotas_take_the_oldest_show_first() -> None:
    one, other = UUID(int=1), UUID(int=2)
    sizes = [
        RecordingSize(UUID(int=10), one, 60, NOW - timedelta(days=9)),
        RecordingSize(UUID(int=11), other, 50, NOW - timedelta(days=8)),
        RecordingSize(UUID(int=12), one, 30, NOW - timedelta(days=7)),
        RecordingSize(UUID(int=13), one, 20, None),
    ]

    def going(creator: int, total: int, *staying: int) -> list[tuple[int, str]]:
        found = keeping.choose(
            sizes,
            staying={UUID(int=each) for each in staying},
            before=NOW - timedelta(days=30),
            creator_bytes=creator,
            total_bytes=total,
        )
        return [(each.room_id.int, each.why) for each in found]

    assert going(110, 160) == []
    assert going(109, 160) == [(10, "CREATOR_BYTES")]
    assert going(109, 160, 10) == [(12, "CREATOR_BYTES")]
    assert going(110, 159) == [(10, "TOTAL_BYTES")]
    assert going(110, 99) == [(10, "TOTAL_BYTES"), (11, "TOTAL_BYTES")]
    assert going(50, 500) == [(10, "CREATOR_BYTES")]


def test_the_law_sets_the_floor_of_days() -> None:
    from laotie.runtime import config
    from laotie.runtime.problems import WrongUse

    with pytest.raises(WrongUse, match="LAOTIE_RECORDINGS_DAYS is below 1096"):
        config.load({"LAOTIE_RECORDINGS_DAYS": "1095"})
    neutral = {"LAOTIE_RECORDINGS_DAYS": "30", "LAOTIE_PROFILE": "neutral"}
    assert config.load(neutral).recordings_days == 30


def test_spent_sessions_go_by_the_wall(db: None) -> None:
    sql.change(
        "INSERT INTO django_session (session_key, session_data, expire_date) VALUES"
        " ('over', '', %s), ('alive', '', %s)",
        [clock.wall() - timedelta(minutes=1), clock.wall() + timedelta(minutes=5)],
    )

    assert retention.drop(rule("web_sessions"), now=NOW) == 1
    assert sql.rows("SELECT session_key FROM django_session") == [("alive",)]
