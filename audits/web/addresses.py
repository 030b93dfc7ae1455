"""Where the pages of subjects and of acts on them are."""

from typing import Any

from django.urls import reverse

from audits.procedure.words import Subject

PAGES = {Subject.CASE: "web-case", Subject.LIST: "web-list", Subject.DUTY: "web-duty"}

# Acts on many entries, and the correction of another act, have pages of their own; all others are done on the common page of an act.
OWN_PAGES = {
    (Subject.CASE, "correct"): "web-case-correct",
    (Subject.LIST, "nominate"): "web-list-nominate",
    (Subject.LIST, "verify"): "web-list-verify",
    (Subject.LIST, "confirm"): "web-list-confirm",
    (Subject.LIST, "publish"): "web-list-publish",
}


def page_address(kind: str, pk: Any) -> str:
    """The page of a case, a list or a yearly duty."""
    return reverse(PAGES[Subject(kind)], args=[pk])


def address_of(subject: Any) -> str:
    """The page of a subject."""
    return page_address(subject.subject_kind, subject.pk)


def act_address(subject: Any, action: str) -> str:
    """The page on which an action is done."""
    own = OWN_PAGES.get((subject.subject_kind, action))
    return (
        reverse(own, args=[subject.pk]) if own else reverse("web-act", args=[subject.subject_kind, subject.pk, action])
    )
