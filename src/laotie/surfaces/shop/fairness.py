"""How posts are judged here, for everybody: the rules by name, and how often appeals were right."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from laotie.content.judgement import rule_sets
from laotie.content.review import case_pages
from laotie.kernel import clock
from laotie.look.judged import RULES, SEVERITIES
from laotie.surfaces.shop import web


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """Three queries at most. The words of the rules are not listed: that would be a guide."""
    now = clock.now()
    rules = rule_sets.current(now)
    facts = {
        "version": rules.version,
        "rules": [(RULES[rule], SEVERITIES[rules.weight(rule).name]) for rule in rule_sets.WEIGHED],
        "justice": case_pages.justice(now),
    }
    return web.show(request, "shop/fairness.html", facts)
