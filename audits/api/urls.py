"""Every address below /api/v1/; `routing.route` takes from the one map who may call it."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path

from audits.api import actions, fallback
from audits.api.permissions import access_of
from audits.api.routing import route
from audits.procedure.words import Subject


def _actions_of(subject: Subject, below: str) -> list[URLPattern]:
    """`<below>/<id>/actions/` and one address per action key."""
    here = f"{below}/<uuid:subject_id>/actions/"
    found = [route(here, actions.actions_view(subject), f"{subject.value}-actions")]
    for key, steps in actions.action_steps(subject).items():
        found.append(
            route(f"{here}{key}/", actions.action_view(subject, key, steps), f"{subject.value}-action-{key}")
        )
    found.append(
        route(f"{here}<slug:action>/", actions.unknown_action_view(subject), f"{subject.value}-action-unknown")
    )
    return found


urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include("accounts.api.urls")),
    *_actions_of(Subject.CASE, "cases"),
    *_actions_of(Subject.LIST, "lists"),
    *_actions_of(Subject.DUTY, "duties"),
]

if find_spec("audits.api.statistics") is not None:
    urlpatterns.append(path("", include("audits.api.statistics")))

nothing_here = fallback.NothingHereView.as_view(access=access_of("nothing-here"))
urlpatterns.append(re_path(r"^.*$", nothing_here, name="nothing-here"))
