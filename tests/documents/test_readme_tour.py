"""The tour of the README is taken, word for word, and its answers are those that it shows."""

import json
import re
import subprocess
from pathlib import Path

from tests.support.local_stack import Stack

README = Path("README.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"```sh\n(?P<command>.*?)```(?:\n\n```(?:json|text)\n(?P<answer>.*?)```)?", re.DOTALL
)
END_OF_STEP = "end of step"

MASKS = {
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<id>",
    r"[0-9a-f]{64}": "<hash>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z": "<instant>",
    # Other tests forge balances on purpose in the stack that they share with this one.
    r'^"balanced":(true|false)$': "<whether all wallets of this stack add up>",
}
"""What differs from run to run."""


def test_the_tour_goes_as_the_readme_shows_it(stack: Stack, tmp_path: Path) -> None:
    outputs = tmp_path / ".local" / "outputs.json"
    outputs.parent.mkdir()
    outputs.write_text(json.dumps({"apiUrl": stack.api_url, "adminToken": stack.admin_token}))
    steps = list(STEP.finditer(README))
    script = "".join(f"{step['command']}\necho '{END_OF_STEP}'\n" for step in steps)

    taken = subprocess.run(  # noqa: S603 - our own words
        ["bash", "-euc", f"exec 2>&1\n{script}"],  # noqa: S607 - the shell of the reader
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    answers = taken.stdout.split(f"{END_OF_STEP}\n")
    assert [masked(answer) for answer in answers[:-1]] == [
        masked(step["answer"] or "") for step in steps
    ]
    assert taken.returncode == 0, answers[-1]


def masked(answer: str) -> str:
    for pattern, stand_in in MASKS.items():
        answer = re.sub(pattern, stand_in, answer, flags=re.MULTILINE)
    return answer.strip()
