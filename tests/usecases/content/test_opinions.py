"""Programs of somebody else's are asked about posts, and whatever they do, a person can decide."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from tests.builders import NOW, a_creator, an_operator
from tests.usecases.content.works_made import a_post, post_of, state_of

from laotie.content import models
from laotie.content.judgement import moderation, opinions
from laotie.content.judgement.findings import Rule
from laotie.content.judgement.judging import Exhibit
from laotie.content.kinds import PostState, Reach
from laotie.content.posting.posts import Words
from laotie.content.review import case_pages, questions
from laotie.events.content import PostPublished
from laotie.kernel import sql

pytestmark = pytest.mark.usefixtures("db", "plugin")

PLUGIN = """
import os, sys, time
from laotie.content.judgement.judging import Remark

def judge(post):
    if "throw" in post.body: raise ValueError("broken")
    if "hang" in post.body: time.sleep(60)
    if "flood" in post.body: os.write(1, b"x" * 200_000); time.sleep(60)
    if "nonsense" in post.body: return [Remark("REFUSE", "too much")]
    if "knife" in post.body: return [Remark("REVIEW", "a knife in picture 1 of %d" % len(post.files))]
    if "hear" in post.body: return [Remark("NOTE", "|".join(post.captions[0]))]
    if "dim" in post.body: return [Remark("LIMIT", "dark")]
    if "keys" in post.body: return [Remark("LIMIT", ",".join(k for k in os.environ if k.startswith("LAOTIE_")))]
    print("noise on the standard output")
    return []
"""


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of somebody else's, installed beside ours."""
    (tmp_path / "picture_guard.py").write_text(PLUGIN)
    about = tmp_path / "picture_guard-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: picture-guard\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[laotie.moderation]\nguard = picture_guard:judge\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    opinions.programs.cache_clear()
    yield
    opinions.programs.cache_clear()


def test_a_program_of_somebody_elses_is_asked_before_a_post_is_public() -> None:
    creator, operator = a_creator(), an_operator()
    free, limited, looked_at = (
        a_post(creator, words=Words(title="开窑", body=body)) for body in ("tea", "dim", "knife")
    )
    assert {state_of(one)[0] for one in (free, limited, looked_at)} == {PostState.MACHINE_REVIEW}

    assert questions.ask_all(now=NOW) == 3

    assert state_of(free) == (PostState.PUBLISHED, Reach.FULL)
    assert state_of(limited) == (PostState.PUBLISHED, Reach.LIMITED)
    assert state_of(looked_at) == (PostState.HUMAN_REVIEW, Reach.FULL)
    (case,) = case_pages.queue(actor=operator)
    (found,) = case.findings
    assert (found.rule, found.source, found.quote) == (
        Rule.MODEL, "guard", "a knife in picture 1 of 1",
    )  # fmt: skip
    assert questions.ask_all(now=NOW) == 0
    assert models.Opinion.objects.filter(tries=1, state="GIVEN").count() == 3


def test_a_program_that_throws_hangs_floods_or_talks_nonsense_leads_to_a_person() -> None:
    creator, operator = a_creator(), an_operator()
    # The time of a program includes the start of its interpreter, so one alone has little.
    for bodies, within_s in (
        (("throw", "flood", "nonsense"), questions.ANSWERS_WITHIN_S),
        (("hang",), 1.5),
    ):
        for body in bodies:
            a_post(creator, words=Words(title="开窑", body=body))
        for _try in range(opinions.MOST_TRIES):
            questions.ask_all(now=NOW, within_s=within_s)

    waits = {view.body: view.findings[0].quote for view in case_pages.queue(actor=operator)}
    assert waits == {
        "throw": "guard failed (1).",
        "hang": "guard did not answer within 1.5 s.",
        "flood": "guard answered too much.",
        "nonsense": "guard answered what cannot be read.",
    }
    names = [PostPublished.name]
    assert sql.rows("SELECT count(*) FROM event_log WHERE name = ANY(%s)", [names]) == [(0,)]
    children = sql.rows("SELECT count(*) FROM content_opinion WHERE state = 'FAILED' AND tries = 2")
    assert children == [(4,)]


def test_a_program_gets_the_post_and_no_setting_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(name.startswith("LAOTIE_") for name in os.environ)
    exhibit = Exhibit("开窑", "keys", "zh-hans", "ORGANIC", False, (), (("en", "Hello\nall"),))

    (remark,) = questions.ask("guard", exhibit)

    assert (remark.severity, remark.quote) == ("LIMIT", "")
    (heard,) = questions.ask("guard", replace(exhibit, body="hear"))
    assert heard.quote == "en|Hello\nall"


def test_a_question_whose_asker_was_killed_is_asked_again_and_then_given_up() -> None:
    creator = a_creator()
    post_id = a_post(creator, words=Words(title="开窑", body="tea"))
    digest = moderation.digest(post_of(post_id))
    ask = partial(opinions.begin, post_id=post_id, digest=digest, program="guard", now=NOW)

    tried = []
    for _kill in range(opinions.MOST_TRIES + 1):
        tried += [ask(), ask()]
        sql.change("UPDATE content_opinion SET asked_wall_at = asked_wall_at - interval '3 min'")

    assert tried == [True, False, True, False, False, False]
    questions.ask_all(now=NOW)
    assert post_of(post_id).state == PostState.HUMAN_REVIEW
