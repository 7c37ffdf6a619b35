"""The condition that a column holds one of some states."""

from django.db.models import Q


def among(column: str, *states: str) -> Q:
    return Q(**{f"{column}__in": [str(state) for state in states]})
