"""The demo: the town is built, the host goes on air, the audience comes; or the main job once.

Runs beside the parts that `laotie demo` started, as one process. When a person can begin it writes
`run/demo.json` with addresses and accounts, and prints the same.
"""

import asyncio
import contextlib
import json
import logging
import os
import shlex
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from laotie.kernel import clock as business
from laotie.kernel import ids
from laotie.kernel.errors import Refusal
from laotie.lab import (
    clip,
    clock,
    commands,
    town,
    town_belts,
    town_days,
    town_links,
    town_posts,
    town_show,
    town_street,
)
from laotie.lab.audience import VIEWERS, Audience
from laotie.lab.check import Check
from laotie.lab.hands import Hands
from laotie.lab.host import Host
from laotie.lab.town import Login, Town
from laotie.lab.visitor import Refused

log = logging.getLogger(__name__)

_TALLY_EVERY_S = 60.0


class Config(commands.Config, Protocol):
    """The part of the configuration that the demo reads."""

    @property
    def public_url(self) -> str: ...
    @property
    def gateway_url(self) -> str: ...
    @property
    def media_url(self) -> str: ...


def run(
    config: Config, *, check: bool = False, has_audience: bool = True, seconds: float = 0
) -> int:
    """Play until stopped (or for some seconds), or do the main job once; the exit code.

    Refuses when the lab is off.
    """
    if not config.lab:
        _say("The demo is a lab, and the lab is off. Set LAOTIE_LAB=1; never in production.")
        return 2
    # Two hundred viewers who each tell of their connection would bury what matters.
    logging.getLogger("picows").setLevel(logging.WARNING)
    _ready_file(config).unlink(missing_ok=True)
    clock.tell_provider(config)
    program = commands.ffmpeg(config)
    folder = commands.clip_folder(config)
    if not clip.ready_at(folder).video.exists():
        _say("drawing the clip (once, about 15 s)")
    source = clip.ready(folder, program=program)
    built = town.build(cover=source.poster, say=_say, now=business.now())
    return asyncio.run(
        _play(
            config,
            built,
            source.video,
            program,
            check=check,
            has_audience=has_audience,
            seconds=seconds,
        )
    )


async def _play(
    config: Config,
    built: Town,
    video: Path,
    program: str,
    *,
    check: bool,
    has_audience: bool,
    seconds: float,
) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        host = Host(config, http, room_id=built.room.id, login=town.POTTER)
        try:
            if check:
                job = Check(config, http, built, host, video, program, _say)
                return await _until_stopped(job.run(), stop)
            await host.sign_in()
            await host.publish(clip=video, program=program)
            await host.signal()
            await host.go_live()
            rest = _Rest(config, http, built, video, program) if has_audience else None
            await _show(config, built, host, stop, rest=rest, seconds=seconds)
        finally:
            host.stop()
            _ready_file(config).unlink(missing_ok=True)
    return 0


async def _until_stopped(job: Any, stop: asyncio.Event) -> int:
    """The check's exit code; 130 when it was interrupted."""
    doing, stopping = asyncio.ensure_future(job), asyncio.ensure_future(stop.wait())
    await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if doing.done():
        return 0 if doing.result() else 1
    doing.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await doing
    return 130


