"""Where a figure comes from, in words: the same for who brings it in and for who compares."""

from django.utils.translation import gettext_lazy as _

from laotie.content.figures.sources import Source

SOURCES = {
    Source.OWN: _("Counted here"),
    Source.OFFICIAL: _("Published by the network"),
    Source.REGULATOR: _("Published by a regulator"),
    Source.BROKER: _("From a broker"),
    Source.MEDIA: _("From the press"),
    Source.ANONYMOUS: _("From somebody unnamed"),
}
