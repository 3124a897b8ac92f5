"""Which column is what: recognised by name and content, asked for only where a guess is unsafe.

A mapping says for each column of the file which field it is: {"InvoiceNo": "order_id", ...}.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from customers import parsing
from customers.parsing import PATTERNS, BadCell

IGNORE, TRAIT, DETAIL = "ignore", "trait", "order_detail"
FIELDS: dict[str, str] = {
    "order_id": "the order number",
    "customer_id": "the customer number",
    "email": "the e-mail address",
    "name": "the customer's name",
    "date": "the order date",
    "product_id": "the product number",
    "product_name": "the product's name",
    "category": "the product's category",
    "quantity": "the quantity",
    "unit_price": "the price of one piece",
    "total": "the total of the line",
    "country": "the customer's country",
    "channel": "the sales channel",
    "currency": "the currency",
    TRAIT: "a detail of the customer",
    DETAIL: "a detail of the order",
    IGNORE: "not needed",
}
ONCE = [name for name in FIELDS if name not in (TRAIT, DETAIL, IGNORE)]
OF_ORDERS: dict[str, str] = {  # only in the exports of shops: what is said once per order, and details of its lines
    "order_total": "what was paid for the order",
    "subtotal": "the goods of the order",
    "shipping": "the delivery fee",
    "shipping_tax": "the tax on delivery",
    "tax": "the tax of the order",
    "refunded": "the money paid back",
    "refunded_at": "the day money was paid back",
    "cancelled_at": "when the order was cancelled",
    "status": "the state of the order",
    "payment": "how it was paid",
    "mode": "live or test",
    "tags": "the tags of the order",
    "first_name": "the first name",
    "last_name": "the last name",
    "line_tax": "the tax of the line",
    "line_discount": "the discount of the line",
    "taxable": "whether the line is taxed",
    "product_list": "the products of the order",
    "converted_total": "what was paid, in your currency",
    "converted_refunded": "the money paid back, in your currency",
    "converted_currency": "your currency",
}
SINGLE = [*ONCE, *OF_ORDERS]  # fields that one column at most may be
AGREES = {  # names of columns that say whether we may write to somebody, as shops and mail tools call them
    "acceptsmarketing", "acceptsemailmarketing", "emailmarketingconsent", "marketingconsent", "emailconsent",
    "marketingoptin", "emailoptin", "optin", "consent", "newsletter", "emailmarketing", "subscribed",
}  # fmt: skip
COUPONS = {  # names of columns that hold the coupon of an order
    "discountcode", "discountcodes", "couponcode", "couponcodes", "coupon", "coupons", "couponused", "vouchercode",
    "voucher", "promocode", "promotioncode", "promotioncodes", "gutscheincode", "gutschein", "codepromo",
}  # fmt: skip
STOPS = {"unsubscribed", "optout", "emailoptout", "donotcontact", "donotemail", "stoplist", "suppressed"}

_NAMES: dict[str, str] = {  # normalised names, the likeliest first
    "order_id": "orderid orderno ordernumber order invoiceno invoice invoiceid invoicenumber invoicenr transactionid "
    "transaction transactionno receiptid receiptno receipt basketid purchaseid saleid salesorder ordernr bestellnummer "
    "bestellnr auftragsnummer rechnungsnummer numerocommande documentno dealid opportunityid recordid",
    "customer_id": "customerid customerno customernumber customer custid cust clientid client buyerid buyer userid "
    "user memberid member accountid householdkey householdid kundennummer kundennr kundenid customernr shopperid "
    "contactid personid masterid idclient",
    "email": "email emailaddress customeremail mail billingemail contactemail buyeremail emailid useremail "
    "personemail personemailwork emailwork",
    "name": "customername fullname clientname buyername billingname kundenname contactname kunde "
    "contactperson dealcontactperson fullnamecontact name",
    "date": "orderdate invoicedate date createdat orderedat purchasedat purchasedate transactiondate datetime "
    "timestamp orderdatetime ordertime datecreated orderplaced placedat paidat saledate processedat bestelldatum "
    "datum rechnungsdatum datecommande closedate dealwontime wontime day",
    "product_id": "productid sku lineitemsku stockcode itemid itemno articleid articleno productcode itemcode "
    "productsku productno artikelnummer artikelnr variantsku productnumber upc ean item",
    "product_name": "productname lineitemname description product producttitle itemname itemdescription articlename "
    "producttitle title artikel artikelname bezeichnung",
    "category": "category productcategory producttype department commodity commoditydesc itemcategory kategorie "
    "warengruppe productgroup",
    "quantity": "quantity qty lineitemquantity units amountordered itemquantity orderedquantity quantityordered menge "
    "anzahl stueck pieces numberofcds count",
    "unit_price": "unitprice price lineitemprice itemprice priceperunit priceeach unitcost sellingprice einzelpreis "
    "preis stueckpreis productprice",
    "total": "linetotal total amount totalprice totalamount revenue sales value ordertotal dollarvalue subtotal "
    "salesvalue lineamount grandtotal netamount totalsales gesamt betrag summe gesamtpreis umsatz extendedprice "
    "ordervalue price_total spend dealvalue",
    "country": "country customercountry countrycode shippingcountry billingcountry land pays",
    "channel": "channel saleschannel source orderchannel platform store saleschannelname kanal",
    "currency": "currency currencycode waehrung amountcurrency dealcurrencyofvalue currencyofvalue",
}
SYNONYMS = {name: words.split() for name, words in _NAMES.items()}


@dataclass
class Question:
    """Something we do not dare to guess: the person chooses one of the answers."""

    name: str
    text: str
    choices: list[tuple[str, str]]  # value, label

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "text": self.text, "choices": [list(choice) for choice in self.choices]}


@dataclass
class Guess:
    """What we made of the columns. `missing` says what a file of orders needs and this one lacks."""

    mapping: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def normal(name: str) -> str:
    """`Order-ID (2)` -> `orderid`: the form in which names are compared."""
    return re.sub(r"[\W_]+", "", re.sub(r" \(\d+\)$", "", name).casefold())


def by_field(mapping: dict[str, str]) -> dict[str, str]:
    """Field -> column, for the fields that occur once."""
    return {field: column for column, field in mapping.items() if field in SINGLE}


def guess(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Guess:
    """Recognise the columns of an order file from their names and a sample of rows."""
    cells = {column: [row[i] for row in rows if row[i].strip()] for i, column in enumerate(columns)}
    mapping = dict.fromkeys(columns, IGNORE)
    answer = Guess(mapping)
    for field_name in ONCE:
        named = _named(field_name, columns, cells, mapping)
        if named:
            mapping[named[0]] = field_name
        if len(named) > 1 and normal(named[0]) == normal(named[1]):
            answer.questions.append(_which(field_name, named))
    _by_content(answer, cells)
    for column in columns:
        if mapping[column] == IGNORE and normal(column) in AGREES | STOPS:
            mapping[column] = TRAIT
        if mapping[column] == IGNORE and normal(column) in COUPONS:
            mapping[column] = DETAIL
    if "total" in mapping.values() and {"unit_price", "quantity"} <= set(mapping.values()):
        answer.notes.append("The file holds a line total and a price: we count the line total.")
    answer.missing = missing(mapping) and missing(_surely(answer))
    return answer


def _surely(answer: Guess) -> dict[str, str]:
    """The mapping without the columns that are asked about."""
    asked = {question.name for question in answer.questions}
    return {column: field for column, field in answer.mapping.items() if f"column:{field}" not in asked}


def _named(field_name: str, columns: Sequence[str], cells: dict[str, list[str]], mapping: dict[str, str]) -> list[str]:
    """Columns still free that are called like the field and whose content does not speak against it."""
    words = SYNONYMS[field_name]
    fits = _FITS.get(field_name)
    free = [column for column in columns if mapping[column] == IGNORE and normal(column) in words]
    named = [column for column in free if not (fits and cells[column]) or fits(cells[column])]
    return sorted(named, key=lambda column: words.index(normal(column)))


def missing(mapping: dict[str, str]) -> list[str]:
    """What a file of orders cannot do without."""
    fields = set(mapping.values())
    needs = [
        ({"customer_id", "email"}, "a customer number or an e-mail address"),
        ({"date"}, "an order date"),
        ({"unit_price", "total", "order_total"}, "a price or a line total"),
    ]
    if "order_total" in fields:  # totals of orders: without their numbers nobody knows whose
        needs.append(({"order_id"}, "an order number"))
    return [words for any_of, words in needs if not any_of & fields]


def missing_sentence(missing: Sequence[str], columns: Sequence[str]) -> str:
    found = ", ".join(columns[:12]) + (" …" if len(columns) > 12 else "")
    return (
        f"We found no column with {' and none with '.join(missing)}. The file has: {found}. "
        "An order file needs a date, a price or line total, and a customer number or e-mail address on every line."
    )


def _by_content(answer: Guess, cells: dict[str, list[str]]) -> None:
    """Where names say nothing, content may: one column of addresses, one of dates; more than one is asked."""
    free = [column for column, field_name in answer.mapping.items() if field_name == IGNORE and cells[column]]
    taken = set(answer.mapping.values())
    if not taken & {"customer_id", "email"}:
        addresses = [column for column in free if are_emails(cells[column])]
        _take(answer, "email", addresses) if addresses else _ask(answer, "customer_id", _id_like(free, cells))
    if "date" not in taken:
        _take(answer, "date", [column for column in free if date_styles(cells[column])])
    if not taken & {"unit_price", "total"}:
        _ask(answer, "total", [c for c in free if answer.mapping[c] == IGNORE and are_numbers(cells[c])])


def _take(answer: Guess, field_name: str, candidates: list[str]) -> None:
    if len(candidates) == 1:
        answer.mapping[candidates[0]] = field_name
    else:
        _ask(answer, field_name, candidates)


def _ask(answer: Guess, field_name: str, candidates: list[str]) -> None:
    if candidates:
        answer.mapping[candidates[0]] = field_name
        answer.questions.append(_which(field_name, candidates))


def _which(field_name: str, candidates: Iterable[str]) -> Question:
    return Question(f"column:{field_name}", f"Which column holds {FIELDS[field_name]}?", [(c, c) for c in candidates])


def _id_like(free: list[str], cells: dict[str, list[str]]) -> list[str]:
    """Columns that repeat, hold no dates and no broken numbers: somebody may be recognised by them."""
    return [
        c
        for c in free
        if not date_styles(cells[c]) and all(len(t) <= 60 and not re.search(r"\d[.,]\d", t) for t in cells[c])
    ]


# What content says -----------------------------------------------------------------------------
def date_styles(texts: Sequence[str]) -> list[str]:
    """The styles by which nearly all of the cells are dates, the likeliest first."""
    few = texts[:200]
    fits = {style: sum(map(_reads(style), few)) for style in PATTERNS}
    best = max(fits.values(), default=0)
    if few and best >= 0.8 * len(few):
        return [style for style, hits in fits.items() if hits == best]
    return ["epoch"] if few and all(re.fullmatch(r"1\d{9}(\d{3}|\d{6})?", t.strip()) for t in few) else []


def _reads(style: str) -> Callable[[str], bool]:
    def reads(text: str) -> bool:
        found = PATTERNS[style].match(text)
        try:
            return bool(found and parsing.naive(found))
        except ValueError:
            return False

    return reads


def are_emails(texts: Sequence[str]) -> bool:
    return bool(texts) and sum("@" in text and "." in text for text in texts) >= 0.8 * len(texts)


def are_numbers(texts: Sequence[str]) -> bool:
    return bool(texts) and sum(_is_number(text) for text in texts[:200]) >= 0.8 * len(texts[:200])


def _is_number(text: str) -> bool:
    for decimal in ".,":
        try:
            parsing.number(text, decimal=decimal)
        except BadCell:
            continue
        return True
    return False


def _no_dates(texts: Sequence[str]) -> bool:
    return not date_styles(texts)


_FITS: dict[str, Callable[[Sequence[str]], bool]] = {
    "email": are_emails,
    "date": lambda texts: bool(date_styles(texts)) or not are_numbers(texts),
    "quantity": are_numbers,
    "unit_price": are_numbers,
    "total": are_numbers,
    "currency": lambda texts: all(len(text.strip()) <= 4 for text in texts),
    "customer_id": _no_dates,
    "order_id": _no_dates,
}
