"""The registers, one file each."""

from enterprises.models.authorities import Authority, Delegation
from enterprises.models.consultancies import Auditor, AuditorTitle, Consultancy, ConsultancyStatus, EmploymentPeriod
from enterprises.models.contracts import Contract
from enterprises.models.divisions import Division, DivisionLevel, ReportingUnit, ReportingUnitKind
from enterprises.models.enterprises import CodeScheme, Enterprise, EnterpriseCode, EnterpriseName, EnterpriseSize
from enterprises.models.industries import Industry, IndustryLevel, Sector, SectorKind
from enterprises.models.ledgered import Ledgered
from enterprises.models.lists import KeyEnterpriseList, ListImport, Listing
from enterprises.models.parameters import UnitParameter
from enterprises.models.reference import ReferenceLoad
from enterprises.models.rest_days import RestDay, RestDayKind, RestDayYear
from enterprises.models.sites import Site

__all__ = [
    "Auditor",
    "AuditorTitle",
    "Authority",
    "CodeScheme",
    "Consultancy",
    "ConsultancyStatus",
    "Contract",
    "Delegation",
    "Division",
    "DivisionLevel",
    "EmploymentPeriod",
    "Enterprise",
    "EnterpriseCode",
    "EnterpriseName",
    "EnterpriseSize",
    "Industry",
    "IndustryLevel",
    "KeyEnterpriseList",
    "Ledgered",
    "ListImport",
    "Listing",
    "ReferenceLoad",
    "ReportingUnit",
    "ReportingUnitKind",
    "RestDay",
    "RestDayKind",
    "RestDayYear",
    "Sector",
    "SectorKind",
    "Site",
    "UnitParameter",
]
