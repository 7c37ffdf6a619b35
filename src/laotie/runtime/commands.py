"""What each command of `laotie` does. Django is set up only by those that need it."""

import getpass
import json
import os
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from laotie.runtime import config as configuration
from laotie.runtime import config_pages, database, doctor, folder, logs, network, supervisor
from laotie.runtime.config import Config
from laotie.runtime.problems import FAILED_CHECK, OK, NotReady, Problem, WrongUse


def say(text: str) -> None:
    """One line to the person in front of us; nobody listening is no reason to stop serving."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for good.


# -- Everything on one machine -----------------------------------------------------------------


def up(_: Namespace) -> int:
    with supervisor.serving(configuration.load(), say=say) as running:
        _say_ready(running)
        running.watch()
        say("stopping")
    return OK


def demo(options: Namespace) -> int:
    """The lab's town on embedded parts: the parts, and one process that plays the people."""
    if os.environ.setdefault("LAOTIE_LAB", "1") in {"0", "no", "false", "off"}:
        raise WrongUse("The demo is a lab, and LAOTIE_LAB is off.", "Unset LAOTIE_LAB.")
    if options.port:
        os.environ["LAOTIE_PORT"] = str(options.port)
    if options.host:
        os.environ["LAOTIE_HOST"] = options.host
    config = configuration.load()
    if options.reset:
        folder.reset(config)
    with supervisor.serving(config, say=say) as running:
        _say_ready(running)
        _say_who_else_may_come(running.config)
        wishes = ["--seconds", str(options.seconds)]
        wishes += ["--check"] if options.check else []
        wishes += ["--no-audience"] if options.no_audience else []
        town = running.spawn("demo", "--play", *wishes)
        try:
            running.watch(until=town)
        finally:
            code = running.end(town)
        say("stopping")
    return code


def play_demo(options: Namespace) -> int:
    config = serving_config("demo")
    set_up_django()
    from laotie.lab import demo as town

    code: int = town.run(
        config,
        check=options.check,
        has_audience=not options.no_audience,
        seconds=options.seconds,
    )
    return code


# -- One process each --------------------------------------------------------------------------


def web(_: Namespace) -> int:
    config = serving_config("web")
    _check_database(config)
    from laotie.runtime import web as server

    server.run(config)
    return OK


def gateway(options: Namespace) -> int:
    config = serving_config("gateway")
    _check_database(config)
    set_up_django()
    from laotie.surfaces.gateway import server

    server.run(config, number=options.number)
    return OK


def media(_: Namespace) -> int:
    config = serving_config("media")
    _check_database(config)
    set_up_django()
    from laotie.surfaces.media import server

    try:
        server.run(config)
    except server.CannotServe as error:
        raise NotReady(str(error)) from None
    return OK


def worker(_: Namespace) -> int:
    config = serving_config("worker")
    _check_database(config)
    set_up_django()
    from laotie.runtime import worker as server

    server.run(config)
    return OK


# -- Once --------------------------------------------------------------------------------------


def migrate(_: Namespace) -> int:
    config = configuration.load()
    with supervisor.with_database(config, say=say):
        configuration.ready()
        set_up_django()
        from laotie.runtime import migrate as migrations

        for name in migrations.run(configuration.load()):
            say(name)
    say("The tables are up to date.")
    return OK


def verify(options: Namespace) -> int:
    """The ledger replayed and every invariant asked; 1 when something does not hold."""

    def look() -> list[dict[str, str]]:
        from laotie.ledger import verify as ledger
        from laotie.runtime import invariants

        findings = [{"of": "ledger", "what": str(each)} for each in ledger.verify()]
        return findings + [{"of": "invariants", "what": str(each)} for each in invariants.broken()]

    findings = with_database(look)
    if options.json:
        say(json.dumps({"holds": not findings, "findings": findings}, ensure_ascii=False))
    else:
        for each in findings:
            say(f"BROKEN  {each['what']}")
        say("Something does not hold." if findings else "Everything holds.")
    return FAILED_CHECK if findings else OK


