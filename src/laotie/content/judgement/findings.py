"""What is found in a text, and what follows from it by the rules in force.

A rule set is a version of words and of how much each rule weighs. Every finding names its rule, the
version, the place in the text and what stands there. Pure functions: no database, no clock.
"""

import functools
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from itertools import accumulate
from typing import Any

from laotie.content.judgement.lures import LURES, Place
from laotie.kernel.screening import Where
from laotie.kernel.wording import found_words, spelled

LONGEST_QUOTE = 80
MOST_FINDINGS = 20
# Captions are looked through piece by piece, each with so many letters of what stands around it.
_PIECE, _BEFORE, _BEHIND = 2_000, 50, 500

Cue = tuple[int, str]  # When its words are shown, in milliseconds of the video, and the words.


class Rule(StrEnum):
    """What a text or a post may break. The last ones are for people to name."""

    WORD = "WORD"
    CONTACT_PHONE = "CONTACT_PHONE"
    CONTACT_NAME = "CONTACT_NAME"
    CONTACT_LINK = "CONTACT_LINK"
    CONTACT_CODE = "CONTACT_CODE"
    AD_LABEL = "AD_LABEL"  # It sells, and does not say that it is advertising.
    AI_LABEL = "AI_LABEL"  # It says that AI made it, and does not carry the label.
    MODEL = "MODEL"  # A model for pictures or text found something, or did not answer.
    FALSE_CLAIM = "FALSE_CLAIM"
    FORBIDDEN_GOODS = "FORBIDDEN_GOODS"
    ABUSE = "ABUSE"
    STOLEN = "STOLEN"  # Somebody else's picture, brand or words.
    MINORS = "MINORS"
    OTHER = "OTHER"


# Those by which the machine judges; how much each weighs is said by the rule set.
MACHINE_RULES = tuple(Rule)[: tuple(Rule).index(Rule.MODEL)]