async def _show(
    config: Config,
    built: Town,
    host: Host,
    stop: asyncio.Event,
    *,
    rest: "_Rest | None",
    seconds: float,
) -> None:
    """Keep the room on air until stopped; with the rest of the town goes an audience."""
    asked = await asyncio.to_thread(_asked_for_digits)
    _tell_ready(config, host, built, asked)
    playing = [asyncio.create_task(host.stay_on_air())]
    if rest is not None:
        playing.append(asyncio.create_task(host.present()))
        audience = Audience(config, room_id=host.room_id)
        playing += [
            asyncio.create_task(audience.run()),
            asyncio.create_task(_report(audience)),
            asyncio.create_task(rest.open()),
        ]
        _say(f"{VIEWERS} viewers are on their way")
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds or None)
    for task in playing:
        task.cancel()
    await asyncio.gather(*playing, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What of the town opens beside the room on air: shops, what happened in them, a replay."""

    config: Config
    http: httpx.AsyncClient
    built: Town
    video: Path
    program: str

    async def open(self) -> None:
        """The town is whole, and `run/demo.json` says so; what fails is said, and tried next time.

        The room goes on whatever happens here.
        """
        try:
            await self._publish(town.POTTER, town.FARMER)
            await asyncio.to_thread(town_belts.list_up, say=_say)
            await asyncio.to_thread(town_links.put_up, say=_say)
            street = await asyncio.to_thread(_build_street)
            telling = town_days.Telling(Hands(self.config), street, self.built, _say)
            await asyncio.to_thread(telling.tell)
            await self._publish(town_street.WEAVER, town_street.SCRIBE)
            await town_show.play(
                self.config, self.http, street, clip=self.video, program=self.program, say=_say
            )
        except (Refused, Refusal, httpx.HTTPError, OSError) as error:
            _say(f"The rest of the town is not whole: {type(error).__name__}: {error}")
            log.warning("the rest of the town is not whole", exc_info=error)
            return
        for login in town_street.PEOPLE:
            _say(_line(login))
        _complete_facts(self.config)

    async def _publish(self, *creators: Login) -> None:
        await asyncio.to_thread(town_posts.publish, creators, program=self.program, say=_say)


async def _report(audience: Audience) -> None:
    """Now and then one line on what the audience does."""
    while True:
        await asyncio.sleep(_TALLY_EVERY_S)
        tally = audience.tally
        _say(
            f"audience: {tally.watching} watching, {tally.said} comments,"
            f" {tally.bought} purchases" + (f", refused {tally.refused}" if tally.refused else "")
        )


def _build_street() -> town_street.Street:
    return town_street.build(say=_say, now=business.now())


def _asked_for_digits() -> tuple[Login, ...]:
    now = business.now()
    return tuple(one for one in town.EVERYBODY if one.secret and town.has_app(one, now=now))


def _tell_ready(config: Config, host: Host, built: Town, asked: tuple[Login, ...]) -> None:
    room_url = f"{config.public_url}/live/{host.room_id}"
    facts = {
        "web": config.public_url,
        "gateway": config.gateway_url,
        "media": config.media_url,
        "rtmp": config.rtmp_url,
        "lab": config.lab_url,
        "text_messages": f"{config.lab_url}/sms",
        "room": host.room_id,
        "room_url": room_url,
        "shops": [ids.public("shp", built.kiln_id), ids.public("shp", built.farm_id)],
        "accounts": [
            _account(login, secret=login.secret if login in asked else "")
            for login in town.EVERYBODY
        ],
        "is_whole": False,
    }
    _write_facts(config, facts)
    _say("")
    _say(f"The room is on air:  {room_url}")
    _say(f"Shop:                {config.public_url}/")
    _say(f"Studio and desk:     {config.public_url}/studio/  {config.public_url}/desk/")
    _say(f"Text messages:       {config.lab_url}/sms")
    _say("")
    for login in town.EVERYBODY:
        _say(_line(login))
    for login in asked:
        _say(f"  {login.phone} is asked for digits; in another window, in this folder, get them by")
        _say(f"  LAOTIE_LAB=1 {_program()} lab digits {login.phone}")
        _say(f"  or put this secret into an authenticator app: {login.secret}")
    _say("")
    _say("Ctrl-C stops everything; the data is kept. `laotie demo --reset` begins anew.")


def _program() -> str:
    """The command as it can be typed here; `make demo` puts it on nobody's path."""
    return shlex.quote(str(Path(sys.executable).with_name("laotie")))


def _line(login: Login) -> str:
    name = f"{login.name['zh']} / {login.name['en']}"
    return f"  {login.role:<9} {login.phone}  {login.password:<18} {name}"


def _account(login: Login, *, secret: str) -> dict[str, Any]:
    return {
        "role": login.role,
        "name": login.name,
        "phone": login.phone,
        "password": login.password,
        "secret": secret,
    }


def _complete_facts(config: Config) -> None:
    """The file tells of everybody in the town, and that it is whole."""
    facts = json.loads(_ready_file(config).read_text("utf-8"))
    facts["accounts"] += [_account(login, secret="") for login in town_street.PEOPLE]
    facts["is_whole"] = True
    _write_facts(config, facts)


def _write_facts(config: Config, facts: dict[str, Any]) -> None:
    path = _ready_file(config)
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_suffix(".making")
    making.write_text(json.dumps(facts, ensure_ascii=False, indent=1), "utf-8")
    os.replace(making, path)


def _ready_file(config: Config) -> Path:
    return Path(config.data) / "run" / "demo.json"


def _say(text: str) -> None:
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
