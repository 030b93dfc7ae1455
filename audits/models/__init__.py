"""What the audits store: cases, events, deadlines, drafts, documents, options, reviews, notices, facts.

Events are the truth. Everything else here that a fold can rebuild is a cache for queries, written only by
`audits.workflow`.
"""

from audits.models.cases import AuditCase, CaseCounter, DutyYear
from audits.models.channels import CalendarFeed, NotificationSettings
from audits.models.deadlines import Deadline
from audits.models.documents import Document
from audits.models.drafts import Draft, Preparation
from audits.models.events import Event, Seal, SealedHead
from audits.models.exports import ExportJob
from audits.models.facts import CaseFact, CaseSpan, CaseTally, CountyFact, ProvinceFact, StatisticsWatermark
from audits.models.jobs import Job, JobState, ListActJob
from audits.models.notices import Channel, Digest, Notice, NoticeIntent, ReminderRun
from audits.models.options import Option, OptionEffect
from audits.models.returns import UnitReturn
from audits.models.reviews import ReviewAssignment
from audits.models.saved_filters import FilteredList, SavedFilter
from audits.models.watch import TaskRecord
from audits.models.webhooks import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AuditCase",
    "CalendarFeed",
    "CaseCounter",
    "CaseFact",
    "CaseSpan",
    "CaseTally",
    "Channel",
    "CountyFact",
    "Deadline",
    "Digest",
    "Document",
    "Draft",
    "DutyYear",
    "Event",
    "ExportJob",
    "FilteredList",
    "Job",
    "JobState",
    "ListActJob",
    "Notice",
    "NoticeIntent",
    "NotificationSettings",
    "Option",
    "OptionEffect",
    "Preparation",
    "ProvinceFact",
    "ReminderRun",
    "ReviewAssignment",
    "SavedFilter",
    "Seal",
    "SealedHead",
    "StatisticsWatermark",
    "TaskRecord",
    "UnitReturn",
    "WebhookDelivery",
    "WebhookEndpoint",
]
