"""Posts that wait for a reviewer, appeals, one post with its file, and the rules in force."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from laotie.content.judgement import refused_texts, rule_sets
from laotie.content.judgement.findings import Rule, Severity
from laotie.content.judgement.verdicts import CaseState
from laotie.content.posting import post_pages
from laotie.content.review import case_pages, cases, talk_cases
from laotie.content.review.case_pages import CaseView
from laotie.kernel import clock, ids
from laotie.kernel.actor import Actor
from laotie.kernel.errors import Invalid, NotFound, Refusal
from laotie.look.answers import actor
from laotie.look.consoles import go
from laotie.look.judged import REASONS, RULES, SEVERITIES
from laotie.surfaces.desk import web

_DECISIONS = {
    "approve": CaseState.APPROVED,
    "limit": CaseState.LIMITED,
    "refuse": CaseState.REFUSED,
}
_ANSWERS = {"restore": True, "uphold": False}


@require_GET
@web.screen
def page(request: HttpRequest) -> HttpResponse:
    """What waits, the longest waiting first, or what was decided. Worked by keyboard."""
    who = actor(request)
    shelf = request.GET.get("shelf", "waiting")
    rows: tuple[CaseView, ...]
    next_after = None
    if shelf == "appeals":
        rows = case_pages.appeals(actor=who)
    elif shelf == "decided":
        found = case_pages.decided(actor=who, after=request.GET.get("after"))
        rows, next_after = tuple(found.rows), found.next_after
    else:
        shelf, rows = "waiting", case_pages.queue(actor=who)
    waiting, appealed = case_pages.waiting(actor=who)
    of_comments = talk_cases.appeals(actor=who)
    facts = {
        "rows": [(row, _first_rule(row)) for row in rows],
        "next_after": next_after,
        "shelf": shelf,
        "waiting": waiting,
        "appealed": appealed + len(of_comments),
        "of_comments": of_comments if shelf == "appeals" else (),
        "justice": case_pages.justice(clock.now()),
        "texts_refused": refused_texts.lately(actor=who, now=clock.now()),
        "reasons": REASONS,
        "me": who.person_id,
    }
    return web.show(request, "desk/moderation.html", facts)


@require_POST
@web.screen
def decide(request: HttpRequest, judgement: UUID, decision: str) -> HttpResponse:
    """A decision about a post that waits, or an answer to an appeal."""
    who, given, now = actor(request), request.POST, clock.now()
    if decision in _DECISIONS:
        cases.decide(
            actor=who,
            case_id=judgement,
            digest=given.get("digest", ""),
            decision=_DECISIONS[decision],
            rule=given.get("rule", ""),
            reason=given.get("reason", ""),
            now=now,
        )
        return go(request, reverse("desk:moderation"), said=_("Decided."))
    if decision not in _ANSWERS:
        raise NotFound
    cases.answer(
        actor=who,
        case_id=judgement,
        is_right=_ANSWERS[decision],
        answer=given.get("reason", ""),
        now=now,
    )
    return go(request, reverse("desk:moderation") + "?shelf=appeals", said=_("Answered."))


@require_http_methods(["GET", "POST"])
@web.screen
def post(request: HttpRequest, post: str) -> HttpResponse:
    """One post with all that was decided about it; a POST takes it down or limits its reach."""
    who, post_id = actor(request), ids.parse("pst", post)
    if request.method == "POST":
        return _act(request, who, post, post_id)
    return _file(request, who, post_id)


@require_http_methods(["GET", "POST"])
@web.screen
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force with their history; a POST publishes the next version."""
    who, now = actor(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            published = rule_sets.publish(
                actor=who,
                after_version=int(request.POST.get("after_version") or -1),
                words=_words(request.POST),
                severities={
                    rule: _severity(request.POST.get(rule.value, "")) for rule in rule_sets.WEIGHED
                },
                reason=request.POST.get("reason", ""),
                now=now,
            )
        except ValueError as error:
            raise Invalid(field="after_version") from error
        except Refusal as refused:
            if request.POST.get("reason") is None:
                raise
            refusal, status = refused.text(), refused.status
        else:
            said = _("Version %(version)s is in force.") % {"version": published.version}
            return go(request, reverse("desk:moderation-rules"), said=said)
    current = rule_sets.current(now)
    facts = {
        "current": current,
        "words": {
            each.name: request.POST.get(f"words_{each.name}")
            or "\n".join(word for word, weight in current.words.items() if weight is each)
            for each in _WEIGHTS
        },
        "weights": [(each.name, SEVERITIES[each.name]) for each in _WEIGHTS],
        "rules": [(rule, RULES[rule], current.weight(rule).name) for rule in rule_sets.WEIGHED],
        "severities": list(SEVERITIES.items()),
        "versions": rule_sets.newest(actor=who),
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
    }
    return web.show(request, "desk/moderation_rules.html", facts, status=status)


_WEIGHTS = (Severity.REFUSE, Severity.REVIEW, Severity.LIMIT, Severity.NOTE)


def _act(request: HttpRequest, who: Actor, ref: str, post_id: UUID) -> HttpResponse:
    verbs: Mapping[str, Callable[..., object]] = {
        "take-down": cases.take_down,
        "limit": cases.limit,
    }
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Invalid(field="verb", reason="choice")
    try:
        verb(
            actor=who,
            post_id=post_id,
            rule=request.POST.get("rule", ""),
            reason=request.POST.get("reason", ""),
            now=clock.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return _file(request, who, post_id, refusal=refusal)
    return go(request, reverse("desk:moderation-post", args=[ref]), said=_("Decided."))


def _file(
    request: HttpRequest, who: Actor, post_id: UUID, *, refusal: Refusal | None = None
) -> HttpResponse:
    view = post_pages.for_review([post_id]).get(post_id)
    if view is None:
        raise NotFound
    facts: dict[str, Any] = {
        "view": view,
        "history": case_pages.of_post(post_id, actor=who),
        "reasons": REASONS,
        "refusal": refusal.text() if refusal else "",
        "rule": request.POST.get("rule", ""),
        "reason": request.POST.get("reason", ""),
    }
    status = refusal.status if refusal else 200
    return web.show(request, "desk/moderation_post.html", facts, status=status)


def _first_rule(row: CaseView) -> str:
    """What the form proposes: the gravest that the rules found."""
    of_rules = [each for each in row.findings if each.rule is not Rule.MODEL]
    return max(of_rules, key=lambda each: each.severity).rule.value if of_rules else ""


def _words(given: Mapping[str, str]) -> dict[str, Severity]:
    """One word a line, in a field for each weight; the graver one counts."""
    words: dict[str, Severity] = {}
    for weight in reversed(_WEIGHTS):
        for line in given.get(f"words_{weight.name}", "").splitlines():
            if line.strip():
                words[line.strip()] = weight
    return words


def _severity(name: str) -> Severity:
    if name not in Severity.__members__:
        raise Invalid(field="severities", reason="choice")
    return Severity[name]
