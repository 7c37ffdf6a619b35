"""Programs are asked about posts: outside of any transaction, in a process of their own, bounded.

One that throws, hangs, floods or answers nonsense has given no answer. It gets no setting of ours,
only the post; and its process group is killed when its time is over.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from laotie.content import models
from laotie.content.files import judged_files, works
from laotie.content.files.works import WorkCard
from laotie.content.judgement import moderation, opinions
from laotie.content.judgement.judging import MOST_REMARKS, Exhibit, File, Remark
from laotie.content.kinds import PostState
from laotie.content.posting import publishing
from laotie.kernel.use_case import use_case

ANSWERS_WITHIN_S = 20.0
_LONGEST_ANSWER = 64 * 1024
_SEVERITIES = frozenset({"NOTE", "LIMIT", "REVIEW"})
_POSTS_AT_ONCE = 5
_SCREEN_WIDTH = 1080


class NoAnswer(Exception):
    """Why: in words, for a reviewer."""


def ask_all(*, now: datetime, within_s: float = ANSWERS_WITHIN_S) -> int:
    """Ask every program about posts that wait for one, and take them on; how many posts.

    Each question and each answer is a transaction of its own; an end anywhere is made good later.
    """
    waiting = models.Post.objects.filter(state=PostState.MACHINE_REVIEW.value).order_by("id")
    posts = list(waiting[:_POSTS_AT_ONCE])
    for post in posts:
        digest = moderation.digest(post)
        for program in opinions.programs():
            if opinions.begin(post_id=post.id, digest=digest, program=program, now=now):
                _ask_about(post, digest, program, now=now, within_s=within_s)
        if not opinions.of(post.id, digest).is_missing:
            _advance(post_id=post.id, now=now)
    return len(posts)


def exhibit_of(post: models.Post) -> Exhibit:
    """What programs are given of a post; they can fetch its files for two hours."""
    held = models.PostWork.objects.filter(post=post).order_by("position")
    work_ids: list[UUID] = list(held.values_list("work_id", flat=True))
    cards = works.cards(work_ids)
    return Exhibit(
        title=post.title,
        body=post.body,
        language=post.language,
        label=post.label,
        is_ai=post.is_ai,
        files=tuple(_file(judged_files.for_judges(cards[one])) for one in work_ids if one in cards),
        captions=tuple(
            (language, "\n".join(line for _at_ms, line in cues))
            for language, cues in moderation.captions_of(post.id).items()
            if cues
        ),
    )


def ask(program: str, exhibit: Exhibit, *, within_s: float = ANSWERS_WITHIN_S) -> list[Remark]:
    """What a program says of a post. raises: NoAnswer, at the latest after `within_s`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("LAOTIE_")}
    child = subprocess.Popen(
        [sys.executable, "-m", "laotie.content.judgement.judging", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**ours, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,
    )
    timer = threading.Timer(within_s, _kill, [child.pid])
    timer.start()
    try:
        said = _exchange(child, json.dumps(asdict(exhibit)).encode())
    finally:
        is_late = not timer.is_alive()
        timer.cancel()
        _kill(child.pid)  # Also what it left behind, or a flood that nobody reads.
        status = child.wait()
    if is_late:
        raise NoAnswer(f"{program} did not answer within {within_s:g} s.")
    if len(said) > _LONGEST_ANSWER:
        raise NoAnswer(f"{program} answered too much.")
    if not said:
        raise NoAnswer(f"{program} failed ({status}).")
    return _read(program, said)


def _exchange(child: "subprocess.Popen[bytes]", given: bytes) -> bytes:
    """What it writes until it ends, or more than an answer may have."""
    assert child.stdin
    assert child.stdout
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(given)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()
    with child.stdout:
        return child.stdout.read(_LONGEST_ANSWER + 1)


def _read(program: str, said: bytes) -> list[Remark]:
    """raises: NoAnswer."""
    try:
        remarks = [Remark(**each) for each in json.loads(said)]
        is_sound = len(remarks) <= MOST_REMARKS and all(
            each.severity in _SEVERITIES and isinstance(each.quote, str) for each in remarks
        )
    except (ValueError, TypeError) as error:
        raise NoAnswer(f"{program} answered what cannot be read.") from error
    if not is_sound:
        raise NoAnswer(f"{program} answered what cannot be read.")
    return remarks


def _ask_about(
    post: models.Post, digest: str, program: str, *, now: datetime, within_s: float
) -> None:
    try:
        remarks = ask(program, exhibit_of(post), within_s=within_s)
    except NoAnswer as reason:
        opinions.silent(post_id=post.id, digest=digest, program=program, cause=str(reason), now=now)
    else:
        opinions.answered(post_id=post.id, digest=digest, program=program, remarks=remarks, now=now)


def _file(card: WorkCard) -> File:
    cover = card.cover_urls.get(_SCREEN_WIDTH, "")
    return File(card.kind.value, card.url, cover, card.duration_ms)


@use_case
def _advance(*, post_id: UUID, now: datetime) -> None:
    publishing.go_on(post_id, now=now)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
