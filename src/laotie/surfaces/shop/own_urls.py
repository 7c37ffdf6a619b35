"""Addresses of what belongs to a person: how they sign in, settings, their data, the texts."""

from django.urls import path

from laotie.surfaces.shop import (
    commenting,
    entry,
    my_data,
    phone,
    preferences,
    reporting,
    security,
    texts,
)

urlpatterns = [
    path("me/security", security.page, name="security"),
    path("me/security/app", security.app, name="second-step"),
    path("me/security/app/off", security.app_off, name="second-step-off"),
    path("me/security/codes", security.renew_codes, name="recovery-codes"),
    path("me/security/passkeys", security.add_passkey, name="passkey-add"),
    path("me/security/passkeys/<int:passkey>", security.rename_passkey, name="passkey-rename"),
    path(
        "me/security/passkeys/<int:passkey>/remove", security.remove_passkey, name="passkey-remove"
    ),
    path("me/security/sessions/end", security.end_others, name="sessions-end"),
    path("me/security/sessions/<uuid:session>/end", security.end_session, name="session-end"),
    path("me/security/tokens/<uuid:session>/end", security.end_token, name="token-end"),
    path("me/security/not-me", security.contradict, name="case-contradict"),
    path("me/phone", phone.page, name="phone"),
    path("me/settings", preferences.page, name="settings"),
    path("me/settings/minors/tick", preferences.minors_tick, name="minors-tick"),
    path("me/settings/minors/<slug:wish>", preferences.minors_switch, name="minors"),
    path("me/reports", reporting.mine, name="my-reports"),
    path("me/reports/<uuid:complaint>/withdraw", reporting.withdraw, name="report-withdraw"),
    path("me/comments/decisions", commenting.decisions, name="comment-decisions"),
    path("me/comments/decisions/<uuid:verdict>", commenting.appeal, name="comment-appeal"),
    path("me/data", my_data.page, name="my-data"),
    path("me/data/copy", my_data.ask_copy, name="copy-ask"),
    path("me/data/copy/state", my_data.copy_state, name="copy-state"),
    path("me/data/copy/<uuid:export>", my_data.fetch_copy, name="copy-fetch"),
    path("me/data/leave", my_data.leave, name="leave"),
    path("me/data/stay", my_data.stay, name="stay"),
    path("confirm", security.confirm, name="confirm"),
    path("passkeys/options", security.passkey_options, name="passkey-options"),
    path("consent", texts.accept, name="consent"),
    path("texts/<slug:document>", texts.page, name="text"),
    path("sign-in/second/passkey", entry.second_with_passkey, name="sign-in-second-passkey"),
    path("sign-in/passkey", entry.with_passkey, name="sign-in-passkey"),
    path("sign-in/recovery", entry.with_recovery_code, name="sign-in-recovery"),
    path("sign-in/lost", entry.lost, name="lost-phone"),
]
