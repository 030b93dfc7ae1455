"""A case told step by step: each method is one act (or a usual run of acts) of the people concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Membership
from audits.demo.enterprises import Adviser, hire
from audits.demo.world import World, contexts_row
from audits.models import AuditCase
from audits.procedure.words import CostClass, Party, ReviewKind, Role, Route
from audits.workflow import contexts
from audits.workflow.door import Result
from enterprises.contract_register import record_contract

ASSESSMENT, ACCEPTANCE = ReviewKind.ASSESSMENT.value, ReviewKind.ACCEPTANCE.value
_DAY = timedelta(days=1)


@dataclass
class CaseFile:
    """One case, its enterprise's people, and the consultancy on the entrusted route."""

    world: World
    case: AuditCase
    firm: str
    adviser: Adviser | None = None
    scale: int = 1  # of the effects of its options

    def do(self, action: str, on: date, **given: Any) -> Result:
        """Any act; what must be certified is drafted by the consultancy where there is one."""
        drafter = self.adviser.auditor if self.adviser else None
        return self.world.act(self.case, action, on, drafted_by=given.pop("drafted_by", drafter), **given)

    # --- preparation and audit ------------------------------------------------------------------------------------

    def opened(self, on: date) -> "CaseFile":
        """Told in writing, then published by the enterprise, some days after the list appeared."""
        self.do("notify", on + 5 * _DAY)
        self.disclose(on + 22 * _DAY)
        return self

    def disclose(self, on: date) -> None:
        """The enterprise publishes, where its categories bring the duty."""
        row = contexts_row(self.case)
        ctx = contexts.context_of(row, on=on, today=on)
        step = ctx.steps["disclose"]
        from audits.workflow.decide import applicability

        if applicability(step, ctx) is None:
            self.do("disclose", on)

    def arrange(self, on: date, adviser: str = "", until: date | None = None) -> None:
        """Files the arrangement: with a consultancy (its contract is put on record first) or with its own auditors."""
        works = self.world.works[self.firm]
        if adviser:
            self.adviser = self.world.advisers[adviser]
            until = until or on + 900 * _DAY
            record_contract(
                consultancy=self.adviser.consultancy,
                enterprise=works.enterprise,
                site=self.case.site,
                signed_on=on - 5 * _DAY,
                starts_on=on - 3 * _DAY,
                ends_on=until,
                document=f"演示合同〔{on.year}〕{self.case.number[-3:]}",
                today=timezone.localdate(),
                by=works.preparer,
            )
            self.do(
                "file_arrangement",
                on,
                route=Route.ENTRUSTED.value,
                consultancy=str(self.adviser.consultancy.pk),
                signed_on=on - 5 * _DAY,
                performance_from=on - 3 * _DAY,
                performance_until=until,
            )
            return
        works.auditors = works.auditors or hire(works.enterprise.organization, senior=1, intermediate=4)
        staff = [{"auditor": str(one.pk)} for one in works.auditors]
        needed = {"staff": staff} if self._asks("file_arrangement", "staff", on) else {}
        self.do("file_arrangement", on, route=Route.SELF.value, **needed)

    def start(self, on: date) -> None:
        """The audit begins on the route that was filed."""
        self.do("start_audit", on, route=(Route.ENTRUSTED if self.adviser else Route.SELF).value)

    def stages(self, on: date, upto: int, every: int = 12) -> None:
        """Stages 1 to `upto`, one each so many days, from a day on."""
        for number in range(1, upto + 1):
            self.do("complete_stage", on + (number - 1) * every * _DAY, stage=str(number))

    def options(self, on: date, *, built: bool = False) -> None:
        """Two cheap options done at once and two dear ones, planned or (`built`) done with verified effects."""
        size = self.scale
        year = on.year
        self._option(on, "F1", "加强跑冒滴漏管理", CostClass.NONE, 0, "management", True, water_saved_t=900 * size)
        self._option(
            on, "F2", "清洗水回用", CostClass.LOW, 28_000 * size, "technology", True,
            water_saved_t=5_200 * size, wastewater_cut_t=4_700 * size, cod_cut_t=1.2 * size, benefit_saving_cny=31_000 * size,
        )  # fmt: skip
        self._option(
            on, "F3", "电机变频与余热利用", CostClass.MEDIUM, 360_000 * size, "equipment", built, years=(year, year + 1),
            electricity_saved_kwh=210_000 * size, standard_coal_saved_tce=26 * size, co2_cut_t=122 * size,
            benefit_saving_cny=147_000 * size,
        )  # fmt: skip
        self._option(
            on, "F4", "生产线清洁化改造", CostClass.HIGH, 2_600_000 * size, "technology", built, years=(year, year + 1),
            raw_material_saved_t=14 * size, cod_cut_t=3.4 * size, hazardous_waste_cut_t=11 * size, so2_cut_t=0.8 * size,
            nox_cut_t=0.6 * size, benefit_saving_cny=420_000 * size, benefit_reduction_cny=95_000 * size,
        )  # fmt: skip

    def build(self, on: date) -> None:
        """The dear options are done; their effects are verified in the year and the year after."""
        size, years, accepted_on = self.scale, (on.year, on.year + 1), on - 6 * _DAY
        self._option(
            on, "F3", "电机变频与余热利用", CostClass.MEDIUM, 388_000 * size, "equipment", True, years=years,
            accepted_on=accepted_on, electricity_saved_kwh=203_000 * size, standard_coal_saved_tce=25 * size,
            co2_cut_t=118 * size, benefit_saving_cny=142_000 * size,
        )  # fmt: skip
        self._option(
            on, "F4", "生产线清洁化改造", CostClass.HIGH, 2_750_000 * size, "technology", True, years=years,
            accepted_on=accepted_on, raw_material_saved_t=13.2 * size, cod_cut_t=3.1 * size,
            hazardous_waste_cut_t=10.4 * size, so2_cut_t=0.8 * size, nox_cut_t=0.5 * size,
            benefit_saving_cny=401_000 * size, benefit_reduction_cny=90_000 * size,
        )  # fmt: skip

    def _option(
        self,
        on: date,
        code: str,
        title: str,
        cost_class: CostClass,
        investment: float,
        element: str,
        done: bool,
        years: Sequence[int] = (),
        accepted_on: date | None = None,
        **effects: float,
    ) -> None:
        rows = [
            {
                "metric": metric,
                "year": year,
                "planned": _exact(amount),
                **({"verified": _exact(amount * 0.96)} if done else {}),
            }
            for metric, amount in effects.items()
            for year in (years or (on.year,))
        ]
        dated = {"completion_accepted_on": accepted_on} if accepted_on else {}
        self.do(
            "record_implementation", on, option=code, title=title, cost_class=cost_class.value, element=element,
            investment_cny=_exact(investment), done=done, effects=rows, **dated,
        )  # fmt: skip

    def complete(self, on: date) -> None:
        """The audit is complete, certified by a second person."""
        self.do("complete_audit", on)

    def report(self, on: date, **given: Any) -> None:
        """The report is handed in, certified."""
        self.do("submit_report", on, **given)

    def receive(self, on: date, *, reviewed: bool = True) -> None:
        """The report is received; `reviewed`: the case goes to assessment (since 2016 not all do)."""
        scope = (
            {"review_scope": ["local_plan"]} if reviewed and self._asks("receive_report", "review_scope", on) else {}
        )
        self.do("receive_report", on, receipt_number=f"演示收〔{on.year}〕{self.case.number[-3:]}号", **scope)

    def audited(
        self, published: date, *, adviser: str = "", pace: float = 1.0, until: date | None = None, reviewed: bool = True
    ) -> "CaseFile":
        """From the list to the report in about ten months (`pace` 1): in time by every rule. Two contract years."""

        def day(number: int) -> date:
            return published + timedelta(days=round(number * pace))

        self.opened(published)
        self.arrange(published + 40 * _DAY, adviser, until)
        self.start(published + 52 * _DAY)
        self.stages(max(day(70), published + 53 * _DAY), 5, every=max(1, round(25 * pace)))
        self.options(day(210))
        self.complete(day(265))
        self.report(day(285))
        self.receive(day(290), reviewed=reviewed)
        return self

    # --- reviews --------------------------------------------------------------------------------------------------

    def apply_assessment(self, on: date) -> None:
        """Applies, and is forwarded where the unit wants it."""
        self.do("apply_assessment", on)
        row = contexts_row(self.case)
        if contexts.context_of(row, on=on, today=on).params.get("forward_required") and self._has(
            "forward_assessment", on
        ):
            self.do("forward_assessment", on)

    def panel(self, on: date, review: str, experts: Sequence[int] = (0, 1, 2)) -> None:
        """Three experts; the first of the pool is the named user."""
        members = [
            {
                "expert": str(self.world.experts[number].pk),
                "expertise": expertise,
                "leader": number == experts[0],
                "free_of_conflict": True,
            }
            for number, expertise in zip(experts, ("sector", "cleaner_production", "environment"), strict=False)
        ]
        self.do("form_panel", on, review=review, members=members)

    def opinions(
        self, on: date, review: str, score: str = "", experts: Sequence[int] = (0, 1, 2), met: bool = True
    ) -> None:
        """The meeting, then the opinion of each expert named."""
        if met:
            self.do("hold_review", on, review=review)
        for number in experts:
            more: dict[str, Any] = {}
            if score and self._asks("submit_opinion", "score", on):
                more["score"] = score
            if self._asks("submit_opinion", "criteria_met", on):
                more["criteria_met"] = ["leadership", "process", "report", "low_cost"]
            self.do("submit_opinion", on, by=self.world.experts[number], review=review, **more)

    def decide_assessment(self, on: date, score: str, **given: Any) -> None:
        """Decided by the score since 2018; before, above 90 stands for a pass."""
        number = float(score)
        if self._asks("decide_assessment", "score", on):
            result = "not_pass" if number < 70 else "pass" if number > 90 else "supplement"
            given |= {"score": score, "result": result}
        else:
            given |= {"result": "pass" if number > 90 else "not_pass"}
            if given["result"] == "not_pass":
                given.setdefault("failed_criteria", ["process", "report"])
        self.do("decide_assessment", on, **given)

    def assess(self, on: date, score: str, **given: Any) -> None:
        """From the application to the decision, within five weeks."""
        self.apply_assessment(on)
        self.panel(on + 8 * _DAY, ASSESSMENT)
        self.opinions(on + 20 * _DAY, ASSESSMENT, score)
        self.decide_assessment(on + 30 * _DAY, score, **given)

    def apply_acceptance(self, on: date) -> None:
        self.do("apply_acceptance", on)

    def decide_acceptance(self, on: date, score: str = "82", **given: Any) -> None:
        """60 and more is qualified; `vetoes` make it unqualified whatever the score."""
        good = float(score) >= 60 and not given.get("vetoes")
        if self._asks("decide_acceptance", "score", on):
            given.setdefault("score", score)
            if good:
                given.setdefault("level", "II")
        self.do("decide_acceptance", on, result="qualified" if good else "unqualified", **given)

    def accept(self, on: date, score: str = "82", **given: Any) -> None:
        """From the application for acceptance to the decision, within five weeks."""
        self.apply_acceptance(on)
        self.panel(on + 8 * _DAY, ACCEPTANCE)
        self.opinions(on + 20 * _DAY, ACCEPTANCE, score)
        self.decide_acceptance(on + 30 * _DAY, score, **given)

    def finish(self, on: date, *, review: str = ACCEPTANCE) -> None:
        """The result is published and the round closed."""
        self.do("publish_result", on, review=review)
        self.do("close", on + 10 * _DAY)

    def number_of(self, action: str) -> int:
        """The number of the event that last recorded a step."""
        return int(contexts_row(self.case).state["done"][action]["seq"])

    # --- reading --------------------------------------------------------------------------------------------------

    def _has(self, action: str, on: date) -> bool:
        row = contexts_row(self.case)
        return action in contexts.context_of(row, on=on, today=on).steps

    def _asks(self, action: str, field_key: str, on: date) -> bool:
        """Whether the form of a step has a field, by the law of the day."""
        row = contexts_row(self.case)
        step = contexts.context_of(row, on=on, today=on).steps[action]
        return any(one.key == field_key for one in step.fields)


def _exact(amount: float) -> str:
    """A decimal text with at most three places."""
    return f"{amount:.3f}".rstrip("0").rstrip(".")


__all__ = ["ACCEPTANCE", "ASSESSMENT", "CaseFile", "Membership", "Party", "Role"]
