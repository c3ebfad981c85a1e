"""Indian goods and services tax on an invoice: how much, of which kind, under which number.

CGST Act 2017, IGST Act 2017 and CGST Rules 2017, rule 46. Amounts are in paise; prices include the tax.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

# India keeps one time zone without summer time; what counts as a day for its taxes is a day there.
INDIA = timezone(timedelta(hours=5, minutes=30), "IST")
_FIRST_MONTH = 4

# The first two digits of a GSTIN. 26 also stands for the former 25; 97 is territory that belongs to no state.
STATES = {
    "01": "Jammu and Kashmir",
    "02": "Himachal Pradesh",
    "03": "Punjab",
    "04": "Chandigarh",
    "05": "Uttarakhand",
    "06": "Haryana",
    "07": "Delhi",
    "08": "Rajasthan",
    "09": "Uttar Pradesh",
    "10": "Bihar",
    "11": "Sikkim",
    "12": "Arunachal Pradesh",
    "13": "Nagaland",
    "14": "Manipur",
    "15": "Mizoram",
    "16": "Tripura",
    "17": "Meghalaya",
    "18": "Assam",
    "19": "West Bengal",
    "20": "Jharkhand",
    "21": "Odisha",
    "22": "Chhattisgarh",
    "23": "Madhya Pradesh",
    "24": "Gujarat",
    "26": "Dadra and Nagar Haveli and Daman and Diu",
    "27": "Maharashtra",
    "29": "Karnataka",
    "30": "Goa",
    "31": "Lakshadweep",
    "32": "Kerala",
    "33": "Tamil Nadu",
    "34": "Puducherry",
    "35": "Andaman and Nicobar Islands",
    "36": "Telangana",
    "37": "Andhra Pradesh",
    "38": "Ladakh",
    "97": "Other Territory",
}
# Union territories without a legislature levy UTGST in place of SGST (UTGST Act 2017).
_UNION_TERRITORIES = frozenset({"04", "26", "31", "35", "38", "97"})
_FORMER_STATES = {"25": "26", "28": "37"}


@dataclass(frozen=True, slots=True)
class Taxes:
    """How a price that includes GST divides into its taxable value and the taxes on it."""

    taxable: int
    cgst: int
    sgst: int
    igst: int

    @property
    def total(self) -> int:
        """The price again."""
        return self.taxable + self.cgst + self.sgst + self.igst


def place_of_supply(seller_state: str, buyer_gstin: str | None) -> str:
    """Returns the state where the service counts as supplied: the registered buyer's, else the seller's.

    IGST Act, section 12(2): of a buyer without registration no state is on record here.
    """
    state = buyer_gstin[:2] if buyer_gstin else seller_state
    state = _FORMER_STATES.get(state, state)
    return state if state in STATES else seller_state


def state_tax(state: str) -> str:
    """Returns what the state's half of the tax is called there."""
    return "UTGST" if state in _UNION_TERRITORIES else "SGST"


def divide(price: int, rate: Decimal, *, within_state: bool) -> Taxes:
    """Returns the taxes in a price, to the paisa. Within a state the two halves are equal (CGST Act, section 9)."""
    if within_state:
        half = _rounded(price * rate / (2 * (100 + rate)))
        return Taxes(price - 2 * half, half, half, 0)
    tax = _rounded(price * rate / (100 + rate))
    return Taxes(price - tax, 0, 0, tax)


def financial_year(moment: datetime) -> str:
    """Returns the Indian financial year, April to March, such as ``2026-27``."""
    day = moment.astimezone(INDIA)
    first = day.year if day.month >= _FIRST_MONTH else day.year - 1
    return f"{first}-{(first + 1) % 100:02}"


def invoice_number(year: str, sequence: int) -> str:
    """An invoice's number, such as ``ER/26-27/000001``: rule 46(b) allows 16 letters, digits, hyphens and slashes."""
    return f"ER/{year[2:]}/{sequence:06}"


def _rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
