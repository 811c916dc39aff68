"""Products as banks put them, calendars as operators load them."""

from datetime import date, timedelta

import pytest

from tests.store.samples import NOW, product
from zhengcaidai.messages.calendars import CalendarBasis, CalendarYear, Holiday, RestPeriod
from zhengcaidai.store.calendars import Calendars, LoadedCalendar
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import PageRequest
from zhengcaidai.store.products import ProductFilter, Products


@pytest.fixture
def products(database: Database) -> Products:
    return Products(database)


@pytest.fixture
def calendars(database: Database) -> Calendars:
    return Calendars(database)


def year(number: int = 2027, last: int = 3) -> CalendarYear:
    """An edition whose New Year rest ends on this day of January."""
    new_year = RestPeriod(holidays=(Holiday.NEW_YEAR,), first=date(number, 1, 1), last=date(number, 1, last))
    return CalendarYear(
        year=number, basis=CalendarBasis.SAMPLE, known_from=date(number - 1, 11, 1), rest_periods=(new_year,)
    )


async def listed(products: Products, wanted: ProductFilter) -> list[str]:
    return [each.product_id for each in (await products.list(wanted, PageRequest())).items]


@pytest.mark.clause("kunming/2.2.2")
async def test_products_are_listed_by_bank_region_and_whether_they_are_live(products: Products) -> None:
    await products.put(product("b", bank_id="bank-2"))
    await products.put(product("a", regions=("530000", "410300")))
    await products.put(product("c", live=False))
    assert await listed(products, ProductFilter()) == ["a", "b", "c"]
    assert await listed(products, ProductFilter(bank_id="bank-1")) == ["a", "c"]
    assert await listed(products, ProductFilter(live=True)) == ["a", "b"]
    assert await listed(products, ProductFilter(live=False)) == ["c"]
    assert await listed(products, ProductFilter(regions=frozenset({"530100", "530000"}))) == ["a", "b", "c"]
    assert await listed(products, ProductFilter(regions=frozenset({"410300"}), live=True)) == ["a"]
    assert await listed(products, ProductFilter(regions=frozenset({"220000"}))) == []


async def test_product_put_again_replaces_what_it_said_and_where_it_is_offered(products: Products) -> None:
    await products.put(product(regions=("530100", "410300", "530100")))
    changed = product(regions=("420100",), live=False, name="政采快贷二代")
    await products.put(changed)
    assert await products.get("product-1") == changed
    assert await listed(products, ProductFilter(regions=frozenset({"530100"}))) == []
    assert await listed(products, ProductFilter(regions=frozenset({"420100"}), live=False)) == ["product-1"]


async def test_product_that_is_offered_nowhere_is_kept(products: Products) -> None:
    await products.put(product(regions=(), live=False))
    assert await products.get("product-1") == product(regions=(), live=False)
    assert await products.get("product-2") is None


async def test_calendar_loaded_last_is_in_force(calendars: Calendars) -> None:
    assert await calendars.years() == ()
    assert await calendars.load(year(), NOW)
    assert await calendars.load(year(last=2), NOW + timedelta(days=1))
    assert await calendars.load(year(2026), NOW + timedelta(days=2))
    assert await calendars.editions(2027) == (
        LoadedCalendar(year(last=2), NOW + timedelta(days=1)),
        LoadedCalendar(year(), NOW),
    )
    assert await calendars.years() == (year(2026), year(last=2))


async def test_edition_already_in_force_is_not_loaded_again(calendars: Calendars) -> None:
    await calendars.load(year(), NOW)
    assert not await calendars.load(year(), NOW + timedelta(days=1))
    assert [edition.loaded_at for edition in await calendars.editions(2027)] == [NOW]


async def test_earlier_edition_can_be_brought_back(calendars: Calendars) -> None:
    for number, edition in enumerate((year(), year(last=2), year())):
        assert await calendars.load(edition, NOW + timedelta(days=number))
    assert await calendars.years() == (year(),)
    assert len(await calendars.editions(2027)) == 2


async def test_clock_that_was_set_back_does_not_keep_the_old_edition_in_force(calendars: Calendars) -> None:
    await calendars.load(year(), NOW)
    assert await calendars.load(year(last=2), NOW - timedelta(days=1))
    assert await calendars.years() == (year(last=2),)
