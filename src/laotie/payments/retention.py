"""How long what is no record of money is kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.kernel.retention import Rule

RULES = (
    Rule(
        name="refused_notices",
        meaning="the security log of the door for providers' notices",
        table="pay_refused_notice",
        age="refused_at",
        kept=timedelta(days=180),
    ),
)
