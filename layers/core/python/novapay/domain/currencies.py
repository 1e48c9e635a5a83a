"""The currencies that a wallet may hold, by ISO 4217: the current ones, and some historic ones.

Codes for funds, bonds, metals, tests and "no currency" (CHE, XDR, XAU, XTS, XXX …) are left out:
nobody is paid in them. A test compares the table with the one that the standard's maintenance
agency publishes, as the package `iso4217` has it, and says what to do when that changes.
"""

PUBLISHED = "2026-01-01"
"""The date of the agency's table that `CURRENT_CODES` is taken from."""

CURRENT_CODES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
    KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
    MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX
    USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)

HISTORIC_CODES = frozenset({"BGN"})
"""Codes that are no longer current. A code is moved here and never removed, so that its wallets
stay readable and their money can be moved out of them."""
