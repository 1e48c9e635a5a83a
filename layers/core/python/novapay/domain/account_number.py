"""An account number as it is kept: encrypted, but for its last characters."""

from dataclasses import dataclass

HIDDEN_CHARACTERS_MIN = 4
SHOWN_CHARACTERS_MAX = 4
MASK = "•" * HIDDEN_CHARACTERS_MIN


@dataclass(frozen=True, slots=True)
class EncryptedAccountNumber:
    """What can be told of an account number without its key: how it ends."""

    ciphertext: bytes
    ending: str

    @property
    def masked(self) -> str:
        """The number for everybody but its owner; the mask has one length for all numbers."""
        return MASK + self.ending


def ending_of(account_number: str) -> str:
    """Return the last four characters, or fewer: at least four always stay hidden."""
    return account_number[HIDDEN_CHARACTERS_MIN:][-SHOWN_CHARACTERS_MAX:]
