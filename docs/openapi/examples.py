"""An example of every body that clients send or get, by the name of its model."""

from typing import Any

from docs.openapi.facts import (
    A_MINUTE_LATER,
    ADA,
    ADAS_WALLET,
    BEN,
    BENS_WALLET,
    EMPLOYER,
    ENTRY,
    HASH,
    JOB,
    MORNING,
    PREVIOUS_HASH,
    QUOTE,
    REQUEST_ID,
    TRANSFER,
)

_WALLET = {
    "id": ADAS_WALLET,
    "userId": ADA,
    "currency": "USD",
    "balance": "900.00000000",
    "accountNumber": "ACC-001",
    "isActive": True,
    "createdAt": MORNING,
}
_ORDER = {
    "senderWalletId": ADAS_WALLET,
    "recipientWalletId": BENS_WALLET,
    "senderUserId": ADA,
    "recipientUserId": BEN,
    "amount": "100",
    "currency": "USD",
}
_TRANSFER = {
    "transactionId": TRANSFER,
    "type": "transfer",
    "status": "COMPLETED",
    **_ORDER,
    "fxRate": None,
    "fxQuoteId": None,
    "linkedTransactionId": None,
    "description": "Dinner",
    "failureCode": None,
    "failureReason": None,
    "idempotencyKey": "rent-2026-04",
    "createdAt": MORNING,
}
_ENTRY = {
    "id": ENTRY,
    "transactionId": TRANSFER,
    "walletId": ADAS_WALLET,
    "userId": ADA,
    "sequence": 2,
    "entryType": "DEBIT",
    "amount": "100.00000000",
    "currency": "USD",
    "balanceAfter": "900.00000000",
    "lockedFxRate": None,
    "description": None,
    "descriptionSalt": None,
    "descriptionCommitment": None,
    "createdAt": MORNING,
    "version": 1,
    "previousHash": PREVIOUS_HASH,
    "hash": HASH,
}
_OTHER_ENTRY = {
    **_ENTRY,
    "id": "f8b6c0d2-6666-4a1e-9f7d-1e6c7b8a9f07",
    "walletId": BENS_WALLET,
    "userId": BEN,
    "sequence": 1,
    "entryType": "CREDIT",
    "balanceAfter": "100.00000000",
    "previousHash": "GENESIS",
    "hash": PREVIOUS_HASH,
}
_JOB = {
    "jobId": JOB,
    "employerId": EMPLOYER,
    "sourceWalletId": ADAS_WALLET,
    "jobName": "April 2026 Payroll",
    "status": "PROCESSING",
    "totalItems": 14000,
    "processedItems": 5424,
    "paidItems": 5424,
    "failedItems": 0,
    "checkpoint": 5424,
    "progress": "5424/14000",
    "currency": "USD",
    "totalAmount": "70000000.00000000",
    "paidAmount": "27120000.00000000",
    "failureReason": None,
    "createdAt": MORNING,
    "finishedAt": None,
    # Every lane has paid 56 of its batches of 24, and two of them one more.
    "lanes": [
        {"lane": 0, "checkpoint": 57, "paidItems": 1368, "failedItems": 0},
        {"lane": 1, "checkpoint": 57, "paidItems": 1368, "failedItems": 0},
        {"lane": 2, "checkpoint": 56, "paidItems": 1344, "failedItems": 0},
        {"lane": 3, "checkpoint": 56, "paidItems": 1344, "failedItems": 0},
    ],
}
_QUOTE = {
    "id": QUOTE,
    "userId": ADA,
    "fromCurrency": "USD",
    "toCurrency": "EUR",
    "rate": "0.92000000",
    "fromAmount": "2000.00000000",
    "toAmount": "1840.00000000",
    "expiresAt": A_MINUTE_LATER,
    "secondsRemaining": 59,
    "status": "ACTIVE",
    "usedAt": None,
}
_LAST_PAGE = {"total": 1, "limit": 50, "offset": 0, "next": None}

