"""Programmes and talents at the desk, in the studio and over the API: what each page does."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from tests import builders
from tests.statements import counted
from tests.surfaces.desk.test_desk import signed_in, text_of
from tests.usecases.content import supported

from laotie.content import models
from laotie.content.support import field_figures, progress, talent
from laotie.content.support.programmes import Task
from laotie.content.support.support_kinds import TaskKind
from laotie.kernel import clock, ids

pytestmark = pytest.mark.usefixtures("db")
MINUTES = Task(TaskKind.WATCH_MINUTES, 60, 100_00)


def programme_form() -> dict[str, str]:
    local = timezone.localtime(clock.now())
    return {
        "name_zh": "知识星火",
        "name_en": "Sparks",
        "aliases": "星火计划，火花",
        "goal": "science",
        "field": "POPULAR_SCIENCE",
        "starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + timedelta(days=30):%Y-%m-%dT%H:%M}",
        "budget_fen": "1000",
        "POSTS_target": "3",
        "POSTS_fen": "200",
        "reason": "growth",
    }


def test_a_programme_is_proposed_confirmed_joined_and_closed_by_pages() -> None:
    proposer, second = signed_in(builders.an_operator()), signed_in(builders.a_financier())
    wrong = proposer.post("/desk/programmes", {**programme_form(), "LIVES_target": "2"})
    assert wrong.status_code == 422
    assert proposer.post("/desk/programmes", programme_form()).status_code == 302
    card = models.Programme.objects.get()
    ref = ids.public("prg", card.id)
    assert card.aliases == ["星火计划", "火花"]
    assert "知识星火" in text_of(proposer, "/desk/proposals")
    (proposal_id,) = supported.sql.rows("SELECT id FROM oversight_proposal")[0]
    answer = second.post(f"/desk/proposals/programme/{proposal_id}/confirm")
    assert answer.status_code == 302
    creator = signed_in(builders.a_creator("王老师"))
    assert ref in text_of(creator, "/studio/support")

    assert creator.post(f"/studio/support/{ref}/enrol").status_code == 302
    assert "0 / 3" in text_of(creator, "/studio/support")
    assert "王老师" in text_of(proposer, f"/desk/programmes/{ref}")
    refused = proposer.post(f"/desk/programmes/{ref}/cancel", {"reason": "x"})
    assert refused.status_code == 422 or refused.status_code == 409
    assert proposer.post(f"/desk/programmes/{ref}/close", {"reason": "x"}).status_code == 302

    card.refresh_from_db()
    assert (card.state, card.due_fen) == ("CLOSED", 0)
    assert creator.get(f"/desk/programmes/{ref}").status_code == 403


def test_a_talent_is_signed_watched_and_ended_by_pages() -> None:
    star, desk = builders.a_creator("星"), signed_in(builders.an_operator())
    today = talent.today_of(clock.now())
    form = {
        "creator_id": ids.public("crt", star.require_creator()),
        "field": "MUSIC",
        "starts_on": str(today - timedelta(days=21)),
        "ends_on": str(today + timedelta(days=60)),
        "posts_a_week": "2",
        "lives_a_month": "1",
        "quiet_days": "7",
        "is_exclusive": "on",
    }
    assert desk.post("/desk/talents", {**form, "creator_id": "nobody"}).status_code == 422
    assert desk.post("/desk/talents", form).status_code == 302
    path = f"/desk/talents/{ids.public('tal', models.TalentAgreement.objects.get().id)}"
    assert talent.watch(now=clock.now()) >= 3
    alert = models.TalentAlert.objects.filter(cause="QUIET").get()

    assert str(alert.id) in text_of(desk, path)
    assert desk.post(f"{path}/alerts/{alert.id}").status_code == 302
    assert str(alert.id) not in text_of(desk, path)
    assert "星" in text_of(desk, "/desk/talents")
    assert text_of(signed_in(star), "/studio/support")
    assert desk.post(f"{path}/end", {"reason": "agreed"}).status_code == 302
    assert "星" in text_of(desk, "/desk/talents?state=ENDED")
    assert desk.get("/desk/talents?state=NONE").status_code == 404


def test_programs_list_and_join_programmes_and_read_agreements() -> None:
    now = clock.now()
    tasks = [supported.POSTS_3, MINUTES]
    card, star = supported.a_programme(now=now, tasks=tasks), builders.a_creator("星")
    supported.signed(star, talent.today_of(now), talent.today_of(now), now=now)
    api = signed_in(star)
    ((before,), path) = api.get("/api/v1/me/programmes").json(), "/api/v1/me/programmes"
    assert (before["id"], before["may_enrol"]) == (card.public_id, True)

    csrf = (
        {"HTTP_X_CSRFTOKEN": api.cookies["csrftoken"].value} if "csrftoken" in api.cookies else {}
    )
    answer = api.put(f"{path}/{card.public_id}", {}, "application/json", **csrf)
    assert answer.status_code == 200, answer.content

    (after,) = api.get(path).json()
    assert after["may_enrol"] is False
    models.TaskProgress.objects.filter(kind="WATCH_MINUTES").update(counted=21, told=43)
    (after,) = api.get(path).json()
    assert [(task["counted"], task["target"], task["told"]) for task in after["tasks"]] == [
        (0, 3, None),
        (21, 60, 43),
    ]
    for client, page in (
        (api, "/studio/support"),
        (signed_in(builders.an_operator()), f"/desk/programmes/{card.public_id}"),
    ):
        shown = re.search(r'data-figure="watch_minutes">([^<]+)<', text_of(client, page))
        assert shown
        assert "43" in shown[1]
    assert api.get("/api/v1/me/agreements").json()[0]["is_exclusive"] is True


def test_pages_cost_as_much_for_many_as_for_one() -> None:
    pages, star = a_town(), builders.a_creator("星")
    desk, studio = signed_in(builders.an_operator()), signed_in(star)
    now = clock.now()
    today, first = talent.today_of(now), ids.parse("prg", pages["programme"].rpartition("/")[2])
    supported.signed(star, today, today + timedelta(days=60), now=now)
    progress.enrol(actor=star, programme_id=first, now=now)

    def costs() -> dict[str, int]:
        found = {}
        for name, path in {**pages, "support": "/studio/support"}.items():
            with counted() as sent:
                text_of(studio if name == "support" else desk, path)
            found[name] = len(sent)
        return found

    costs()  # What is learnt once for a process is learnt here.
    few = costs()
    for n in range(3):
        card = supported.a_programme(now=now)
        supported.enrolled(card, f"甲{n}", now=now)
        progress.enrol(actor=star, programme_id=card.id, now=now)
        other = builders.a_creator(f"乙{n}")
        supported.signed(other, today, today + timedelta(days=60), now=now)
        progress.enrol(actor=other, programme_id=first, now=now)

    assert costs() == few
    assert max(few.values()) <= 25


def a_town() -> dict[str, str]:
    """A programme with creators and days of its field, and a talent who has gone quiet."""
    now = clock.now()
    card = supported.a_programme(now=now - timedelta(days=9), tasks=[supported.POSTS_3, MINUTES])
    (wang,) = supported.enrolled(card, "王老师", now=now - timedelta(days=8))
    for day in range(9, 0, -1):
        field_figures.note_day(now=now - timedelta(days=day))
    today = talent.today_of(now)
    agreement_id = supported.signed(
        wang, today - timedelta(days=60), today + timedelta(days=60), now=now
    )
    supported.held(wang, at=now - timedelta(days=50))
    supported.held(wang, at=now - timedelta(days=40))
    supported.count()
    models.TaskProgress.objects.filter(kind="WATCH_MINUTES").update(counted=21, told=43)
    talent.watch(now=now)
    return {
        "programmes": "/desk/programmes",
        "programme": f"/desk/programmes/{card.public_id}",
        "talents": "/desk/talents",
        "talent": f"/desk/talents/{ids.public('tal', agreement_id)}",
    }