class Severity(IntEnum):
    """What follows from a finding; of several the gravest counts."""

    NOTE = 0  # Kept as evidence alone.
    LIMIT = 1  # Public, and recommended by no feed.
    REVIEW = 2  # A person looks first. Where nobody can, it is refused.
    REFUSE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """start, end: characters of the text in `field`. quote: what stands there, or a model's word.

    field: `title`, `body`, or `captions.` and a language. at_ms: of captions, when they say it.
    source: `rules`, or the name of a model.
    """

    rule: Rule
    severity: Severity
    rule_version: int
    quote: str
    start: int = 0
    end: int = 0
    field: str = ""
    source: str = "rules"
    at_ms: int | None = None

    @property
    def at(self) -> str:
        """The moment of the video as `1:05`; empty for what is in no captions."""
        if self.at_ms is None:
            return ""
        minutes, seconds = divmod(self.at_ms // 1000, 60)
        return f"{minutes}:{seconds:02}"

    def as_row(self) -> dict[str, str | int | None]:
        """As JSON holds it."""
        return {
            "rule": self.rule.value,
            "severity": self.severity.name,
            "rule_version": self.rule_version,
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "field": self.field,
            "source": self.source,
            "at_ms": self.at_ms,
        }


def of_row(row: Mapping[str, Any]) -> Finding:
    """The twin of `Finding.as_row`; rows of before captions were read have no `at_ms`."""
    return Finding(
        rule=Rule(str(row["rule"])),
        severity=Severity[str(row["severity"])],
        rule_version=int(row["rule_version"]),
        quote=str(row["quote"]),
        start=int(row["start"]),
        end=int(row["end"]),
        field=str(row["field"]),
        source=str(row["source"]),
        at_ms=row.get("at_ms"),
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found, and by which version."""

    rule_version: int
    found: tuple[Finding, ...] = ()

    @property
    def severity(self) -> Severity:
        return max((each.severity for each in self.found), default=Severity.NOTE)

    @property
    def is_fit(self) -> bool:
        """Whether it may be read where nobody looks at it first."""
        return self.severity < Severity.REVIEW

    @property
    def gravest(self) -> Finding | None:
        """The first of the gravest."""
        return next((each for each in self.found if each.severity == self.severity), None)


# Before anybody has published a version of their own.
FIRST_SEVERITIES: Mapping[Rule, Severity] = {
    Rule.CONTACT_PHONE: Severity.REFUSE,
    Rule.CONTACT_NAME: Severity.REFUSE,
    Rule.CONTACT_LINK: Severity.REVIEW,
    Rule.CONTACT_CODE: Severity.REVIEW,
    Rule.AD_LABEL: Severity.LIMIT,
    Rule.AI_LABEL: Severity.REFUSE,
}
FIRST_WORDS: Mapping[str, Severity] = {
    "代开发票": Severity.REFUSE,
    "信用卡套现": Severity.REFUSE,
    "刷单兼职": Severity.REFUSE,
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. words: in normal form, with what follows from each."""

    version: int = 0
    words: Mapping[str, Severity] = field(default_factory=lambda: FIRST_WORDS)
    severities: Mapping[Rule, Severity] = field(default_factory=lambda: FIRST_SEVERITIES)

    def weight(self, rule: Rule) -> Severity:
        return self.severities.get(rule, FIRST_SEVERITIES[rule])


_SELLS = re.compile(
    r"(?:点击|點擊|戳)(?:下方|左下角|右下角|评论区|評論區|主页)?(?:链接|連結|小黄车|购物车|橱窗)"
    r"|(?:小黄车|橱窗)(?:里|下单|购买|有售|同款|自取)|(?:购买|下单|商品|购物|優惠券|优惠券)(?:链接|連結)"
    r"|(?:评论区|主页|橱窗)(?:有|自取|领)(?:链接|优惠券)|(?:用我的|报我的)(?:优惠码|折扣码|名字)"
    r"|linkin(?:my)?bio|(?:buy|order|shop)(?:it|now|here)*(?:vialink|withmycode|linkbelow|throughmylink)"
    r"|usemycode|mydiscountcode"
)
_SAYS_AI = re.compile(
    r"(?<!非)(?<!不是)(?<!没有)(?<!没用)(?<!不用)(?<!没有用)(?<!没有使用)(?<!并非)"
    r"(?:由|用|使用|纯)?(?<!非)(?<!不是)(?<!没用)(?:aigc|ai|人工智能)(?:生成|合成|绘制|繪製|创作|制作|製作|配音|绘画)"
    r"(?!工具|软件|教程|技术|模型|平台|课|师|大赛)"
    r"|(?<!not)(?<!non)(?<!never)(?:made|generated|created|drawn)(?:entirely|with|by|using)+"
    r"(?:ai|aigc|midjourney|stablediffusion|sora|dalle)|(?<!not)(?<!non)ai(?:generated|made)"
)


def in_text(text: str, where: Where, rules: RuleSet) -> Findings:
    """What is found in one text, in its order: words of the rule set and lures."""
    found = [*_words(text, rules)]
    if where is not Where.POST and len(text) < 2:
        return Findings(rules.version, tuple(found))
    for name, look in LURES.items():
        rule = Rule(name)
        found += [_finding(rule, rules.weight(rule), rules, text, place) for place in look(text)]
    found.sort(key=lambda each: (each.start, each.rule))
    return Findings(rules.version, _gravest(found))


def in_post(
    title: str,
    body: str,
    *,
    label: str,
    is_ai: bool,
    rules: RuleSet,
    captions: Mapping[str, Sequence[Cue]] | None = None,
) -> Findings:
    """What is found in the words of a post, labels that are missing among it.

    captions: by language, what they say.
    """
    found: list[Finding] = []
    for name, text in (("title", title), ("body", body)):
        of_text = _in_part(text, label=label, is_ai=is_ai, rules=rules)
        found += [replace(each, field=name) for each in of_text]
    for language, cues in (captions or {}).items():
        of_cues = _in_cues(cues, label=label, is_ai=is_ai, rules=rules)
        found += [replace(each, field=f"captions.{language}") for each in of_cues]
    return Findings(rules.version, _gravest(found))


def unread(language: str, rules: RuleSet) -> Finding:
    """Captions whose words are not known: a person reads them first."""
    field = f"captions.{language}"
    return Finding(Rule.OTHER, Severity.REVIEW, rules.version, "WebVTT", field=field)


def _in_part(text: str, *, label: str, is_ai: bool, rules: RuleSet) -> list[Finding]:
    found = list(in_text(text, Where.POST, rules).found)
    if label == "ORGANIC":
        found += _said(_SELLS, Rule.AD_LABEL, text, rules)
    if not is_ai:
        found += _said(_SAYS_AI, Rule.AI_LABEL, text, rules)
    return found


def _in_cues(cues: Sequence[Cue], *, label: str, is_ai: bool, rules: RuleSet) -> Iterator[Finding]:
    """In all cues as one text, since words may go on in the next one; a line each."""
    text = "\n".join(words for _at_ms, words in cues)
    begins = [0, *accumulate(len(words) + 1 for _at_ms, words in cues)]
    for at in range(0, len(text), _PIECE):
        first = max(0, at - _BEFORE)
        piece = text[first : at + _PIECE + _BEHIND]
        for each in _in_part(piece, label=label, is_ai=is_ai, rules=rules):
            start, end = each.start + first, each.end + first
            if at <= start < at + _PIECE:  # What begins around the piece is found with its own.
                cue = bisect_right(begins, start) - 1
                yield replace(each, start=start, end=end, at_ms=cues[cue][0])


def _gravest(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The gravest, in their order: many that weigh little do not hide one that weighs more."""
    by_weight = sorted(range(len(found)), key=lambda at: -found[at].severity)
    return tuple(found[at] for at in sorted(by_weight[:MOST_FINDINGS]))


def _words(text: str, rules: RuleSet) -> Iterator[Finding]:
    spelling = spelled(text)
    for word, start, end in found_words(spelling, _listed(tuple(rules.words))):
        yield _finding(Rule.WORD, rules.words[word], rules, text, spelling.span(start, end))


def _said(pattern: re.Pattern[str], rule: Rule, text: str, rules: RuleSet) -> Iterator[Finding]:
    spelling = spelled(text)
    for match in pattern.finditer(spelling.letters):
        first, last = match.group()[0], match.group()[-1]
        is_part = (first.isascii() and spelling.is_glued_before(match.start())) or (
            last.isascii() and spelling.is_glued_after(match.end())
        )
        if not is_part:
            place = spelling.span(*match.span())
            yield _finding(rule, rules.weight(rule), rules, text, place)


def _finding(rule: Rule, severity: Severity, rules: RuleSet, text: str, place: Place) -> Finding:
    start, end = place
    return Finding(rule, severity, rules.version, text[start:end][:LONGEST_QUOTE], start, end)


@functools.lru_cache(maxsize=64)
def _listed(words: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple per list of words, so that its automaton is found again."""
    return tuple(sorted(words))
