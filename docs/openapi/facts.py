"""What the examples of problems say: of Ada, who pays Ben, as in the story."""

from typing import Any

ADA = "0b8f2c1e-7a54-4d0b-9c36-51f0c7f1a001"
ADAS_WALLET = "a3c1d5e7-1111-4b6f-8a2e-6f1d2c3b4a01"
TRANSFER = "c5e3f7a9-3333-4d8b-8c4a-8b3f4e5d6c03"
QUOTE = "d6f4a8b0-4444-4e9c-9d5b-9c4a5f6e7d04"
JOB = "e7a5b9c1-5555-4f0d-8e6c-0d5b6a7f8e05"
HOLD = "f8b6c0d2-6666-4a1e-9f7d-1e6c7b8a9f06"
REQUEST_ID = "5f6a1c0e-9d2b-4f57-8a3c-1b2d3e4f5a6b"


FACTS: dict[str, Any] = {
    "offset_ms": 7200,
    "wallet_id": ADAS_WALLET,
    "user_id": ADA,
    "scope": "novapay:internal",
    "transaction_id": TRANSFER,
    "quote_id": QUOTE,
    "job_id": JOB,
    "needed": "100.00000000",
    "available": "25.00000000",
    "wallet_currency": "USD",
    "wallet_status": "CLOSED",
    "wanted_status": "FROZEN",
    "wallets_max": 10_000,
    "currency": "USD",
    "debits": "100.00000000",
    "credits": "90.00000000",
    "from_currency": "USD",
    "to_currency": "EUR",
    "reverses": TRANSFER,
    "left": "25.00000000",
    "reversals_max": 50,
    "quoted": "2000.00000000",
    "given": "100.00000000",
    "amount": "0.00000001",
    "key": "dinner-1",
    "reference": "dinner-17",
    "bytes_max": 64 * 1024,
    "hold_id": HOLD,
    "status": "RELEASED",
    "asked": "50.00000000",
    "remaining": "40.00000000",
    "captures": 19,
    "days_max": 31,
    "what": "the entries of a posting do not add up",
    "wallet-not-empty": "it has 25.00000000",
    "not-reversible": "its type is reversal",
    "malformed-json": "Expecting value at character 0",
    "idempotency-key-invalid": "there must be exactly one",
}
"""What an example of an error says: by the name of the error's field, or its code for a reason."""
