"""Who may look: tokens that are right, wrong, forgotten and revoked."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.support.console import Console


def test_the_right_token_opens_the_overview(console: Console) -> None:
    console.sign_in()

    expect(console.page.get_by_role("heading", name="Overview")).to_be_focused()


def test_the_token_is_kept_by_the_tab_alone(console: Console) -> None:
    console.sign_in()

    kept = console.page.evaluate("[Object.values(sessionStorage), localStorage.length]")
    assert kept == [[console.stack.admin_token], 0]
    assert console.page.context.cookies() == []
    assert console.stack.admin_token not in console.page.url


def test_a_wrong_token_is_said_to_be_wrong_and_not_kept(console: Console) -> None:
    console.sign_in(token="nobody-has-this-token")

    console.sees("This is not the token of an operator.")
    expect(console.page.get_by_label("Operator token")).to_be_focused()
    assert console.page.evaluate("sessionStorage.length") == 0


def test_what_cannot_be_a_token_is_not_sent(console: Console) -> None:
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    for typed, told in (("", "Paste your operator token first."), ("a b", "without spaces")):
        console.sign_in(token=typed or " ")

        console.sees(told)
    assert asked
    assert [path for path in asked if "/admin/console" not in path] == []


def test_signing_out_forgets_the_token(console: Console) -> None:
    console.sign_in()

    console.page.get_by_role("button", name="Sign out").click()

    expect(console.page.get_by_label("Operator token")).to_be_focused()
    assert console.page.evaluate("sessionStorage.length") == 0


def test_a_revoked_token_leads_back_to_signing_in_and_then_to_the_same_view(
    console: Console,
) -> None:
    console.sign_in("payroll")
    console.sees("The newest 100 are listed")
    console.page.evaluate("sessionStorage.setItem('novapay-operator-token', 'revoked')")

    console.page.get_by_role("link", name="Audit log").click()

    console.sees("Your token is no longer accepted.")
    console.page.get_by_label("Operator token").fill(console.stack.admin_token)
    console.page.keyboard.press("Enter")
    expect(console.page.get_by_role("heading", name="Audit log", level=1)).to_be_visible()


def test_a_stack_that_does_not_answer_is_no_wrong_token(console: Console) -> None:
    console.open()
    console.page.route("**/admin/audit-logs*", lambda route: route.abort())
    console.page.get_by_label("Operator token").fill(console.stack.admin_token)

    with console.expects_complaint("net::ERR_FAILED"):
        console.page.keyboard.press("Enter")

    console.sees("The API did not answer")
