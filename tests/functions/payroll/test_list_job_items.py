"""GET /payroll/jobs/{jobId}/items"""

import pytest

from localstack.memory.api import Reply
from localstack.memory.bank import EUR
from localstack.memory.payroll_functions import PayrollFunctions, item
from tests.support.domain import id_of


def page(payroll: PayrollFunctions, job_id: str, **query: str) -> Reply:
    return payroll.api.call("payroll/list_job_items", path={"jobId": job_id}, query=query)


@pytest.fixture
def job_id(payroll: PayrollFunctions) -> str:
    """Return a job of 60 items, not begun."""
    source = payroll.api.bank.account(holding="60")
    return payroll.queued(source, payroll.office.employees(60))


def test_an_item_says_what_has_become_of_it(payroll: PayrollFunctions) -> None:
    source, [person] = payroll.api.bank.account(holding="9"), payroll.office.employees(1)
    stranger = payroll.api.bank.new_account(EUR)
    items = [item(person, "2.5"), item(stranger, "4", currency="EUR")]
    job_id = payroll.create(source, items).body["jobId"]
    payroll.run(job_id)

    paid, failed = page(payroll, job_id).body

    assert paid == {
        "itemIndex": 1,
        "employeeUserId": person.user_id,
        "recipientWalletId": person.wallet_id,
        "amount": "2.50000000",
        "currency": "USD",
        "status": "PAID",
        "transactionId": paid["transactionId"],
        "failureReason": None,
        "idempotencyKey": f"payroll-{job_id}-1",
    }
    transfer = payroll.api.books().transfers[paid["transactionId"]]
    assert transfer["status"] == "COMPLETED"
    assert transfer["idempotencyKey"] == paid["idempotencyKey"]
    assert (failed["status"], failed["failureReason"]) == ("FAILED", "wallet-not-found")
    assert failed["transactionId"] is None


def test_pages_follow_each_other_by_their_links(payroll: PayrollFunctions, job_id: str) -> None:
    seen, query = [], {"limit": "25"}
    while query:
        reply = page(payroll, job_id, **query)
        assert reply.headers["x-total-count"] == "60"
        seen += [found["itemIndex"] for found in reply.body]
        link = reply.headers.get("link", "")
        query = dict(
            part.split("=") for part in link.partition("?")[2].split(">")[0].split("&") if part
        )

    assert seen == list(range(1, 61))


def test_the_link_names_the_next_page(payroll: PayrollFunctions, job_id: str) -> None:
    reply = page(payroll, job_id, limit="25")

    assert reply.headers["link"] == '<?limit=25&offset=25>; rel="next"'


def test_beyond_the_end_there_is_an_empty_page(payroll: PayrollFunctions, job_id: str) -> None:
    reply = page(payroll, job_id, offset="60")

    assert (reply.status, reply.body) == (200, [])
    assert "link" not in reply.headers


@pytest.mark.parametrize("limit", ["1", "1000"])
def test_a_limit_may_be_as_small_and_as_large_as_this(
    payroll: PayrollFunctions, job_id: str, limit: str
) -> None:
    assert len(page(payroll, job_id, limit=limit).body) == min(int(limit), 60)


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "1001"}, {"limit": "x"}, {"offset": "-1"}]
)
def test_any_other_is_a_400(payroll: PayrollFunctions, job_id: str, query: dict[str, str]) -> None:
    assert page(payroll, job_id, **query).status == 400


def test_an_unknown_job_is_a_404(payroll: PayrollFunctions) -> None:
    reply = page(payroll, id_of("nothing"))

    assert (reply.status, reply.code) == (404, "payroll-job-not-found")
