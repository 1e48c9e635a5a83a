"""The only code that speaks DynamoDB."""