def bench(options: Namespace) -> int:
    """Run the benches of this checkout, in a process of their own; their exit code."""
    root = Path(__file__).resolve().parents[3]
    if not (root / "bench" / "__main__.py").exists():
        raise WrongUse(
            "The benches are not part of an installed Laotie.",
            "Run this in a checkout of the source, after `make install-dev`.",
        )
    wishes = [*options.names]
    wishes += [f"--{name}" for name in ("json", "small") if getattr(options, name)]
    for name in ("seconds", "pairs"):
        if getattr(options, name):
            wishes += [f"--{name}", str(getattr(options, name))]
    return subprocess.call([sys.executable, "-m", "bench", *wishes], cwd=root)


def backup(options: Namespace) -> int:
    from laotie.runtime import backup as backups

    config = configuration.load()
    _check_is_made(config)
    with supervisor.with_database(config, say=say):
        made = backups.make(
            config,
            options.folder,
            has_secrets=not options.without_secrets,
            has_media=not options.without_media,
            keep=options.keep,
            say=say,
        )
    say(f"{made}")
    if not options.without_secrets:
        say("It holds the keys to phones and addresses: keep it where nobody else reads it.")
    return OK


def restore(options: Namespace) -> int:
    from laotie.runtime import restore as restores

    config = configuration.load()
    act = restores.verify if options.verify else restores.into
    done = act(config, options.file, say=say)
    made = f"{done.rows} rows in {done.tables} tables and {done.files} files of"
    say(f"{made} {done.manifest.made_at} are {'whole' if options.verify else 'back'}.")
    return OK


def show_upgrade(_: Namespace) -> int:
    """1 when a step of the upgrade needs a person first."""
    config = configuration.load()
    _check_is_made(config)
    with supervisor.with_database(config, say=say):
        configuration.ready()
        set_up_django()
        from laotie.runtime import upgrade

        steps = upgrade.steps(configuration.load())
    for step in steps:
        say(f"{step.effect.value:<8} {step.migration:<44} {step.what}")
    blocking = [step for step in steps if step.effect is upgrade.Effect.BLOCKS]
    if not steps:
        say("The tables are as this release needs them.")
    elif blocking:
        say("Stop every process of the old release before the steps marked `blocks`.")
    else:
        say("Every step only adds: processes of the release before go on working meanwhile.")
    if steps:
        say("First: laotie backup FOLDER. Then: laotie migrate, or simply laotie up.")
    return FAILED_CHECK if blocking else OK


def show_doctor(options: Namespace) -> int:
    findings = list(doctor.look(configuration.load()))
    is_well = all(finding.is_well for finding in findings)
    if options.json:
        rows = [
            {"about": f.about, "well": f.is_well, "seen": f.seen, "remedy": f.remedy}
            for f in findings
        ]
        say(json.dumps({"well": is_well, "findings": rows}, ensure_ascii=False, indent=2))
        return OK if is_well else FAILED_CHECK
    for each in findings:
        say(f"{'ok  ' if each.is_well else 'BAD '} {each.about:<17} {each.seen}")
        if each.remedy:
            say(f"     {'':<17} {'' if each.is_well else '-> '}{each.remedy}")
    return OK if is_well else FAILED_CHECK


def show_config(options: Namespace) -> int:
    if options.reference:
        sys.stdout.write(config_pages.reference())
        return OK
    found = configuration.load()
    if options.json:
        say(json.dumps(config_pages.values(found), ensure_ascii=False, indent=2))
    else:
        say(config_pages.table(found))
    return OK


def openapi(_: Namespace) -> int:
    set_up_django()
    from laotie.surfaces.api.api import openapi_json

    say(openapi_json())
    return OK


def errors(_: Namespace) -> int:
    set_up_django()
    from laotie.surfaces.api import errors_page

    say(errors_page.page().rstrip("\n"))
    return OK


def search_rebuild(_: Namespace) -> int:
    def rebuild() -> int:
        from laotie.catalog import search_entries
        from laotie.content.posting import post_search
        from laotie.kernel import clock

        return search_entries.rebuild(now=clock.now()) + post_search.rebuild()

    say(f"{with_database(rebuild)} entries were made anew.")
    return OK


def create_operator(options: Namespace) -> int:
    password = _password(is_piped=options.password_stdin)

    def create() -> str:
        from laotie.accounts import operators
        from laotie.kernel import clock
        from laotie.kernel.actor import Actor

        card = operators.create(
            actor=Actor.system("command line"),
            phone=options.phone,
            password=password,
            name=options.name,
            now=clock.now(),
        )
        return card.name

    say(f"{with_database(create)} is an operator and signs in with phone number and password.")
    say("The desk opens once they have set up a second step, at the first sign-in.")
    return OK


