"""Why an act on a return is refused. Codes are part of the API and never renamed."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits.procedure.words import Text
from audits.workflow.errors import Refusal, Refused, WorkflowError

FROZEN = Refusal(
    "return_frozen",
    Text(
        "报表已提交并冻结；如需更改，请另作修订。",
        "This return was submitted and is frozen. To change it, make a revision.",
    ),
)
EXISTS = Refusal(
    "return_exists",
    Text(
        "该单位该年度已有报表。草稿请直接修改，已提交的请作修订。",
        "There is a return of this unit and year. Edit the draft, or revise the submitted one.",
    ),
)
NOT_FROZEN = Refusal(
    "return_not_frozen",
    Text("只有已提交的报表才能修订；草稿请直接修改。", "Only a submitted return is revised; a draft is edited."),
)
SUPERSEDED = Refusal(
    "return_superseded",
    Text("该报表已有更新的修订，请修订最新一版。", "There is a newer revision. Revise the newest one."),
)
FUTURE_YEAR = Refusal(
    "future_year", Text("不能填报尚未到来的年度。", "A return cannot be made for a year that has not begun.")
)
AUTHOR = Refusal(
    "submitter_is_author",
    Text(
        "参与填报的人员不得提交该报表；请由另一位审批人提交。",
        "Whoever had a hand in this return cannot submit it. Another approver must.",
    ),
)
DUTY_NOT_OPEN = Refusal(
    "duty_not_open",
    Text(
        "该年度的报送任务尚未建立，暂不能提交。",
        "The duty of this unit for this year is not open yet; the return cannot be submitted before.",
    ),
)


def refused(*refusals: Refusal) -> Refused:
    """An error of the door with these reasons."""
    return Refused(list(refusals))


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell of a form: `cell` as a spreadsheet names it ("D7"), "" for a whole sheet."""

    sheet: str
    cell: str
    value: str
    rule: str
    text: Text


class FormRefused(WorkflowError):
    """A form that cannot be taken; `cells` says where and why. Nothing of it is stored."""

    code, http_status = "form_refused", 400
    text = Text(
        "表格有误，未导入任何内容。请逐项更正。", "The form has faults. Nothing was stored. Correct each of them."
    )

    def __init__(self, cells: Sequence[CellError]) -> None:
        super().__init__(None, list(cells))
        self.cells = list(cells)
