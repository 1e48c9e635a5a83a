"""The adapters of the ports in `domain/ports.py`, each of which asks one service.

AWS: KMS (account numbers, seals), Secrets Manager (operators), Step Functions (executions),
CloudWatch (figures). Outside AWS: the provider of exchange rates and the issuer of tokens.
DynamoDB is the store's.
"""
