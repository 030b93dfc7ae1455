"""How one person wants to be told: read and changed. In the app one is always told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.models import Channel, Notice, NotificationSettings
from audits.reminders import sms
from audits.reminders.errors import ChannelRefused
from audits.reminders.kinds import CHOOSABLE

SWITCHED_OFF = "switched off by its reader"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed; what is None or absent stays as it is. `email` and `sms` map kinds to on or off."""

    language: str | None = None
    digest_hour: int | None = None
    phone: str | None = None
    email: Mapping[str, bool] = field(default_factory=dict)
    sms: Mapping[str, bool] = field(default_factory=dict)


def preferences_of(user: User) -> NotificationSettings:
    """What a person chose, or an unsaved row that says the usual."""
    return NotificationSettings.objects.filter(user=user).first() or NotificationSettings(user=user)


@transaction.atomic
def change(user: User, wanted: Wanted) -> NotificationSettings:
    """Keep what a person chose; what waits on a channel now switched off is not sent any more.

    Error: `ChannelRefused` (`unknown_kind`, `phone_missing`, `sms_unavailable`).
    """
    NotificationSettings.objects.get_or_create(user=user)
    held = NotificationSettings.objects.select_for_update().get(user=user)
    for name, choices in (("email", wanted.email), ("sms", wanted.sms)):
        for kind in choices:
            if kind not in CHOOSABLE:
                raise ChannelRefused("unknown_kind", _("There is no such kind of notice."), "kinds")
        if name == "sms" and any(choices.values()) and not sms.is_on():
            raise ChannelRefused("sms_unavailable", _("This service sends no text messages."), "kinds")
    held.email_off = _changed(held.email_off, {kind: not on for kind, on in wanted.email.items()})
    held.sms_on = _changed(held.sms_on, wanted.sms)
    if wanted.phone is not None:
        held.phone = wanted.phone
    if wanted.digest_hour is not None:
        held.digest_hour = wanted.digest_hour
    if held.sms_on and not held.phone:
        raise ChannelRefused("phone_missing", _("Text messages need a phone number."), "phone")
    held.save()
    if wanted.language is not None and wanted.language != user.language:
        user.language = wanted.language
        user.save(update_fields=["language"])
    _drop_waiting(user, Channel.EMAIL, [kind for kind, on in wanted.email.items() if not on])
    _drop_waiting(user, Channel.SMS, [kind for kind, on in wanted.sms.items() if not on])
    return held


def _changed(held: list[str], switched: Mapping[str, bool]) -> list[str]:
    """A list of kinds after some were put in or taken out, in the order of `CHOOSABLE`."""
    kinds = {*held, *(kind for kind, on in switched.items() if on)} - {kind for kind, on in switched.items() if not on}
    return [kind for kind in CHOOSABLE if kind in kinds]


def _drop_waiting(user: User, channel: Channel, kinds: list[str]) -> None:
    if kinds:
        Notice.objects.filter(recipient=user, channel=channel, kind__in=kinds, state=Notice.State.PENDING).update(
            state=Notice.State.SUPERSEDED, error=SWITCHED_OFF
        )
