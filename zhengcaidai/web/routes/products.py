"""`/v1/products`: what banks offer (金融产品)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import Field

from zhengcaidai.errors import Conflict, NotFound, WrongParty
from zhengcaidai.messages.base import Identifier
from zhengcaidai.messages.parties import Principal, Role
from zhengcaidai.messages.products import Product
from zhengcaidai.messages.regions import RegionCode
from zhengcaidai.registers.regions import region as region_profile
from zhengcaidai.rules.cooperation import suspension_over
from zhengcaidai.rules.eligibility import check_product
from zhengcaidai.rules.working_days import shanghai_date
from zhengcaidai.store.products import ProductFilter
from zhengcaidai.web import examples
from zhengcaidai.web.auth import CurrentPrincipal, only
from zhengcaidai.web.bodies import example_body
from zhengcaidai.web.listing import CurrentPage, Listing
from zhengcaidai.web.openapi import READING, WRITING, answers, problems
from zhengcaidai.web.services import CurrentServices, Services
from zhengcaidai.web.writing import WriteRoute, needs_key

__all__ = ["reading", "registering"]

registering = APIRouter(
    prefix="/v1/products", tags=["products 产品"], route_class=WriteRoute, dependencies=[Depends(needs_key)]
)
reading = APIRouter(prefix="/v1/products", tags=["products 产品"])


_ITEM = {**examples.PRODUCT, "suspended_in": []}


class ProductBody(Product):
    """金融产品 as its bank registers it; the bank is that of whoever asks."""

    bank_id: Identifier | None = None  # type: ignore[assignment]
    regions: tuple[RegionCode, ...] = Field(min_length=1, max_length=200)
    max_term_days: int = Field(strict=True, gt=0, le=3660)
    promise_days: int | None = Field(default=None, strict=True, gt=0, le=365)


class ProductItem(Product):
    """金融产品 as it is shown, with where its bank takes no applications."""

    suspended_in: tuple[RegionCode, ...] = ()
    """终止合作资格的地区: of `regions`, those in which the finance bureau has ended the bank's cooperation (kunming/5.2)."""


async def _shown(products: Sequence[Product], by: Principal, services: Services) -> dict[str, ProductItem]:
    """By product id, with what stands against its bank now; the head office's telephone is for the bank itself."""
    suspensions = await services.cooperation.standing({each.bank_id for each in products})
    return {
        each.product_id: ProductItem(
            **{**dict(each), **({} if by.organisation_id == each.bank_id else {"head_office_mobile": None})},
            suspended_in=tuple(
                region
                for region in each.regions
                if suspension_over(region, (one for one in suspensions if one.bank_id == each.bank_id))
            ),
        )
        for each in products
    }


@registering.post(
    "",
    status_code=201,
    summary="报备产品 Register a product",
    responses=answers(201, "已登记 registered", examples.PRODUCT) | problems(*WRITING, "rule-broken", "conflict"),
)
async def register(
    body: Annotated[ProductBody, example_body(examples.PRODUCT)],
    by: Annotated[Principal, only(Role.BANK)],
    services: CurrentServices,
    response: Response,
) -> Product:
    """银行总行报备本行产品；逐一地区核对抵押、担保、收费的禁止 (kunming/2.2.2, luoyang/2.5, kunming/4.1)。再次报备即更新。

    A product is checked against every region that it is for. Registered again, it takes the old one's place; loans keep
    the product that they began with.
    """
    if body.bank_id not in (None, by.organisation_id):
        raise WrongParty(
            "只能报备本行的产品。", "A bank registers its own products.", where="bank_id", right=by.organisation_id
        )
    product = Product(**{**dict(body), "bank_id": by.organisation_id})
    today = shanghai_date(datetime.now(UTC))
    for code in product.regions:
        check_product(product, region_profile(code, today))
    known = await services.products.get(product.product_id)
    if known is not None and known.bank_id != by.organisation_id:
        raise Conflict("该产品编号已被使用。", "This product id is taken.", where="product_id")
    await services.products.put(product)
    response.headers["Location"] = f"/v1/products/{product.product_id}"
    return product


@reading.get(
    "",
    summary="产品列表 Products",
    responses=answers(200, "按编号 by id", {"items": [_ITEM], "next_cursor": None}) | problems(*READING),
)
async def products(
    by: CurrentPrincipal,
    page: CurrentPage,
    services: CurrentServices,
    region: Annotated[RegionCode | None, Query(description="地区 / region")] = None,
    bank_id: Annotated[Identifier | None, Query(description="银行 / bank")] = None,
    live: Annotated[
        bool | None,
        Query(description="在售；缺省：财政部门看全部，其余只看在售 / on offer; if left out, a bureau sees all"),
    ] = None,
) -> Listing[ProductItem]:
    """各地区在售的产品及网点联系人 (hanyang/4.2)；财政部门由此看到向其报备的全部产品 (kunming/2.2.2)。

    What is on offer in a region, and whom to ask; to a finance bureau, all that is registered, offered or not.
    """
    if live is None and by.role is not Role.FINANCE_BUREAU:
        live = True
    regions = frozenset({region}) if region else frozenset[str]()
    wanted = ProductFilter(bank_id=bank_id, regions=regions, live=live)
    found = await services.products.list(wanted, page)
    shown = await _shown(found.items, by, services)
    return Listing[ProductItem].of(found, lambda product: shown[product.product_id])


@reading.get(
    "/{product_id}",
    summary="一个产品 One product",
    responses=answers(200, "产品 the product", _ITEM) | problems(*READING, "not-found"),
)
async def product(
    product_id: Annotated[Identifier, Path(examples=["bank-one-contract-loan"])],
    by: CurrentPrincipal,
    services: CurrentServices,
) -> ProductItem:
    """产品要素。 Its terms."""
    found = await services.products.get(product_id)
    if found is None:
        raise NotFound(f"没有产品 {product_id}。", f"There is no product {product_id}.", where="product_id")
    return (await _shown((found,), by, services))[product_id]
