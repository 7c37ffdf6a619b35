"""Every role at every door of the media process, before the live context and its database, as
`tests/surfaces/matrix_sockets.csv` says."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from tests.media.harness import Media, RtmpClient, eventually, publishing
from tests.surfaces import socket_table
from tests.surfaces.socket_table import MADE_UP, Row
from tests.usecases.live import scenes
from websockets.sync.client import connect

from laotie.content.files import uploads
from laotie.content.files.footage import Kind
from laotie.kernel import clock, sql
from laotie.kernel.actor import Actor
from laotie.kernel.errors import NotAllowed, NotFound, SignInFirst
from laotie.live import ingest, rooms

NO = (NotAllowed, NotFound, SignInFirst)
PICTURE = "abcdef0123"
CLIP = "clp_" + "0" * 26  # Nobody wished for it.
WORK = "0" * 32  # No post shows it.
RTMP_ANSWERS = {b"Publish.Start": "Start", b"Publish.BadName": "BadName", b"_result": "_result"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A creator's room with video, one of theirs that waits for video, and somebody else's."""

    media: Media
    watched: UUID
    waiting: UUID
    foreign: UUID
    before: list[UUID]

    def path(self, row: Row, actor: Actor) -> str:
        stream = ingest.stream_name(self.watched)
        segment = next((self.media.folder / "data/media/live" / stream).glob("*/s*.m4s"))
        # Whoever may preview one room may not preview another with it.
        of = self.waiting if row.when == "another room" else self.watched
        return (
            row.sent.removeprefix("GET ")
            .replace("{token}", preview_token(actor, of))
            .replace("{room}", stream)
            .replace("{take}/{file}", f"{segment.parent.name}/{segment.name}")
            .replace("{id}/{width}", f"{PICTURE}/480")
            .replace("{id}", CLIP)
            .replace("{file}/{name}", f"{WORK}/video.mp4")
        )

    def door(self, row: Row) -> UUID:
        return self.foreign if row.when == "another room" else self.waiting


@pytest.fixture
def stage(app_url: str, clip: Path, tmp_path: Path) -> Iterator[tuple[Stage, dict[str, Actor]]]:
    scene = scenes.a_live_room(clock.now())
    rooms.end(actor=scene.host, room_id=scene.room_id, now=clock.now())
    foreign = scenes.a_live_room(clock.now())
    before = [id for (id,) in sql.rows("SELECT id FROM live_session")]
    watched, waiting = (scenes.a_scheduled_room(scene.host, clock.now()) for _ in range(2))
    media = Media(tmp_path / "media", database_url=app_url, bad_keys_per_minute=1000)
    picture = media.folder / f"data/media/pictures/{PICTURE[:2]}/{PICTURE}/480.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"RIFF....WEBP")
    with contextlib.closing(media.start()):
        key = ingest.issue_key(actor=scene.host, room_id=watched, now=clock.now()).key
        with publishing(clip, f"rtmp://127.0.0.1:{media.rtmp_port}/live/{key}"):
            eventually(lambda: state_of(watched) == "PREVIEW")
            yield Stage(media, watched, waiting, foreign.room_id, before), socket_table.cast(scene)


def test_every_door_answers_every_role_as_the_table_says(
    stage: tuple[Stage, dict[str, Actor]],
) -> None:
    here, actors = stage
    stated = socket_table.table("media")

    def play(*moments: str) -> dict[Row, dict[str, str]]:
        return {
            row: {role: answer(here, row, actor) for role, actor in actors.items()}
            for row in stated
            if row.when in moments
        }

    found = play("preview", "another room", "always")
    rooms.go_live(actor=actors["creator"], room_id=here.watched, now=clock.now())
    index = f"/media/live/{ingest.stream_name(here.watched)}/index.m3u8"
    eventually(lambda: here.media.client.get(index).status_code == 200)
    found |= play("on air")

    socket_table.require(found, stated)
    # Whoever was refused has not put anything on air.
    assert state_of(here.waiting) == "SCHEDULED"
    sent = sql.rows("SELECT room_id FROM live_session WHERE id <> ALL (%s)", [here.before])
    assert sent == [(here.watched,)]
    assert "Traceback" not in here.media.log


