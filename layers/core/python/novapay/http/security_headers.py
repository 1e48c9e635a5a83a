"""What every response tells a browser, ours and those that API Gateway makes itself."""

SECURITY_HEADERS = {
    # A year: a browser that has seen the API once never asks it over an open line again.
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
