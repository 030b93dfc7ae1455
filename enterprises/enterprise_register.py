"""The register of enterprises: the one place where they are created, renamed, given codes and sites.

Dates: a name or code holds from `valid_from` to its last day `valid_until`. Merging is in `enterprises.merging`, search
in `enterprises.enterprise_search`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.memberships import person
from accounts.models import Organization
from audits.procedure.words import Party
from enterprises import divisions
from enterprises.bulk import insert_history, insert_many, insert_values
from enterprises.changes import By, save_change
from enterprises.codes import Scheme, Verdict, check_credit_code, check_organization_code, embedded_organization_code
from enterprises.errors import RegisterError
from enterprises.models import Enterprise, EnterpriseCode, EnterpriseName, Industry, Site
from enterprises.search_keys import name_key

BATCH = 1000
NAME_LENGTH = 200
_NAME = ("enterprise_id", "name", "name_pinyin", "valid_from", "valid_until", "reason")
_CODE = ("enterprise_id", "scheme", "value", "valid_from", "valid_until", "check_ok", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDraft:
    """A site to be: with a `division_code` (perhaps retired) or, for a zone that is none, its `scope_code`."""

    name: str = ""  # default: the enterprise's
    division_code: str = ""
    scope_code: str = ""
    address: str = ""
    zone_text: str = ""
    industry: str = ""
    from_candidate: bool = False  # nobody has verified it yet (`SiteQuerySet.established`)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseDraft:
    """An enterprise to be. `known_from` is the day from which name and codes are on record (default: today)."""

    name: str
    credit_code: str = ""
    organization_code: str = ""
    legal_representative: str = ""
    registered_address: str = ""
    size: str = ""
    industry: str = ""
    sites: tuple[SiteDraft, ...] = field(default=())
    known_from: date | None = None
    source: str = ""


def create_enterprise(draft: EnterpriseDraft, *, by: By = None, reason: str = "") -> Enterprise:
    """One enterprise with its organization, name, codes and sites. Errors as `create_enterprises`."""
    return create_enterprises([draft], by=by, reason=reason)[0]


def create_enterprises(drafts: Sequence[EnterpriseDraft], *, by: By = None, reason: str = "") -> list[Enterprise]:
    """As `create_with_sites`, without the sites."""
    return [enterprise for enterprise, _ in create_with_sites(drafts, by=by, reason=reason)]


def create_with_sites(
    drafts: Sequence[EnterpriseDraft], *, by: By = None, reason: str = ""
) -> list[tuple[Enterprise, list[Site]]]:
    """Many enterprises with their sites at once, both in the order given: all or none; queries grow by batch only.

    `RegisterError` (codes `name_invalid`, `credit_code_invalid`, `organization_code_invalid`, `credit_code_taken`,
    `site_without_place`, `unknown_industry`) or `divisions.UnknownDivision`. A wrong check character is accepted and
    kept on record. An organization code that is not given is taken from the credit code it is part of.
    """
    today = timezone.localdate()
    _refuse_unknown_industries(
        {draft.industry for draft in drafts} | {one.industry for draft in drafts for one in draft.sites}
    )
    built = [_build(draft, today) for draft in drafts]
    codes = [one.enterprise.credit_code for one in built if one.enterprise.credit_code]
    _refuse_taken(codes)
    try:
        with transaction.atomic():
            _insert([one.organization for one in built], by, reason)
            _insert([one.enterprise for one in built], by, reason)
            insert_values(EnterpriseName, _NAME, [one.name for one in built])
            insert_values(EnterpriseCode, _CODE, [code for one in built for code in one.codes])
            _insert([site for one in built for site in one.sites], by, reason)
    except IntegrityError:
        _refuse_taken(codes)  # somebody else has just registered one of them
        raise
    return [(one.enterprise, one.sites) for one in built]


def add_sites(drafts: Sequence[tuple[Enterprise, SiteDraft]], *, by: By = None, reason: str = "") -> list[Site]:
    """Further sites of enterprises on record, in the order given.

    `RegisterError` (`site_without_place`, `unknown_industry`) or `UnknownDivision`.
    """
    _refuse_unknown_industries({draft.industry for _, draft in drafts})
    sites = [_site(enterprise, draft) for enterprise, draft in drafts]
    with transaction.atomic():
        _insert(sites, by, reason)
    return sites


def close_site(site: Site, *, on: date, by: By = None, reason: str = "") -> Site:
    """The site is shut from that day on. It stays on record."""
    site.closed_on = on
    save_change(site, by, reason, ["closed_on"])
    return site


def rename(enterprise: Enterprise, new_name: str, *, on: date, by: By = None, reason: str = "") -> Enterprise:
    """The enterprise has another name from that day on; the former one stays findable.

    1. ends the present `EnterpriseName` the day before; 2. adds the new one; 3. sets name and search key of the
    enterprise, and the name of its organization. `RegisterError`: `name_invalid`, `name_same`, `rename_too_early` (not
    after the day from which the present name is on record).
    """
    name = _name(new_name)
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update().select_related("organization").get(pk=enterprise.pk)
        if name == locked.name:
            raise RegisterError("name_same", "新名称与现名称相同。", "The new name is the present one.")
        present = locked.names.filter(valid_until__isnull=True).order_by("-valid_from").first()
        if present is not None:
            if on <= present.valid_from:
                raise RegisterError(
                    "rename_too_early",
                    f"现名称自 {present.valid_from} 起登记，更名日期须晚于该日。",
                    f"The present name is on record from {present.valid_from}; a new one must begin later.",
                )
            present.valid_until = on - timedelta(days=1)
            present.save(update_fields=["valid_until"])
        key = name_key(name)
        EnterpriseName.objects.create(enterprise=locked, name=name, name_pinyin=key, valid_from=on, reason=reason)
        locked.name, locked.name_pinyin = name, key
        save_change(locked, by, reason, ["name", "name_pinyin"])
        locked.organization.name = name
        save_change(locked.organization, by, reason, ["name"])
    return locked


def add_code(
    enterprise: Enterprise,
    given: str,
    *,
    scheme: Scheme = Scheme.USCC,
    valid_from: date,
    by: By = None,
    reason: str = "",
    source: str = "",
) -> EnterpriseCode:
    """The enterprise has this code from that day on; an earlier one of the same scheme ends the day before.

    `RegisterError`: `credit_code_invalid`, `organization_code_invalid`, `credit_code_taken`.
    """
    value, check_ok = _code(given, scheme)
    with transaction.atomic():
        locked = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        if scheme is Scheme.USCC:
            if value != locked.credit_code:
                _refuse_taken([value])
            locked.credit_code = value
            locked.organization_code = embedded_organization_code(value) or locked.organization_code
        else:
            locked.organization_code = value
        same = EnterpriseCode.objects.filter(enterprise=locked, scheme=scheme.value)
        row = same.filter(value=value, valid_until__isnull=True).first()
        if row is None:
            same.filter(valid_until__isnull=True, valid_from__lt=valid_from).update(
                valid_until=valid_from - timedelta(days=1)
            )
            row = EnterpriseCode.objects.create(
                enterprise=locked,
                scheme=scheme.value,
                value=value,
                valid_from=valid_from,
                check_ok=check_ok,
                source=source,
            )
        save_change(locked, by, reason, ["credit_code", "organization_code"])
    return row


def change_details(enterprise: Enterprise, *, by: By, reason: str, **values: Any) -> Enterprise:
    """Legal representative, registered address, size or industry; other fields have their own functions."""
    allowed = {"legal_representative", "registered_address", "size", "industry_id"}
    if unknown := set(values) - allowed:
        raise TypeError(f"change_details() does not set {', '.join(sorted(unknown))}.")
    for name, value in values.items():
        setattr(enterprise, name, value)
    save_change(enterprise, by, reason, list(values))
    return enterprise


@dataclass(frozen=True, slots=True)
class _Built:
    organization: Organization
    enterprise: Enterprise
    name: tuple[Any, ...]  # the fields of `_NAME`
    codes: list[tuple[Any, ...]]  # the fields of `_CODE`
    sites: list[Site]


def _insert(rows: Sequence[Any], by: By, reason: str) -> None:
    insert_many(rows)
    insert_history(rows, person(by), reason)


def _build(draft: EnterpriseDraft, today: date) -> _Built:
    name = _name(draft.name)
    since = draft.known_from or today
    key = name_key(name)
    credit_code, credit_ok = _code(draft.credit_code, Scheme.USCC) if draft.credit_code else ("", True)
    given, given_ok = ("", True)
    if draft.organization_code:
        given, given_ok = _code(draft.organization_code, Scheme.ORGANIZATION_CODE)
    organization = Organization(party=Party.ENTERPRISE.value, name=name)
    enterprise = Enterprise(
        organization=organization,
        name=name,
        name_pinyin=key,
        credit_code=credit_code or None,
        organization_code=given or embedded_organization_code(credit_code) or None,
        legal_representative=draft.legal_representative,
        registered_address=draft.registered_address,
        size=draft.size,
        industry_id=draft.industry or None,
    )
    codes = [
        (enterprise.pk, scheme.value, value, since, None, ok, draft.source)
        for scheme, value, ok in (
            (Scheme.USCC, credit_code, credit_ok),
            (Scheme.ORGANIZATION_CODE, given, given_ok),
        )
        if value
    ]
    return _Built(
        organization,
        enterprise,
        (enterprise.pk, name, key, since, None, ""),
        codes,
        [_site(enterprise, site) for site in draft.sites],
    )


def _site(enterprise: Enterprise, draft: SiteDraft) -> Site:
    division_code: str | None = None
    scope_code = draft.scope_code
    if draft.division_code:
        division = divisions.resolve(draft.division_code).division
        division_code, scope_code = division.code, division.scope_code
    elif not scope_code:
        raise RegisterError(
            "site_without_place",
            "厂址须有行政区划代码或所在范围代码。",
            "A site needs a division code or the scope code it lies in.",
        )
    else:
        divisions.division_of_scope(scope_code)
    return Site(
        enterprise=enterprise,
        name=draft.name or enterprise.name,
        address=draft.address,
        division_id=division_code,
        division_code_given=draft.division_code,
        zone_text=draft.zone_text,
        scope_code=scope_code,
        reporting_unit_id=divisions.reporting_unit_of(scope_code),
        industry_id=draft.industry or enterprise.industry_id,
        from_candidate=draft.from_candidate,
    )


def _name(given: str) -> str:
    name = given.strip()
    if not name or len(name) > NAME_LENGTH:
        raise RegisterError(
            "name_invalid",
            f"企业名称不能为空，且不超过 {NAME_LENGTH} 字。",
            f"A name is needed, of at most {NAME_LENGTH} characters.",
        )
    return name


def _code(given: str, scheme: Scheme) -> tuple[str, bool]:
    """The normalized code and whether its check character is right; `RegisterError` if it is impossible."""
    check = check_credit_code(given) if scheme is Scheme.USCC else check_organization_code(given)
    if not check.possible:
        code = "credit_code_invalid" if scheme is Scheme.USCC else "organization_code_invalid"
        raise RegisterError(code, check.text.zh, check.text.en, value=given)
    return check.value, check.verdict is Verdict.OK


def _refuse_unknown_industries(given: set[str]) -> None:
    wanted = given - {""}
    unknown = wanted - set(Industry.objects.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    if unknown:
        listed = ", ".join(sorted(unknown)[:10])
        raise RegisterError(
            "unknown_industry",
            f"国民经济行业分类中没有代码：{listed}。",
            f"GB/T 4754 has no such code: {listed}.",
            values=sorted(unknown),
        )


def _refuse_taken(credit_codes: Sequence[str]) -> None:
    """Refuse credit codes that are on record, or that stand twice among these."""
    taken = {code for code, times in Counter(credit_codes).items() if times > 1}
    wanted = set(credit_codes)
    rows = EnterpriseCode.objects.filter(scheme=Scheme.USCC.value, value__among=wanted)
    taken.update(rows.values_list("value", flat=True))
    present = Enterprise.objects.filter(credit_code__among=wanted).values_list("credit_code", flat=True)
    taken.update(code or "" for code in present)
    if taken:
        listed = ", ".join(sorted(taken)[:10])
        raise RegisterError(
            "credit_code_taken",
            f"统一社会信用代码已登记：{listed}。",
            f"These credit codes are on record already: {listed}.",
            values=sorted(taken),
        )
