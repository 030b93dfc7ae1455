"""Contracts between enterprises and consultancies: while one runs, the consultancy sees its client."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from audits.api.base import ApiView, Pages, one
from audits.api.schema import ACTS_AS, READING, WRITING, answers
from audits.api.shown import ShownSerializer
from audits.workflow import contracts
from enterprises.models import Contract


class PartySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField(source="organization.name")


class ContractSerializer(ShownSerializer[Contract]):
    consultancy = PartySerializer(read_only=True)
    enterprise = PartySerializer(read_only=True)
    site = serializers.UUIDField(source="site_id", allow_null=True, read_only=True, help_text="Null: all sites.")

    class Meta:
        model = Contract
        fields = [
            "id",
            "consultancy",
            "enterprise",
            "site",
            "signed_on",
            "starts_on",
            "ends_on",
            "document",
            "ended_on",
            "reason",
            "created_at",
        ]


class NewContractSerializer(serializers.Serializer[Any]):
    consultancy = serializers.UUIDField()
    site = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Null: all sites.")
    signed_on = serializers.DateField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="Last day; null: open.")
    document = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ContractEndSerializer(serializers.Serializer[Any]):
    ended_on = serializers.DateField(help_text="First day without it.")
    reason = serializers.CharField(max_length=500)


class ContractFilterSerializer(serializers.Serializer[Any]):
    enterprise = serializers.UUIDField(required=False)
    running = serializers.ChoiceField(choices=["true"], required=False, help_text="Only those that run today.")


def _rows(view: ApiView) -> Any:
    rows = Contract.objects.visible_to(view.membership)
    return rows.select_related("consultancy__organization", "enterprise__organization")


class ContractsView(ApiView):
    pagination_class = Pages

    @extend_schema(
        operation_id="list_contracts",
        tags=["registers"],
        summary="Contracts I may see",
        parameters=[ACTS_AS, ContractFilterSerializer],
        responses=answers({200: ContractSerializer(many=True)}, *READING),
    )
    def get(self, request: Request) -> Response:
        wanted, rows = self.query(ContractFilterSerializer), _rows(self)
        if "enterprise" in wanted:
            rows = rows.filter(enterprise_id=wanted["enterprise"])
        return self.paged(rows.running(timezone.localdate()) if "running" in wanted else rows, ContractSerializer)

    @extend_schema(
        operation_id="record_contract",
        tags=["registers"],
        summary="Put a contract with a consultancy on record",
        description="For administrators and preparers of the enterprise. From its start the consultancy sees its client.",
        parameters=[ACTS_AS],
        request=NewContractSerializer,
        responses=answers({201: ContractSerializer}, *WRITING),
    )
    def post(self, request: Request) -> Response:
        contract = contracts.conclude(by=self.membership, **self.body(NewContractSerializer))
        return Response(ContractSerializer(contract).data, status=status.HTTP_201_CREATED)


class OneContractView(ApiView):
    @extend_schema(
        operation_id="read_contract",
        tags=["registers"],
        summary="One contract",
        parameters=[ACTS_AS],
        responses=answers({200: ContractSerializer}, *READING),
    )
    def get(self, request: Request, contract_id: UUID) -> Response:
        return self.shown(one(_rows(self), contract_id), ContractSerializer)


class ContractEndView(ApiView):
    @extend_schema(
        operation_id="end_contract",
        tags=["registers"],
        summary="End a contract early",
        parameters=[ACTS_AS],
        request=ContractEndSerializer,
        responses=answers({200: ContractSerializer}, *WRITING),
    )
    def post(self, request: Request, contract_id: UUID) -> Response:
        contract = one(_rows(self), contract_id)
        ended = contracts.terminate(contract, by=self.membership, **self.body(ContractEndSerializer))
        return Response(ContractSerializer(ended).data)
