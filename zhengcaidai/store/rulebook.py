"""The rules in force: `ports.RuleBook` on the region files, the calendar files and what was loaded or registered since."""

from datetime import date

from zhengcaidai.errors import NotFound
from zhengcaidai.messages.calendars import CalendarYear
from zhengcaidai.messages.regions import RegionProfile
from zhengcaidai.messages.rulebook import RulesInForce
from zhengcaidai.registers.calendars import calendar_years
from zhengcaidai.registers.platform import platform_settings
from zhengcaidai.registers.regions import region
from zhengcaidai.rules.cooperation import suspension_over
from zhengcaidai.store.calendars import Calendars
from zhengcaidai.store.cooperation import Cooperation
from zhengcaidai.store.engine import Database
from zhengcaidai.store.products import Products

__all__ = ["RegisteredRules"]


class RegisteredRules:
    """Fulfils `RuleBook`. A calendar that was loaded goes before the file of its year."""

    def __init__(self, database: Database) -> None:
        self._products = Products(database)
        self._calendars = Calendars(database)
        self._cooperation = Cooperation(database)

    async def in_force(self, region_code: str, product_id: str, on: date) -> RulesInForce:
        """What a loan that begins on that day goes by. Raises NotFound: no such region or product.

        The product of a bank whose cooperation in the region was ended is not live: what did not come through the door,
        or came before the end, is not welcome either (kunming/5.2).
        """
        product = await self._products.get(product_id)
        if product is None:
            raise NotFound(f"没有产品 {product_id}。", f"There is no product {product_id}.", where="product_id")
        if suspension_over(region_code, await self._cooperation.standing({product.bank_id})):
            product = product.model_copy(update={"live": False})
        return RulesInForce(
            profile=region(region_code, on),
            platform_clocks=platform_settings().clocks,
            product=product,
            calendar=await self.calendar(on),
            penalty=platform_settings().penalty_limit(on),
        )

    async def profile(self, region_code: str, on: date) -> RegionProfile:
        """A region's profile on that day. Raises NotFound, InvalidInput."""
        return region(region_code, on)

    async def calendar(self, on: date) -> tuple[CalendarYear, ...]:
        """The calendar that something which begins on that day adopts."""
        by_year = {each.year: each for each in calendar_years(on)}
        for loaded in await self._calendars.years():
            if min(by_year) <= loaded.year:
                by_year[loaded.year] = loaded
        return tuple(by_year[year] for year in sorted(by_year))
