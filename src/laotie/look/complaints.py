"""What becomes of complaints, in words: the same for who made one and for who judges it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# What each state is called, and its colour.
STATES = {
    "OPEN": (pgettext_lazy("complaint", "Waiting"), "info"),
    "UPHELD": (_("It was right"), "ok"),
    "DISMISSED": (_("Nothing to do"), ""),
    "WITHDRAWN": (_("Taken back"), ""),
}
