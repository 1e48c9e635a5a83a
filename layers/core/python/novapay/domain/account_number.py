"""An account number as it is stored: encrypted, except for its last characters."""

from dataclasses import dataclass

HIDDEN_CHARACTERS_MIN = 4
SHOWN_CHARACTERS_MAX = 4
MASK = "•" * HIDDEN_CHARACTERS_MIN


@dataclass(frozen=True, slots=True)
class EncryptedAccountNumber:
    """An encrypted account number, with its last characters in plain text."""

    ciphertext: bytes
    ending: str

    @property
    def masked(self) -> str:
        """The number as everybody but its owner sees it; all masks have the same length."""
        return MASK + self.ending


def ending_of(account_number: str) -> str:
    """Return the last four characters, or fewer: at least four always stay hidden."""
    return account_number[HIDDEN_CHARACTERS_MIN:][-SHOWN_CHARACTERS_MAX:]
