"""The price list: which packages of quota are sold, at what price, by whom. Read from a TOML file."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.billing.gst import STATES
from models.kernel.env import Env

_DEFAULT = Path(__file__).with_name("packages.toml")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Seller(_Entry):
    """Whose name is on the invoices. `state` is the two digits with which a GSTIN of that state begins."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    address: Annotated[str, Field(min_length=1, max_length=500)]
    state: Annotated[str, Field(pattern="^[0-9]{2}$")]
    gstin: Annotated[str | None, Field(pattern="^[0-9]{2}[0-9A-Z]{13}$")] = None

    @model_validator(mode="after")
    def _state_exists(self) -> Self:
        if self.state not in STATES:
            raise ValueError(f"there is no state {self.state}")
        if self.gstin and not self.gstin.startswith(self.state):
            raise ValueError(f"the GSTIN {self.gstin} is not of the state {self.state}")
        return self


class Package(_Entry):
    """Quota for sale. `price` is in paise including GST, `gst_rate` in percent."""

    id: Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    quota: Annotated[int, Field(gt=0, le=10**9)]
    price: Annotated[int, Field(ge=100, lt=2**31)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    gst_rate: Annotated[Decimal, Field(ge=0, lt=100, decimal_places=2)]
    sac: Annotated[str, Field(pattern="^99[0-9]{2,6}$")]


class PriceList(_Entry):
    """Everything in the file. Package ids are unique."""

    seller: Seller
    packages: tuple[Package, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        if len({package.id for package in self.packages}) < len(self.packages):
            raise ValueError("two packages have the same id")
        return self

    def find(self, package_id: str) -> Package | None:
        """Returns the package with this id."""
        return next((package for package in self.packages if package.id == package_id), None)


@cache
def read_price_list(path: Path | None) -> PriceList:
    """Returns the price list in a file, or the one that comes with the product. Raises `ValueError`, `OSError`."""
    return PriceList.model_validate(tomllib.loads((path or _DEFAULT).read_text(encoding="utf-8")))


def price_list(env: Env) -> PriceList:
    """Returns the price list in force."""
    return read_price_list(env.policy.quota_packages)
