"""What a function printed: its log lines, and its metrics in CloudWatch's embedded format."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Printed:
    """All that went to standard output."""

    text: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines() if line.startswith("{")]

    @property
    def log(self) -> list[dict[str, Any]]:
        """The log lines."""
        return [document for document in self.documents if "_aws" not in document]

    @property
    def faults(self) -> list[str]:
        """What each line of a fault names."""
        return [document[FAULT] for document in self.documents if FAULT in document]

    @property
    def metrics(self) -> Counter[str]:
        """The sum of each metric, after checking that it is described."""
        sums: Counter[str] = Counter()
        for document in self.documents:
            for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
                assert directive["Namespace"] == "NovaPay"
                for metric in directive["Metrics"]:
                    values = document[metric["Name"]]
                    total = sum(values) if isinstance(values, list) else values
                    sums[metric["Name"]] += total
        return sums
