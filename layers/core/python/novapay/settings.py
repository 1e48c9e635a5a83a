"""What a function is told by its environment, read once, when it is first needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Settings:
    """A deployment's settings.

    Attributes:
        stage: the deployment's name: local, dev, prod.
        table_prefix: what the tables' names begin with, `novapay-<stage>`.
    """

    stage: str
    table_prefix: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """Return the settings of an environment.

        Raises:
            KeyError: a variable is not set; the deployment is wrong and nothing can run.
        """
        return cls(stage=environment["NOVAPAY_STAGE"], table_prefix=environment["TABLE_PREFIX"])
