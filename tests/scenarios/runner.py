"""Run a scenario: facts in, dates and outcomes out. How one is written: `README.md` in this folder."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import time_machine

from accounts.models import Membership
from audits.procedure.words import Function, Line, Mark, Role, Subject
from audits.workflow import recompute, rounds, seals, verify
from enterprises.authority_register import delegate
from enterprises.divisions import has_city_level, reporting_unit_of, scope_code_of
from enterprises.models import Listing
from enterprises.parameters import set_parameter
from tests.factories import Firm, Place, Plant, World
from tests.scenarios.clients import Answer, Client, Target
from tests.scenarios.courses import expanded
from tests.scenarios.forms import Facts, filled

LIST_ACTIONS = frozenset(
    {"nominate", "submit_nominations", "verify", "drop", "return_nominations", "confirm", "publish", "amend_list"}
)
ROLES = {role.value: role for role in Role}
LEVELS = ("nation", "province", "city", "county")
SETTING = frozenset(
    (
        *("scenario", "law", "note", "people"),
        *("place", "other place", "line", "list kept by", "reviewer", "unit", "delegations"),
        *("categories", "sector", "route", "kind", "plants", "panel", "story"),
    )
)
STEP = frozenset(
    (
        *("on", "recorded", "who", "does", "with", "drafted by", "evidence", "reason", "because"),
        *("case", "plant", "list", "system", "parameter", "contract", "refused", "cautions", "then"),
    )
)
THEN = frozenset(
    (
        *("phase", "due", "adjusted", "late", "met", "explained", "provisional", "void", "missing", "attempt"),
        *("closed", "regime", "open to", "unit", "cases", "entries", "done", "not done", "number of proposals"),
    )
)


class ScenarioError(AssertionError):
    """A scenario that is written wrongly, or that does not come out as written; says at which step."""


@contextmanager
def day(on: date, hour: int = 10) -> Iterator[None]:
    """The clock stands still on a Shanghai day."""
    moment = datetime(on.year, on.month, on.day, hour - 8, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        yield


@dataclass
class Runner:
    """One scenario on one client."""

    told: Mapping[str, Any]
    client: Client
    world: World = field(default_factory=World)
    actors: set[Any] = field(default_factory=set)
    lists: dict[str, str] = field(default_factory=dict)
    cases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        unknown = set(self.told) - SETTING
        if unknown:
            raise ScenarioError(f"Unknown words: {sorted(unknown)}")
        code = str(self.told["place"])
        self.line = Line(self.told.get("line", "environment"))
        self.categories = tuple(self.told.get("categories", ()))
        self.place_code = code
        self.story = expanded(self.told["story"], self._names())
        first = self.story[0]
        with day(first.get("recorded", first["on"])):
            self.places: dict[str, Place] = {"": self.world.place(code, self.line)}
            for line in Line:
                self.places[line.value] = self.world.place(code, line) if line in self._lines() else self.places[""]
            if "other place" in self.told:
                self.places["other"] = self.world.place(str(self.told["other place"]), self.line)
            self.plants: list[Plant] = self.world.enterprises(code, int(self.told.get("plants", 1)))
            self.firm: Firm | None = self.world.firm() if self.told.get("route") == "entrusted" else None
            for one in self.told.get("unit", ()):
                self._set(one)
            for one in self.told.get("delegations", ()):
                self._delegate(one)

    def _names(self) -> dict[str, str]:
        """Who does what here, in the words of a scenario; on the energy line its authorities."""
        scope = scope_code_of(self.place_code)
        line = "" if self.line is Line.ENVIRONMENT else f"{self.line.value} "
        local = "county" if len(scope) == 6 else "city"
        verifier = "city" if has_city_level(scope) else "province"
        reviewer = str(self.told.get("reviewer", "province"))
        named = {"local": local, "verifier": verifier, "keeper": self._keeper(), "reviewer": reviewer}
        drafter = "auditor" if self.told.get("route") == "entrusted" else "preparer"
        return {**{key: line + value for key, value in named.items()}, "drafter": drafter}

    def _lines(self) -> set[Line]:
        return {self.line, Line.ENVIRONMENT} if self.line is not Line.ENVIRONMENT else {Line.ENVIRONMENT}

    # --- the setting ----------------------------------------------------------------------------------------------

    def _set(self, one: Mapping[str, Any]) -> None:
        set_parameter(
            one["parameter"],
            one["value"],
            valid_from=one["from"],
            source=one.get("source", "scenario"),
            mark=Mark.OWN,
            reporting_unit=str(one.get("unit", "")),
            scope_code=str(one.get("scope", "")),
        )

    def _delegate(self, one: Mapping[str, Any]) -> None:
        delegate(
            Function(one["function"]),
            scope_code=str(one["scope"]),
            from_authority=self._authority(one["by"]),
            to_authority=self._authority(one["to"]),
            valid_from=one["from"],
            document=one["document"],
        )

    def _authority(self, words: str) -> Any:
        parts = words.split()
        where = parts[0] if parts[0] in self.places else ""
        level = next(part for part in parts if part in LEVELS)
        found = getattr(self.places[where], level)
        if found is None:
            raise ScenarioError(f"There is no {level} authority at {self.place_code}.")
        return found

    def person(self, words: str, plant: Plant | None = None) -> Membership:
        """Somebody by what they are: `county officer`, `province approver 2`, `certifier`, `expert 3`, `stranger`."""
        parts = words.split()
        name = parts.pop() if parts[-1].isdigit() else ""
        plant = plant or self.plants[0]
        if parts == ["stranger"]:
            return self.world.stranger(scope_code_of(self.place_code))
        if parts[0] == "expert":
            return self.world.expert(name or "1")
        role = ROLES[parts[-1]]
        if len(parts) > 1:
            return self.world.person(self._authority(words), role, name)
        if role in (Role.MANAGER, Role.AUDITOR):
            if self.firm is None:
                raise ScenarioError("There is no consultancy on the self-organized route.")
            return self.world.person(self.firm.organization, role, name)
        return self.world.person(plant.organization, role, name)

    # --- the story ------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Every step in turn, then the log and what is stored are proved whole."""
        for number, step in enumerate(self.story, start=1):
            self.take(number, step)
        people = int(self.told.get("people", 9))
        if len(self.actors) < people:
            raise ScenarioError(f"{len(self.actors)} people acted, {people} were to.")
        found = [str(one) for one in verify.verify_all()]
        if found:
            raise ScenarioError(f"verify_all: {found}")

    def take(self, number: int, step: Mapping[str, Any]) -> None:
        """One step, on its day."""
        unknown = set(step) - STEP
        if unknown:
            raise ScenarioError(f"Step {number}: unknown words {sorted(unknown)}")
        try:
            with day(step.get("recorded", step["on"])):
                self._step(step)
        except (AssertionError, KeyError, StopIteration, ValueError) as error:
            what = step.get("does") or step.get("system") or "setting"
            raise ScenarioError(f"Step {number} ({step['on']} {step.get('who', '')} {what}): {error!r}") from error

    def _step(self, step: Mapping[str, Any]) -> None:
        if "parameter" in step:
            self._set(step["parameter"])
        if "contract" in step:
            self._contract(step)
        if "system" in step:
            self._system(step)
        if "does" in step:
            self._act(step)
        if "then" in step:
            self._check(step)

    def _contract(self, step: Mapping[str, Any]) -> None:
        assert self.firm is not None
        plant = self.plants[int(step.get("plant", 1)) - 1]
        self.world.contract(self.firm, plant, signed_on=step["on"], ends_on=step["contract"].get("until"))

    def _system(self, step: Mapping[str, Any]) -> None:
        scans: dict[str, Callable[[], Any]] = {
            "propose next rounds": rounds.propose_due,
            "recompute": recompute.recompute_changed,
            "seal": lambda: seals.seal(datetime.now(UTC)),
        }
        told = scans[step["system"]]()
        if "number of proposals" in step.get("then", {}):
            assert told == step["then"]["number of proposals"], f"{told} proposals"

    def _target(self, step: Mapping[str, Any], by: Membership) -> Target | None:
        if step["does"] == "register":
            return None
        if step["does"] in LIST_ACTIONS:
            return Target(Subject.LIST, self._list(step, by))
        return Target(Subject.CASE, self.cases[int(step.get("case", 1)) - 1])

    def _list(self, step: Mapping[str, Any], by: Membership) -> str:
        name = str(step.get("list", 1))
        if name not in self.lists:
            keeper = self.person(f"{self._names()['keeper']} approver")
            answer = self.client.create_list(
                keeper,
                unit=reporting_unit_of(scope_code_of(self.place_code)),
                year=step["on"].year,
                batch=int(step.get("list", 1)),
                kind=self.told.get("kind", "mandatory"),
                line=self.line.value,
            )
            assert answer.done, answer
            self.lists[name] = answer.subject
        return self.lists[name]

    def _act(self, step: Mapping[str, Any]) -> None:
        action, plant = step["does"], self.plants[int(step.get("plant", 1)) - 1]
        by = self.person(step["who"], plant)
        target = self._target(step, by)
        form = self.client.form(target, action, by)
        fields = form["fields"] if form else (_register_fields() if target is None else [])
        answer, body = self._send(step, form, fields, by, plant, target)
        if "refused" in step:
            wanted = step["refused"]
            wanted = (wanted,) if isinstance(wanted, str) else tuple(wanted)
            assert answer.codes == tuple(sorted(wanted)), f"was to be refused by {wanted}, came {answer}"
            return
        assert answer.done, f"{answer} for {body}"
        if "cautions" in step:
            assert answer.cautions == tuple(sorted(step["cautions"])), answer
        self.actors.add(by.user_id)
        self._note_cases(action, answer, target)

    def _note_cases(self, action: str, answer: Answer, target: Target | None) -> None:
        if target is None:
            self.cases.append(answer.subject)
        if action not in ("publish", "amend_list"):
            return
        for plant in self.plants:
            self.cases += [one for one in self.client.cases(plant.preparer) if one not in self.cases]

    def _send(
        self,
        step: Mapping[str, Any],
        form: Mapping[str, Any] | None,
        fields: list[Any],
        by: Membership,
        plant: Plant,
        target: Target | None,
    ) -> tuple[Answer, dict[str, Any]]:
        """Act, after saving a draft where somebody else prepares it. A draft that is refused is the answer."""
        action, wanted = step["does"], dict(step.get("with") or {})
        body: dict[str, Any] = {}
        if step.get("recorded", step["on"]) != step["on"]:
            body["date"] = step["on"].isoformat()
        if step.get("reason"):
            body["reason"] = step["reason"]
        if step.get("evidence"):
            body["evidence"] = [self.client.stage(by)]
        drafter = step.get("drafted by", "preparer" if form and form["certified"] and "refused" not in step else None)
        if drafter is None or target is None:
            body = {**filled(fields, wanted, self._facts(step, by, plant)), **body}
            return self.client.act(target, action, by, body), body
        author = self.person(drafter, plant)
        prepared = filled(fields, wanted, self._facts(step, author, plant))
        saved = self.client.save_draft(target, action, author, prepared)
        if not saved.done:
            return saved, prepared
        self.actors.add(author.user_id)
        body |= {"from_draft": True, "draft_revision": saved.version}
        return self.client.act(target, action, by, body), body

    def _facts(self, step: Mapping[str, Any], by: Membership, plant: Plant) -> Facts:
        nominating = step["does"] == "nominate" and "plant" not in step
        return Facts(
            on=step["on"],
            categories=self.categories,
            sector=str(self.told.get("sector", "")),
            route=str(self.told.get("route", "self")),
            stage=lambda: self.client.stage(by),
            references={
                "site": lambda: [str(one.site.pk) for one in (self.plants if nominating else [plant])],
                "auditor": lambda: [str(one.pk) for one in plant.staff],
                "consultancy": lambda: [str(self.firm.consultancy.pk)] if self.firm else [],
                "membership": lambda: [
                    str(self.person(one).pk) for one in self.told.get("panel", ["expert 1", "expert 2", "expert 3"])
                ],
                "listing": lambda: [self._listing(step, plant)],
                "division": lambda: [str(self.told.get("other place", ""))],
                "step": lambda: ["start_audit"],
            },
        )

    def _listing(self, step: Mapping[str, Any], plant: Plant) -> str:
        rows = Listing.objects.filter(list=self.lists[str(step.get("list", 1))], site=plant.site, removed_on=None)
        return str(rows.get().pk)

    # --- what comes out -------------------------------------------------------------------------------------------

    def _check(self, step: Mapping[str, Any]) -> None:
        then = step["then"]
        unknown = set(then) - THEN
        assert not unknown, f"unknown words {sorted(unknown)}"
        if "cases" in then:
            assert len(self.cases) == then["cases"], f"{len(self.cases)} cases"
        if "entries" in then:
            keeper = self.person(f"{self._names()['keeper']} approver")
            rows = self.client.listings(self.lists[str(step.get("list", 1))], keeper)
            assert sorted(row["status"] for row in rows) == sorted(then["entries"]), rows
        if not set(then) - {"cases", "entries", "number of proposals"}:
            return
        plant = self.plants[int(step.get("plant", 1)) - 1]
        reader = plant.preparer
        ident = self.cases[int(step.get("case", 1)) - 1]
        case = self.client.case(ident, reader)
        for name, key in (("phase", "phase"), ("attempt", "attempt"), ("regime", "regime"), ("unit", "reporting_unit")):
            if name in then:
                assert str(case[key]) == str(then[name]), f"{name} is {case[key]}"
        if "closed" in then:
            wanted = then["closed"].isoformat() if then["closed"] else None
            assert case["closed_on"] == wanted, f"closed on {case['closed_on']}"
        done = {one["action"] for one in case["done"]}
        assert set(then.get("done", ())) <= done, f"done are {sorted(done)}"
        assert not set(then.get("not done", ())) & done, f"done are {sorted(done)}"
        self._check_deadlines(then, Target(Subject.CASE, ident), reader)
        for who, actions in then.get("open to", {}).items():
            for action in actions:
                form = self.client.form(Target(Subject.CASE, ident), action, self.person(who, plant))
                assert form is not None, f"{who} has no {action}"
                assert form["allowed"], f"{action} is not open to {who}: {form['reasons']}"

    def _keeper(self) -> str:
        """The level that keeps the list: the province, unless the scenario says otherwise."""
        return str(self.told.get("list kept by", "province"))

    def _check_deadlines(self, then: Mapping[str, Any], target: Target, reader: Membership) -> None:
        asked = {"due", "adjusted", "late", "met", "explained", "provisional", "void", "missing"} & set(then)
        if not asked:
            return
        rows = self.client.deadlines(target, reader)
        for name, column in (("due", "due_on"), ("adjusted", "adjusted_due_on"), ("met", "met_on")):
            for label, wanted in then.get(name, {}).items():
                row = _named(rows, label)
                shown = wanted.isoformat() if isinstance(wanted, date) else wanted
                assert row[column] == shown, f"{label}: {column} is {row[column]}"
        for label, wanted in then.get("late", {}).items():
            late = _named(rows, label)["late_days"]
            assert late == wanted, f"{label} is {late} days late"
        for label, wanted in then.get("explained", {}).items():
            told = _named(rows, label)["explanation"]
            assert told == wanted, f"{label}: {told}"
        for label in then.get("provisional", ()):
            assert _named(rows, label)["provisional"], f"{label} is not provisional"
        for label in then.get("void", ()):
            assert _named(rows, label, void=True)["void"], f"{label} is not void"
        for label in then.get("missing", ()):
            held = [row["key"] for row in rows if row["action"] == label and not row["void"]]
            assert not held, f"{label} has {held}"


def _named(rows: list[dict[str, Any]], label: str, *, void: bool = False) -> dict[str, Any]:
    """The deadline a lawyer means: `start_audit` (the law's own), `start_audit, set by order_audit`, `…, local`."""
    step, _, where = label.partition(", ")
    own = [row for row in rows if row["action"] == step and row["void"] == void]
    if where.startswith("set by "):
        source = where.removeprefix("set by ")
        own = [
            row
            for row in own
            if row["key"] in (f"{step}:{source}:{step}",) or row["key"].startswith(f"{step}:{source}.")
        ]
    elif where == "local":
        own = [row for row in own if row["key"] == f"{step}:local"]
    elif len(own) > 1:
        own = [row for row in own if row["nature"] == "statutory"]
    assert len(own) == 1, f"{label}: {[(row['key'], row['due_on']) for row in rows if row['action'] == step]}"
    return own[0]


def _register_fields() -> list[Any]:
    """The form of `register`, which belongs to no subject yet and so has no `GET …/actions/`."""
    from audits.api.bodies import described
    from audits.procedure.registry import find

    return [described(one) for one in find("register")[-1].fields]
