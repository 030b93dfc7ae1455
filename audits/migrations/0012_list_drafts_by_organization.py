"""A draft belongs to a side: authorities that nominate for one list no longer share theirs."""

from uuid import UUID

from django.db import migrations, models

TOGETHER = frozenset({"enterprise", "consultancy"})  # on a case these prepare together: their side is the case


def side(draft, author, parties):
    """`models.drafts.side_of` as it was when this was written, for one author of a draft."""
    party = parties.get(author["organization"])
    if party in TOGETHER and draft.subject_kind == "case":
        return draft.subject_id
    return UUID(author["user"] if party == "expert" else author["organization"])


def give_to_their_side(apps, schema_editor):
    """A draft goes to the side that began it. Those of other sides who wrote into it leave its authors, so that nobody is
    kept from certifying what is not theirs any more."""
    drafts = apps.get_model("audits", "Draft").objects.using(schema_editor.connection.alias)
    organizations = apps.get_model("accounts", "Organization").objects.using(schema_editor.connection.alias)
    parties = {}
    for draft in drafts.iterator(chunk_size=200):
        if not draft.authors:  # nobody could read it
            draft.delete()
            continue
        unknown = {author["organization"] for author in draft.authors} - parties.keys()
        if unknown:
            found = organizations.filter(pk__in=unknown).values_list("pk", "party")
            parties.update({str(pk): party for pk, party in found})
        draft.side = side(draft, draft.authors[0], parties)
        draft.authors = [author for author in draft.authors if side(draft, author, parties) == draft.side]
        draft.save(update_fields=["side", "authors"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("audits", "0011_cases_by_date")]

    operations = [
        migrations.RemoveConstraint(model_name="draft", name="draft_once_per_action"),
        migrations.AddField(
            model_name="draft", name="side", field=models.UUIDField(null=True, verbose_name="preparing side")
        ),
        migrations.RunPython(give_to_their_side, migrations.RunPython.noop),
        migrations.AlterField(model_name="draft", name="side", field=models.UUIDField(verbose_name="preparing side")),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("subject_id", "action", "side"), name="draft_once_per_side"),
        ),
    ]
