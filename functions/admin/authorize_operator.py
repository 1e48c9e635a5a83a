"""Before every request of an operator: whose token it is."""

from novapay.http.authorizer import operator_authorizer
from novapay.wiring import admin

authorize_operator = operator_authorizer(admin.operators)
handler = authorize_operator
