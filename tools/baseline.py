"""The tables that a new database begins with, written from the migrations.

    python tools/baseline.py

Bringing up a new database step by step takes Django some fifteen seconds of rendering models that
nobody asks. `laotie migrate` begins an empty one with `src/laotie/runtime/sql/baseline.sql` instead,
and takes today's further steps from there; so the file may be older than the newest migration. A
test holds both ways to the same tables.
"""

import os
import re
import subprocess
from pathlib import Path

import django

TARGET = Path(__file__).resolve().parent.parent / "src/laotie/runtime/sql/baseline.sql"
_HEAD = """\
-- What the migrations named in django_migrations, below, make of an empty database. Written by
-- tools/baseline.py; run by `laotie migrate` as the owner, in one transaction, on nothing else.
SET LOCAL check_function_bodies = false;
"""
# Tables are born with the rights that the owner grants by default; what each has is said further on.
_NO_RIGHTS = """\
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM laotie_app, laotie_analyst;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM laotie_app, laotie_analyst;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM laotie_app, laotie_analyst;
"""
_TITLE = re.compile(r"^--\n-- (?:Data for )?Name: ([^\n]*)\n--\n", re.MULTILINE)
# Said by the program, for the program, or by `grant_defaults.sql`.
_LEFT_OUT = re.compile(
    r"^(?:SET |SELECT pg_catalog\.set_config|\\(?:un)?restrict|ALTER DEFAULT PRIVILEGES"
    r"|GRANT USAGE ON SCHEMA|-- (?:PostgreSQL database dump|Dumped )|--$)[^\n]*\n",
    re.MULTILINE,
)
# The moment at which a step was taken is that of each database.
_TAKEN = re.compile(r"^(INSERT INTO public\.django_migrations .*, )'[^']*'\);$", re.MULTILINE)


# No secret keeps anything here, and the only database is one of this program's own.
_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "laotie.runtime.settings",
    "LAOTIE_LAB": "1",
    "LAOTIE_FIELD_KEY": "11" * 32,
    "LAOTIE_SECRET_KEY": "22" * 32,
    "LAOTIE_PUSH_KEY": "33" * 32,
    "LAOTIE_DATABASE_URL": "postgresql://laotie_app:none@127.0.0.1:1/none",
}


def main() -> None:
    os.environ |= _SETTINGS
    django.setup()
    from django.core.management import call_command

    from laotie.runtime import database, line, postgres

    with database.throwaway() as cluster:
        database.provide(cluster, "baseline")
        url = cluster.url(database.OWNER, "baseline")
        line.point_at_as_owner(url)
        call_command("migrate", verbosity=0, interactive=False)
        line.close()
        program = postgres.installed_programs() / "bin" / "pg_dump"
        done = subprocess.run(
            [str(program), "--no-owner", "--inserts", url],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    TARGET.write_text(tidied(done.stdout), "utf-8")
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes")


def tidied(dump: str) -> str:
    """The dump as a script that any client may send at once."""
    first_right = next(found for found in _TITLE.finditer(dump) if "Type: ACL;" in found[1])
    dump = dump[: first_right.start()] + _NO_RIGHTS + dump[first_right.start() :]
    dump = _TAKEN.sub(r"\1now());", _LEFT_OUT.sub("", _TITLE.sub("", dump)))
    return _HEAD + re.sub(r"\n{3,}", "\n\n", dump).strip() + "\n"


if __name__ == "__main__":
    main()
