"""The gateway as the tests run it: the real server before the test's database.

python -m tests.gateway.process '{"port": 1234, ...}'     fields of `Options`
"""

import asyncio
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")

import django

django.setup()

from laotie.surfaces.gateway import server  # noqa: E402
from laotie.surfaces.gateway.drivers import postgres  # noqa: E402
from laotie.surfaces.gateway.options import Options  # noqa: E402

if __name__ == "__main__":
    fields = json.loads(sys.argv[1])
    options = Options(**{**fields, "origins": frozenset(fields["origins"])})
    postgres.keep_own_connections()
    asyncio.run(server.serve(postgres.Postgres(), options))