def unlock_operator(options: Namespace) -> int:
    """App, passkeys and recovery codes of an operator are void; they set up new ones."""

    def unlock() -> str:
        from laotie.accounts import operators
        from laotie.kernel import clock
        from laotie.kernel.actor import Actor

        card = operators.unlock(
            actor=Actor.system("command line"), phone=options.phone, now=clock.now()
        )
        return card.name

    say(f"{with_database(unlock)} sets up a new second step at the next sign-in.")
    return OK


# -- The lab -----------------------------------------------------------------------------------


def lab(options: Namespace) -> int:
    """`laotie lab ...`: act as the provider, the carrier, the encoder, the clock."""
    if options.what != "provider":
        _join_what_runs()
    config = serving_config("lab")
    if not config.lab:
        raise WrongUse(
            "The lab is off: payments, parcels and time are real here.",
            "Set LAOTIE_LAB=1 on an installation that was made as a lab; never in production.",
        )
    if options.what == "provider":
        set_up_django()
        from laotie.lab.provider import server

        server.run(config)
    else:
        say(with_database(lambda: _act_in_lab(config, options)))
    return OK


def _act_in_lab(config: Config, options: Namespace) -> str:
    from laotie.lab import clock, commands

    if options.what == "advance":
        moment = clock.advance(config, options.by)
        return f"The business clock says {moment:%Y-%m-%d %H:%M:%S} UTC."
    act: Callable[[Config, Namespace], str] = getattr(commands, options.what)
    return act(config, options)


# -- Parts -------------------------------------------------------------------------------------


def serving_config(part: str) -> Config:
    """The configuration of a process that serves, its keys there and its logs set up."""
    config = configuration.ready()
    logs.set_up(part, form=config.log_format)
    return config


def set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
    import django

    django.setup()


def with_database(act: Callable[[], Any]) -> Any:
    """Do something that needs the database, as the app role; the database is started if need be."""
    _join_what_runs()
    config = configuration.load()
    _check_is_made(config)
    with supervisor.with_database(config, say=say):
        config = configuration.ready()
        _check_database(config)
        set_up_django()
        from django.db import connections
        from django.utils import translation

        from laotie.kernel.errors import Refusal

        try:
            return act()
        except Refusal as refusal:
            with translation.override("en"):
                raise Problem(refusal.text(), f"[{refusal.code}]") from refusal
        finally:
            connections.close_all()
            connections["default"].close_pool()  # type: ignore[attr-defined]


def _join_what_runs() -> None:
    """Speak to the parts that run on this folder at the ports they were given there."""
    config = configuration.load()
    for name, number in folder.ports(config).items():
        if not config.is_given(name):
            os.environ[configuration.variable(name)] = str(number)


def _check_database(config: Config) -> None:
    """raises: NotReady when it was never made, does not answer, or we could break its rules."""
    _check_is_made(config)
    database.check_app(config.database_url)


def _check_is_made(config: Config) -> None:
    if config.is_embedded:
        database.embedded(config.data).passwords()


def _say_ready(running: supervisor.Supervisor) -> None:
    say("ready")
    for name, address in running.addresses().items():
        say(f"  {name:<8} {address}")


def _say_who_else_may_come(config: Config) -> None:
    """A demo that listens to the network says to whom, and what phones will miss without HTTPS."""
    if network.is_this_machine_only(config.host):
        return
    say(f"Phones on the same network open {config.public_url}")
    say("  Everybody there can sign in, read the lab's codes and pay with its play money.")
    if config.public_url.startswith("https:"):
        return
    say("  Without HTTPS their browsers keep these switched off, on any address but localhost:")
    say("  going live with camera and microphone, passkeys, push notices, the offline page,")
    say("  copying and sharing. Watching, talking, buying and OBS work. For the rest put TLS in")
    say("  front: deploy/Caddyfile, and LAOTIE_PUBLIC_URL=https://...")


def _password(*, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise WrongUse(
            "There is no terminal to ask for the password.", "Pipe it in with --password-stdin."
        )
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise WrongUse("The two are not the same.", "Try again.")
    return first
