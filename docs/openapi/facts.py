"""The people, ids and amounts of all examples: one story, in which Ada pays Ben 100 dollars."""

from typing import Any

ADA = "0b8f2c1e-7a54-4d0b-9c36-51f0c7f1a001"
BEN = "5e0d9f47-2b61-4c3a-8e1d-93a6f42db002"
ADAS_WALLET = "a3c1d5e7-1111-4b6f-8a2e-6f1d2c3b4a01"
BENS_WALLET = "b4d2e6f8-2222-4c7a-9b3f-7a2e3d4c5b02"
TRANSFER = "c5e3f7a9-3333-4d8b-8c4a-8b3f4e5d6c03"
QUOTE = "d6f4a8b0-4444-4e9c-9d5b-9c4a5f6e7d04"
JOB = "e7a5b9c1-5555-4f0d-8e6c-0d5b6a7f8e05"
ENTRY = "f8b6c0d2-6666-4a1e-9f7d-1e6c7b8a9f06"
EMPLOYER = "09c7d1e3-7777-4b2f-8a8e-2f7d8c9b0a07"
REQUEST_ID = "5f6a1c0e-9d2b-4f57-8a3c-1b2d3e4f5a6b"

MORNING = "2026-04-07T10:00:00.000000Z"
A_MINUTE_LATER = "2026-04-07T10:01:00.000000Z"
HASH = "9f2b7c4e1d3a5f60718293a4b5c6d7e8f90112233445566778899aabbccddeef"
PREVIOUS_HASH = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809"

PARAMETERS = {
    "walletId": ADAS_WALLET,
    "userId": ADA,
    "quoteId": QUOTE,
    "transactionId": TRANSFER,
    "jobId": JOB,
    "employerId": EMPLOYER,
    "Idempotency-Key": "ada-pays-ben-2026-04-07",
}
"""An example of each parameter, by its name."""

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
    "currency": "USD",
    "debits": "100.00000000",
    "credits": "90.00000000",
    "from_currency": "USD",
    "to_currency": "EUR",
    "quoted": "2000.00000000",
    "given": "100.00000000",
    "amount": "0.00000001",
    "key": PARAMETERS["Idempotency-Key"],
    "bytes_max": 64 * 1024,
    "what": "the entries of a posting do not add up",
    "malformed-json": "Expecting value at character 0",
    "idempotency-key-invalid": "there must be exactly one",
}
"""What an example of an error says: by the name of the error's field, or its code for a reason."""
