"""Statistics of the 37 reporting units: the public part."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, language
from audits.api.routing import route
from audits.api.schema import LANGUAGE, PUBLIC, answers
from audits.statistics import provinces
from audits.statistics.tables import Row, Table, flag_text, name, names, units_of_metrics
from cpaudit_site.replica import reading_from_replica

FIRST_YEAR, LAST_YEAR = 2003, 2100


class YearSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(
        min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, help_text="Default: this year in Shanghai."
    )


class FlagSerializer(serializers.Serializer[Any]):
    """A figure that a named rule doubts; it is kept as told."""

    rule = serializers.CharField()
    metric = serializers.CharField()
    message = serializers.CharField()


class CoverageSerializer(serializers.Serializer[Any]):
    """How many of the units due have reported, and by name who has not."""

    reported = serializers.IntegerField()
    due = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class FiguresSerializer(serializers.Serializer[Any]):
    """Exact decimals as text, in the base units that `units` names; counts have none."""

    metrics = serializers.DictField(child=serializers.CharField())
    flags = FlagSerializer(many=True)
    source = serializers.CharField(help_text='"events", or where a return comes from.')  # type: ignore[assignment]


class UnitFiguresSerializer(FiguresSerializer):
    unit = serializers.CharField()
    code = serializers.CharField(help_text="Of GB/T 2260; 660000 is the Xinjiang Production and Construction Corps.")
    events_beside = serializers.DictField(
        child=serializers.CharField(),
        allow_null=True,
        help_text="Where a return speaks: what cases tell of the same year beside it. It is in no total. Null: nothing.",
    )


class FurtherSerializer(serializers.Serializer[Any]):
    """A figure of a return that is no metric of ours."""

    label = serializers.CharField()  # type: ignore[assignment]
    period = serializers.CharField()
    value = serializers.CharField()
    unit = serializers.CharField()
    remark = serializers.CharField(allow_blank=True)


class TotalSerializer(FiguresSerializer):
    scope = serializers.CharField(allow_blank=True, help_text="What a return says it covers.")
    remarks = serializers.DictField(child=serializers.CharField(), help_text="By metric, as the return tells them.")
    further = FurtherSerializer(many=True)


class ProvinceTableSerializer(serializers.Serializer[Any]):
    """The table of one year."""

    year = serializers.IntegerField()
    as_of = serializers.DateTimeField(allow_null=True, help_text="When the figures were computed; null: not yet.")
    coverage = CoverageSerializer()
    units = serializers.DictField(child=serializers.CharField())
    rows = UnitFiguresSerializer(many=True)
    total = TotalSerializer()
    national_return = TotalSerializer(
        allow_null=True,
        help_text="A national return beside the units' figures; where these are missing it is the total.",
    )


class ProvincesView(ApiView):
    @extend_schema(
        operation_id="province_statistics",
        tags=["statistics"],
        summary="Counts and effects of a year by reporting unit",
        description=(
            "31 provinces, the Xinjiang Production and Construction Corps and the five separately planned cities, each "
            "counted once. Effects bear their plain name when verified, `planned_…` when only planned. `overdue` is "
            "counted for today. Capacity comes from returns alone. For years before a unit's first process count in the "
            "system its return speaks, and what cases tell stands in `events_beside`. Where a year has only a national "
            "return, `total` is that return and `rows` is empty."
        ),
        parameters=[YearSerializer, LANGUAGE],
        responses=answers({200: ProvinceTableSerializer}, *PUBLIC),
    )
    def get(self, request: Request) -> Response:
        today = timezone.localdate()
        year = self.query(YearSerializer).get("year", today.year)
        with reading_from_replica():
            table = provinces(year, today)
        return Response(shown(table, language()))


def shown(table: Table, reader: str) -> dict[str, Any]:
    """The table as the interface gives it, in the reader's language."""
    return {
        "year": table.year,
        "as_of": timezone.localtime(table.as_of).isoformat() if table.as_of else None,
        "coverage": {
            "reported": table.due - len(table.missing),
            "due": table.due,
            "missing": names(table.missing, reader),
        },
        "units": units_of_metrics(),
        "rows": [
            {
                "unit": name(row.unit, reader),
                "code": row.unit.code,
                "events_beside": row.beside,
                **_figures(row, reader),
            }
            for row in table.rows
            if row.unit is not None
        ],
        "total": _total(table.total, reader),
        "national_return": _total(table.national, reader) if table.national is not None else None,
    }


def _figures(row: Row, reader: str) -> dict[str, Any]:
    return {
        "metrics": row.metrics,
        "flags": [{**flag, "message": flag_text(flag, reader)} for flag in row.flags],
        "source": row.source,
    }


def _total(row: Row, reader: str) -> dict[str, Any]:
    return {**_figures(row, reader), "scope": row.scope, "remarks": row.remarks or {}, "further": row.further}


urlpatterns = [route("statistics/provinces/", ProvincesView, "statistics-provinces")]