def answer(here: Stage, row: Row, actor: Actor) -> str:
    kind, _, what = row.sent.partition(" ")
    if kind == "GET":
        return str(here.media.client.get(here.path(row, actor)).status_code)
    if kind == "tus":
        return str(sent_in(here, what, actor))
    if kind == "golive":
        return from_a_browser(here, what, here.door(row), actor)
    return from_an_encoder(here, what, here.door(row), actor)


def sent_in(here: Stage, method: str, actor: Actor) -> int:
    """The answer to an upload of one's own, which was begun before unless this begins it."""
    try:
        url = uploads.begin(
            actor=actor, kind=Kind.VIDEO, bytes=4, name="a.mp4", now=clock.now()
        ).url
    except NO:
        url = f"/media/uploads/{MADE_UP}"
    path = urlsplit(url).path

    def ask(method: str, **headers: str) -> int:
        told = {"Tus-Resumable": "1.0.0", **headers}
        body = b"\0\0\0\0" if method == "PATCH" else b""
        return here.media.client.request(method, path, headers=told, content=body).status_code

    begun = ask("POST", **{"Upload-Length": "4"})
    if method == "POST":
        return begun
    if method == "PATCH":
        return ask(
            method, **{"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        )
    return ask(method)


def from_a_browser(here: Stage, frame: str, room_id: UUID, actor: Actor) -> str:
    """The answer to this frame; without a ticket a piece or a goodbye is the first frame."""
    address = f"ws://127.0.0.1:{here.media.http_port}"
    ticket = publish_ticket(actor, here.waiting)
    greeting = json.dumps({"mime": "video/webm", "ticket": ticket})
    with connect(f"{address}/media/golive/{ingest.stream_name(room_id)}", close_timeout=1) as page:
        if frame == "greeting" or ticket != MADE_UP:
            page.send(greeting)
            heard = json.loads(page.recv(timeout=20))
        if frame != "greeting":
            page.send(b"no recording" if frame == "piece" else json.dumps({"t": "bye"}))
            heard = json.loads(page.recv(timeout=20))
    return str(heard.get("code") or heard["t"])


def from_an_encoder(here: Stage, command: str, room_id: UUID, actor: Actor) -> str:
    client = RtmpClient(here.media.rtmp_port).shake_hands()
    try:
        if command == "publish":
            secret = stream_secret(actor, here.waiting)
            client.command("connect", 1, {"app": "live"})
            client.until(b"_result")
            name = f"{ingest.stream_name(room_id)}?token={secret}"
            client.command("publish", 3, None, name, "live", stream=1)
        else:
            client.command(command, 1, {"app": "live"})
        received = b""
        while piece := client.socket.recv(1 << 16):
            received += piece
            for mark, meaning in RTMP_ANSWERS.items():
                if mark in received:
                    return meaning
        return "closed"
    finally:
        client.close()


def preview_token(actor: Actor, room_id: UUID) -> str:
    """Of this room, or of another one that is the actor's own."""
    with contextlib.suppress(*NO):
        return ingest.preview_token(actor=actor, room_id=room_id)
    return MADE_UP


def publish_ticket(actor: Actor, room_id: UUID) -> str:
    with contextlib.suppress(*NO):
        return ingest.issue_publish_ticket(actor=actor, room_id=room_id)
    return MADE_UP


def stream_secret(actor: Actor, room_id: UUID) -> str:
    with contextlib.suppress(*NO):
        key = ingest.issue_key(actor=actor, room_id=room_id, now=clock.now()).key
        return key.partition("?token=")[2]
    return "0" * 32


def state_of(room_id: UUID) -> str:
    return str(sql.rows("SELECT state FROM live_room WHERE id = %s", [room_id])[0][0])