EXAMPLES: dict[str, dict[str, Any]] = {
    "CreateWallet": {
        "wallet": {"userId": ADA, "currency": "USD", "accountNumber": "ACC-001"},
    },
    "WalletBody": {
        "for its owner": _WALLET,
        "internal": {**_WALLET, "accountNumber": "••••001"},
    },
    "WalletList": {"one wallet": [_WALLET], "none": []},
    "BalanceBody": {"balance": {"balance": "900.00000000"}},
    "AdjustBalance": {
        "deposit": {"amount": "1000", "operation": "credit"},
        "withdrawal": {"amount": "12.50", "operation": "debit"},
    },
    "CreateQuote": {
        "dollars to euros": {
            "fromCurrency": "USD",
            "toCurrency": "EUR",
            "fromAmount": "2000",
            "userId": ADA,
        },
    },
    "QuoteBody": {
        "active": _QUOTE,
        "expired": {**_QUOTE, "secondsRemaining": 0, "status": "EXPIRED"},
    },
    "ConsumeQuote": {"transaction": {"transactionId": TRANSFER}},
    "ConsumedQuote": {
        "used": {
            "id": QUOTE,
            "rate": "0.92000000",
            "toAmount": "1840.00000000",
            "usedAt": MORNING,
            "usedByTransactionId": TRANSFER,
        },
    },
    "ProviderSwitch": {"down": {"provider": "down"}},
    "CreateTransfer": {
        "domestic": {**_ORDER, "description": "Dinner"},
        "international": {**_ORDER, "amount": "2000", "fxQuoteId": QUOTE},
    },
    "TransferReceipt": {
        "domestic": {
            "transactionId": TRANSFER,
            "status": "COMPLETED",
            "amount": "100",
            "currency": "USD",
            "fxRate": None,
            "senderBalance": "900.00000000",
        },
        "international": {
            "transactionId": TRANSFER,
            "status": "COMPLETED",
            "amount": "2000",
            "currency": "USD",
            "fxRate": "0.92000000",
            "senderBalance": "500.00000000",
        },
    },
    "TransferBody": {
        "completed": _TRANSFER,
        "refused": {
            **_TRANSFER,
            "status": "FAILED",
            "failureCode": "insufficient-funds",
            "failureReason": f"Wallet {ADAS_WALLET} has 25.00000000; 100.00000000 is needed.",
        },
    },
    "CreatePosting": {
        "pair": {
            "transactionId": TRANSFER,
            "entries": [
                {
                    "walletId": ADAS_WALLET,
                    "userId": ADA,
                    "entryType": "DEBIT",
                    "amount": "100",
                    "currency": "USD",
                },
                {
                    "walletId": BENS_WALLET,
                    "userId": BEN,
                    "entryType": "CREDIT",
                    "amount": "100",
                    "currency": "USD",
                },
            ],
        },
    },
    "EntryList": {"pair": [_ENTRY, _OTHER_ENTRY]},
    "BalanceCheck": {
        "balanced": {"balanced": True},
        "not balanced": {"balanced": False, "reason": "unequal-sides"},
    },
    "StatementPage": {"last page": {"entries": [_ENTRY], **_LAST_PAGE}},
    "ChainCheck": {
        "whole": {"valid": True, "entriesChecked": 2, "headHash": HASH},
        "tampered with": {
            "valid": False,
            "tamperedAt": ENTRY,
            "sequence": 2,
            "reason": "wrong-hash",
            "entriesChecked": 1,
            "headHash": HASH,
        },
    },
    "CreateJob": {
        "one salary": {
            "employerId": EMPLOYER,
            "sourceWalletId": ADAS_WALLET,
            "sourceUserId": ADA,
            "jobName": "April 2026 Payroll",
            "items": [
                {
                    "employeeUserId": BEN,
                    "recipientWalletId": BENS_WALLET,
                    "amount": "5000",
                    "currency": "USD",
                }
            ],
        },
    },
    "JobReceipt": {
        "queued": {
            "jobId": JOB,
            "status": "QUEUED",
            "totalItems": 1,
            "message": "Payroll job queued successfully",
        },
    },
    "JobBody": {"running": _JOB},
    "JobList": {"one job": [_JOB], "none": []},
    "JobItemList": {
        "paid and failed": [
            {
                "itemIndex": 1,
                "employeeUserId": BEN,
                "recipientWalletId": BENS_WALLET,
                "amount": "5000.00000000",
                "currency": "USD",
                "status": "PAID",
                "transactionId": TRANSFER,
                "failureReason": None,
                "idempotencyKey": f"payroll-{JOB}-1",
            },
            {
                "itemIndex": 2,
                "employeeUserId": ADA,
                "recipientWalletId": QUOTE,
                "amount": "5000.00000000",
                "currency": "USD",
                "status": "FAILED",
                "transactionId": None,
                "failureReason": "wallet-not-found",
                "idempotencyKey": f"payroll-{JOB}-2",
            },
        ],
    },
    "AdminWalletBody": {
        "a client's": {
            **_WALLET,
            "accountNumber": "••••001",
            "kind": "client",
            "sequence": 2,
            "headHash": HASH,
            "postedAt": MORNING,
        },
    },
    "AccountNumberBody": {"a client's": {"id": ADAS_WALLET, "accountNumber": "ACC-001"}},
    "TransactionPage": {"last page": {"transactions": [_TRANSFER], **_LAST_PAGE}},
    "AuditLogPage": {
        "last page": {
            "logs": [
                {
                    "id": ENTRY,
                    "sequence": 1,
                    "occurredAt": MORNING,
                    "actor": "grace",
                    "action": "inspect_wallet",
                    "target": ADAS_WALLET,
                    "sourceIp": "192.0.2.7",
                    "status": 200,
                    "requestId": REQUEST_ID,
                    "version": 1,
                    "previousHash": "GENESIS",
                    "hash": HASH,
                }
            ],
            **_LAST_PAGE,
        },
    },
    "TrialBalanceBody": {
        "balanced": {
            "asOf": MORNING,
            "balanced": True,
            "wallets": 18,
            "currencies": [
                {
                    "currency": "USD",
                    "clients": "1000.00000000",
                    "settlement": "-1000.00000000",
                    "liquidity": "0.00000000",
                    "float": "0.00000000",
                    "sum": "0.00000000",
                }
            ],
            "violations": [],
            "violationsTotal": 0,
        },
    },
    "FiguresBody": {
        "two hours": {
            "since": "2026-04-07T08:00:00.000000Z",
            "until": MORNING,
            "periodSeconds": 3600,
            "figures": [{"name": "transfers_completed", "total": 42, "hourly": [17, 25]}],
        },
    },
    "HealthBody": {"ok": {"status": "ok", "service": "accounts"}},
    "Processing": {
        "undecided": {
            "status": "PROCESSING",
            "message": "A request with this key is being processed; ask again in a second.",
        },
    },
}

ANSWERS: dict[str, dict[str, Any]] = {
    "create_wallet": {
        "new": {**_WALLET, "balance": "0.00000000"},
        "new, to a service": {**_WALLET, "balance": "0.00000000", "accountNumber": "••••001"},
    },
    "adjust_balance": {
        "after it": {**_WALLET, "balance": "1000.00000000", "accountNumber": "••••001"},
    },
    "simulate_provider_up": {"up": {"provider": "up"}},
    **{
        f"{service}_service_health": {"ok": {"status": "ok", "service": service}}
        for service in ("accounts", "fx", "transactions", "ledger", "payroll", "admin")
    },
    "health": {"ok": {"status": "ok", "service": "novapay"}},
}
"""What an operation answers, where that is not just any body of its model."""
