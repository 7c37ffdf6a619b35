"""The web process, as a WSGI server calls it."""

import os

from django.core.wsgi import get_wsgi_application

from laotie.runtime import config

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laotie.runtime.settings")
config.ready()  # Before Django reads them, keys must be there.

application = get_wsgi_application()
