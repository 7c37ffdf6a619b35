"""How long what belongs to people is kept; see `kernel.retention`."""

from datetime import timedelta

from laotie.accounts import rules
from laotie.kernel.retention import Rule

INBOX_KEPT = timedelta(days=365)
DELIVERIES_KEPT = timedelta(days=90)

RULES = (
    Rule(
        name="sign_in_tries",
        meaning="tries at the door, counted for limits",
        table="accounts_signintry",
        age="tried_at",
        kept=rules.TRIES_KEPT,
    ),
    Rule(
        name="sign_in_codes",
        meaning="digests of codes that ran out",
        table="accounts_signincode",
        age="expires_at",
        kept=rules.TRIES_KEPT,
    ),
    Rule(
        name="used_challenges",
        meaning="challenges that a passkey has answered",
        table="accounts_usedchallenge",
        age="used_at",
        kept=rules.TRIES_KEPT,
    ),
    Rule(
        name="ended_sessions",
        meaning="rows of sessions that are over, in a person's list of them",
        table="accounts_personsession",
        age="opened_at",
        kept=timedelta(hours=1),
        also="NOT EXISTS (SELECT FROM django_session s WHERE s.session_key = r.session_key"
        " AND s.expire_date > clock_timestamp())",
        holds={"person": "r.person_id"},
    ),
    Rule(
        name="notice_deliveries",
        meaning="pushes, mails and texts that ended, with their causes",
        table="accounts_noticedelivery",
        age="ended_at",
        kept=DELIVERIES_KEPT,
        holds={"person": "(SELECT n.person_id FROM accounts_notice n WHERE n.id = r.notice_id)"},
    ),
    Rule(
        name="inbox",
        meaning="notices in inboxes, read or not",
        table="accounts_notice",
        age="posted_at",
        kept=INBOX_KEPT,
        parts=(("accounts_noticedelivery", "notice_id"),),
        holds={"person": "r.person_id"},
    ),
)
