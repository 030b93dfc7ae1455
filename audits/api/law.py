"""The law as data, for everybody: procedures, and what a publication on some day would make due."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, language
from audits.api.course_shapes import title_of, titles
from audits.api.errors import Problem, words
from audits.api.schema import LANGUAGE, PUBLIC, answers
from audits.procedure import registry
from audits.procedure.articles import DOCUMENTS
from audits.procedure.describe import describe_procedure, describe_procedures
from audits.procedure.explanations import explain
from audits.procedure.previews import preview
from audits.procedure.registry import CATEGORIES
from audits.procedure.schema import Article
from audits.procedure.sectors import DIRECTORY_OTHER, SECTORS
from audits.procedure.words import Category, RegimeKey, Route, Subject
from audits.workflow.errors import NotVisible
from enterprises import divisions
from enterprises.models import Industry
from enterprises.parameters import parameters_for
from enterprises.rest_days import calendar

LAST_DAY = date(2100, 12, 31)


class BothSerializer(serializers.Serializer[Any]):
    zh = serializers.CharField()
    en = serializers.CharField()


class ProcedureSerializer(serializers.Serializer[Any]):
    """One legal regime."""

    key = serializers.CharField()
    title = BothSerializer()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    version = serializers.CharField(help_text="Of its table: any change of a row changes it.")
    categories = serializers.ListField(child=serializers.CharField())


class SourceSerializer(serializers.Serializer[Any]):
    document = serializers.CharField()
    name = BothSerializer()
    since = serializers.DateField(allow_null=True)
    mark = serializers.CharField()


class ProcedureDetailSerializer(ProcedureSerializer):
    """One legal regime with its steps, each as `audits.procedure.describe` puts it."""

    sources = SourceSerializer(many=True)
    steps = serializers.ListField(child=serializers.DictField())


class ProceduresView(ApiView):
    @extend_schema(
        operation_id="list_procedures",
        tags=["law"],
        summary="The legal regimes",
        responses=answers({200: ProcedureSerializer(many=True)}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        return Response(describe_procedures())


class OneProcedureView(ApiView):
    @extend_schema(
        operation_id="read_procedure",
        tags=["law"],
        summary="One regime with its steps",
        parameters=[
            OpenApiParameter("key", OpenApiTypes.STR, OpenApiParameter.PATH, enum=[key.value for key in RegimeKey])
        ],
        responses=answers({200: ProcedureDetailSerializer}, *PUBLIC),
    )
    def get(self, request: Request, key: str) -> Response:
        if key not in set(RegimeKey):
            raise NotVisible()
        return Response(describe_procedure(key))


class PreviewQuerySerializer(serializers.Serializer[Any]):
    published_on = serializers.DateField(help_text="From 2003-01-01 on.")
    category = serializers.ListField(
        child=serializers.ChoiceField(choices=[category.value for category in Category]),
        min_length=1,
        max_length=len(Category),
        help_text="Repeated for several.",
    )
    route = serializers.ChoiceField(choices=[route.value for route in Route])
    region = serializers.RegexField(
        r"^([0-9]{2}){1,3}$",
        required=False,
        help_text="Division (320509) or scope code (32): its own parameters count.",
    )
    industry = serializers.CharField(required=False, max_length=2, help_text="GB/T 4754 section or division.")
    sector = serializers.ChoiceField(choices=[*SECTORS, DIRECTORY_OTHER.key], required=False)


class PreviewDeadlineSerializer(serializers.Serializer[Any]):
    step = serializers.CharField()
    title = serializers.CharField()
    raw_end = serializers.DateField()
    due_on = serializers.DateField()
    provisional = serializers.BooleanField()
    calendar_unknown = serializers.BooleanField()
    article = serializers.CharField()
    mark = serializers.CharField()
    explanation = serializers.CharField()
    depends_on = serializers.ListField(child=serializers.CharField())


class PreviewSerializer(serializers.Serializer[Any]):
    """What runs from the publication alone, earliest first."""

    procedure = serializers.CharField()
    deadlines = PreviewDeadlineSerializer(many=True)


class DeadlinesPreviewView(ApiView):
    @extend_schema(
        operation_id="preview_deadlines",
        tags=["law"],
        summary="What would a publication on this day make due?",
        description="Codes of 400: `before_the_law`, `not_applicable` (a category this regime has not), `unknown_division`.",
        parameters=[LANGUAGE, PreviewQuerySerializer],
        responses=answers({200: PreviewSerializer}, 400, 429),
    )
    def get(self, request: Request) -> Response:
        wanted = self.query(PreviewQuerySerializer)
        published_on = wanted["published_on"]
        regime = registry.regime_on(published_on)
        if published_on > LAST_DAY:
            raise Problem(400, [("too_large", _("This date is too far in the future."), "published_on")])
        categories = frozenset(Category(one) for one in wanted["category"])
        _check_categories(categories, regime)
        scope, unit = _place(wanted.get("region"))
        if "industry" in wanted and not Industry.objects.filter(code=wanted["industry"]).exists():
            raise Problem(400, [("unknown_industry", _("GB/T 4754 has no such code."), "industry")])
        params = parameters_for(scope, unit, published_on).values
        found = preview(
            published_on,
            categories,
            wanted["route"],
            params=params,
            calendar=calendar(),
            steps=registry.steps_for(Subject.CASE, published_on=published_on, acted_on=published_on).values(),
            sector=wanted.get("sector", ""),
        )
        known = titles()
        shown = [
            {
                "step": one.step,
                "title": title_of(one.step),
                "raw_end": one.raw_end,
                "due_on": one.due_on,
                "provisional": one.provisional,
                "calendar_unknown": one.calendar_unknown,
                "article": article_name(one.article),
                "mark": one.article.mark.value,
                "explanation": explain(one, language(), known),
                "depends_on": list(one.depends_on),
            }
            for one in found
        ]
        return Response({"procedure": regime.value, "deadlines": shown})


def article_name(article: Article) -> str:
    """Document and article in one line, in the caller's language."""
    document = DOCUMENTS.get(article.document)
    name = words(document.name) if document else article.document
    return f"{name} {article.article}".strip()


def _check_categories(categories: frozenset[Category], regime: RegimeKey) -> None:
    unknown = sorted(categories - CATEGORIES[regime])
    if unknown:
        text = _("The law in force on that day has no such category: {names}.").format(names=", ".join(unknown))
        raise Problem(400, [("not_applicable", text, "category")])


def _place(region: str | None) -> tuple[str, str]:
    """Scope code and reporting unit; both empty for the national defaults."""
    if region is None:
        return "", ""
    try:
        row = divisions.resolve(region).division if len(region) == 6 else divisions.division_of_scope(region)
    except divisions.UnknownDivision as error:
        raise Problem(400, [(error.code, words(error.text), "region")]) from None
    return row.scope_code, row.reporting_unit
