"""Our table of currencies is the one that the standard's maintenance agency has published."""

from importlib.metadata import version

from iso4217 import Currency, __published__

from novapay.domain.currencies import CURRENT_CODES, HISTORIC_CODES, PUBLISHED

NO_MONEY = {
    *("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"),
    *("XAG", "XAU", "XPD", "XPT"),
    *("XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA", "XAD"),
    *("XTS", "XXX"),
}
"""Funds, metals, bonds and units of account, test codes and none at all."""


def test_every_current_currency_is_ours_and_no_other() -> None:
    """A code that comes in goes into CURRENT_CODES; one that goes moves to HISTORIC_CODES."""
    published = {currency.code for currency in Currency}

    assert published - NO_MONEY == CURRENT_CODES
    assert published >= NO_MONEY


def test_the_table_is_as_old_as_we_say() -> None:
    assert __published__.isoformat() == PUBLISHED, f"the table of iso4217 {version('iso4217')}"


def test_a_historic_code_is_not_a_current_one() -> None:
    assert not HISTORIC_CODES & {currency.code for currency in Currency}
