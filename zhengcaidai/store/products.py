"""The banks' products (金融产品)."""

from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import col, delete, insert, select

from zhengcaidai.messages.products import Product
from zhengcaidai.store.engine import Database
from zhengcaidai.store.paging import Keyset, Page, PageRequest
from zhengcaidai.store.tables import ProductRegionRow, ProductRow

__all__ = ["ProductFilter", "Products"]

_BY_ID = Keyset(ProductRow, "product_id", newest_first=False)


@dataclass(frozen=True)
class ProductFilter:
    """Which products; what is None is not asked. `regions`: offered in any of them (a city's and its parents')."""

    bank_id: str | None = None
    regions: frozenset[str] = frozenset()
    live: bool | None = None


class Products:
    """金融产品: put by a bank's head office, read by suppliers. All raise OutsideDown while the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, product: Product) -> None:
        """Add a product, or put it in the place of the one with its id. Loans keep the product that they began with."""
        put = self._database.insert(ProductRow).values(
            product_id=product.product_id, bank_id=product.bank_id, live=product.live, product=product
        )
        changed = {name: put.excluded[name] for name in ("bank_id", "live", "product")}
        async with self._database.writing() as session:
            await session.exec(put.on_conflict_do_update(index_elements=["product_id"], set_=changed))
            await session.exec(delete(ProductRegionRow).where(col(ProductRegionRow.product_id) == product.product_id))
            if product.regions:
                rows = [
                    {"region": region, "product_id": product.product_id} for region in dict.fromkeys(product.regions)
                ]
                await session.exec(insert(ProductRegionRow), params=rows)

    async def get(self, product_id: str) -> Product | None:
        """One product, live or not."""
        async with self._database.reading() as session:
            row = await session.get(ProductRow, product_id)
        return row.product if row else None

    async def list(self, wanted: ProductFilter, page: PageRequest) -> Page[Product]:
        """By id. Raises InvalidInput for a cursor of another list."""
        query = select(ProductRow)
        if wanted.bank_id is not None:
            query = query.where(col(ProductRow.bank_id) == wanted.bank_id)
        if wanted.live is not None:
            query = query.where(and_(col(ProductRow.live)) if wanted.live else ~col(ProductRow.live))
        if wanted.regions:
            offered = select(col(ProductRegionRow.product_id)).where(
                col(ProductRegionRow.region).in_(sorted(wanted.regions))
            )
            query = query.where(col(ProductRow.product_id).in_(offered))
        async with self._database.reading() as session:
            rows = (await session.exec(_BY_ID.page_of(query, page))).all()
        return _BY_ID.cut(rows, page, lambda row: row.product)
