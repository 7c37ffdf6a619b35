"""Signing in for tests of what lies behind the door."""

import time

from django.test import Client


def prove(client: Client) -> None:
    """Whoever is signed in with this client has given a second step, just now."""
    session = client.session
    session["laotie_step_at"] = time.time()
    session.save()
