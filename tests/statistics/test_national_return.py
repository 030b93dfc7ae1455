"""The paper's national figures of 2007 through the API, to the digit and flagged."""

import pytest
from django.db import connection

from audits.models import UnitReturn
from audits.models.triggers import drop_triggers
from audits.statistics import load_seed_returns

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/statistics/provinces/"

# Seed paper, section 3.
OF_2007 = {
    "electricity_saved_kwh": "3690000000",
    "coal_saved_t": "7040000",
    "water_saved_t": "380000000",
    "wastewater_cut_t": "60462646700",
    "cod_cut_t": "95000",
    "so2_cut_t": "71000",
    "benefit_saving_cny": "5890000000",
    "benefit_reduction_cny": "15200000000",
    "trained_national": "8339",
    "trained_local": "113505",
    "consultancies": "300",
}


def test_the_figures_of_2007_are_as_told_and_the_waste_water_is_flagged(client):
    answer = client.get(ADDRESS, {"year": "2007"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    table = answer.json()
    assert table["rows"] == []
    assert table["total"]["metrics"] == OF_2007
    [flag] = table["total"]["flags"]
    assert (flag["rule"], flag["metric"]) == ("wastewater_exceeds_water_use", "wastewater_cut_t")
    assert "kept as told" in flag["message"]
    assert table["total"]["source"] == "seed paper section 3"
    assert table["total"]["scope"] == "China, 33 provinces"
    assert [row["value"] for row in table["total"]["further"]] == ["10000", "95"]
    assert (table["coverage"]["reported"], table["coverage"]["due"], len(table["coverage"]["missing"])) == (0, 37, 37)
    assert table["units"]["wastewater_cut_t"] == "t"
    assert table["as_of"] is not None


def test_the_reader_chooses_the_language(client):
    table = client.get(ADDRESS, {"year": "2007"}, headers={"Accept-Language": "zh-hans"}).json()
    assert table["coverage"]["missing"][0] == "北京市"
    assert "单位误差" in table["total"]["flags"][0]["message"]


@pytest.mark.parametrize("query", [{"year": "abc"}, {"year": "1999"}, {"year": "2101"}, {"jahr": "2007"}])
def test_another_question_is_refused(client, query):
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == next(iter(query))


def test_loading_again_changes_nothing():
    [before] = UnitReturn.objects.values_list("pk", "frozen_at")
    assert load_seed_returns() is False
    assert list(UnitReturn.objects.values_list("pk", "frozen_at")) == [before]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2])
def test_the_return_is_there_again_after_a_flush(time):
    drop_triggers(connection)  # which refuse to remove a frozen return
    UnitReturn.objects.get(year=2007, reporting_unit=None).delete()  # the flush at the end of the first brings it back
