"""Who wants to be told before a room starts."""

from django.db import models

from laotie.kernel import ids


class Reminder(models.Model):
    """Somebody asked to be reminded of one scheduled room."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    person = models.ForeignKey("accounts.Person", on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey("live.Room", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "person"], name="reminder_once")]
