"""What the document says before the first operation: what NovaPay is, where, and for whom."""

from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import (
    Contact,
    Server,
    ServerVariable,
    Tag,
)

from cdk.target import LOCAL_API_ID

DESCRIPTION = "\n\n".join(
    (
        "Amounts are decimal strings above zero, with at most 12 digits before and 8 after "
        "the point; balances and entries are printed with 8 decimals. Currencies are ISO "
        "4217 codes, ids are UUIDs, instants are UTC. A body may have no other fields and a "
        "query no other parameters than those named here, each once. Bodies are UTF-8. Text "
        "has no controls and nothing else that cannot be seen, nor a blank at its ends.",
        "Lists come in pages: [how](pagination.md) each is read, and where the next page is.",
        "Every error is a problem (RFC 9457) with a stable `code`; `retryable` says that "
        "the same request may succeed later. Every answer carries `x-request-id`.",
        "A request with an `Idempotency-Key` is carried out at most once in 24 hours: the "
        "same key with the same payload gets the first answer again, with "
        "`Idempotent-Replayed: true`, also where that was a refusal; with another payload "
        "it gets 409.",
    )
)
SERVERS = [
    Server(
        url=f"http://127.0.0.1:{{port}}/_aws/execute-api/{LOCAL_API_ID}/local",
        description="The local stack of `make run`",
        variables={"port": ServerVariable(default="4566")},
    ),
    Server(
        url="https://{apiId}.execute-api.{region}.amazonaws.com/{stage}",
        description="A stack in your AWS account; `ApiUrl` is an output of the deployment",
        variables={
            "apiId": ServerVariable(default="yourapi"),
            "region": ServerVariable(default="us-east-1"),
            "stage": ServerVariable(default="dev"),
        },
    ),
]
SECURITY_SCHEMES: dict[str, Any] = {
    "sigv4": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "x-amazon-apigateway-authtype": "awsSigv4",
        "description": "AWS Signature Version 4 of an identity that may invoke the API: what a "
        "stack wants unless it was deployed for tokens. The local stack is open and takes any "
        "request. An unsigned request is answered 403, or 404 where the gateway does not tell the "
        "two apart.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the issuer that a stack was deployed with (`auth=jwt`). A user "
        "spends from and looks at wallets of their own. The scope `novapay:internal` opens the "
        "internal operations and acts for every user; payroll needs `novapay:payroll`.",
    },
    "operatorToken": {
        "type": "apiKey",
        "in": "header",
        "name": "x-admin-token",
        "description": "The token of a named operator. `make run` writes one to "
        "`.local/outputs.json`.",
    },
}
TAGS = {
    service: Tag(name=name, description=description)
    for service, name, description in (
        ("health", "Health", "Does each service reach what it needs?"),
        ("accounts", "Accounts", "Wallets: one currency each, owned by a user."),
        ("fx", "FX", "Quotes: the provider's rate, locked for 60 seconds and one use."),
        ("transactions", "Transactions", "Transfers between two wallets, made once under a key."),
        ("ledger", "Ledger", "Double entries, and the hash chain that nobody changes unseen."),
        ("payroll", "Payroll", "Jobs of up to tens of thousands of payments, each made once."),
        ("admin", "Admin", "For operators with a token; every call is in the audit log."),
    )
}
"""By service, in the order in which they are read."""

ABOUT: dict[str, Any] = {
    "title": "NovaPay",
    "summary": "A payments core: wallets, transfers made once, locked FX quotes, a ledger.",
    "description": DESCRIPTION,
    "contact": Contact(name="Whoever runs the stack that you call"),
    "servers": SERVERS,
    "tags": list(TAGS.values()),
    "security_schemes": SECURITY_SCHEMES,
}
"""What `OpenAPIMerge` is told beside the operations."""
