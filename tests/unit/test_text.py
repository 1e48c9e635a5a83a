"""Text: all of it can be seen, and every script, accent and emoji is taken as it was sent."""

import sys
import unicodedata
from functools import cache

import pytest

from novapay.domain.errors import InvalidText
from novapay.domain.text import parse_text

EVERY_CHARACTER = [chr(number) for number in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dinner",
        "a  b",
        "10 € — ½ @ 3% (net) <b> & 'x' \"y\" \\ ~",
        "Zoë café",
        "e\u0301 a\u0308",
        "ελληνικά",
        "кириллица",
        "עברית",
        "شكرا جزيلا",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "क्\u200dष",
        "ශ්\u200dරී",
        "বাংলা",
        "ภาษาไทย",
        "日本語",
        "山田\u3000太郎",
        "한국어",
        "🎉",
        "❤️",
        "1️⃣ ‼️",
        "👩🏽\u200d🚀 👨\u200d👩\u200d👧 🏳️\u200d🌈",
        "🇧🇩",
        "x" * 140,
    ],
)
def test_what_people_write_is_taken(text: str) -> None:
    assert parse_text(text) == text


@pytest.mark.parametrize("blank", sorted({c for c in EVERY_CHARACTER if c.isspace()}))
def test_blanks_are_between_words_only(blank: str) -> None:
    for text in (blank, blank * 3, f"{blank}a", f"a{blank}", f" {blank} "):
        with pytest.raises(InvalidText):
            parse_text(text)


def test_no_character_that_cannot_be_seen_is_taken() -> None:
    """Each of Unicode's characters stands between two letters, one after the other."""
    taken = _taken()

    assert {c for c in taken if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co")} == set()
    assert {c for c in taken if unicodedata.category(c)[0] == "Z"} == {" ", "\u3000"}
    assert taken & NEVER == set()
    assert len(taken) > 900_000


def test_every_letter_number_and_sign_is_taken() -> None:
    kinds = {"Lu", "Ll", "Lt", "Lm", "Nd", "Nl", "No", "Sc", "Sk", "Sm", "Pc", "Pd", "Ps", "Pe"}
    known = {c for c in EVERY_CHARACTER if unicodedata.category(c) in kinds}

    assert known - _taken() == set()


@pytest.mark.parametrize(
    "text",
    [
        *("a\u200db", "a\u200cb", "\u200d", "\u200c", "ب\u200d", "\u200dب", "🎉\u200d", "\u200d🎉"),
        *(
            "ب\u200d\u200dب",
            "🎉\u200d\u200d🎉",
            "a\ufe0f",
            "\ufe0f",
            "1\ufe0f",
            "❤️\ufe0f",
            "❤\ufe0e",
        ),
    ],
)
def test_a_joiner_is_taken_only_where_it_joins(text: str) -> None:
    with pytest.raises(InvalidText):
        parse_text(text)


def test_the_character_and_its_place_are_named() -> None:
    with pytest.raises(InvalidText, match=r"U\+202E, its character 4"):
        parse_text("abc\u202edef")


def _between(*ends: int) -> set[str]:
    first, last = ends
    return {chr(number) for number in range(first, last + 1)}


NEVER = {
    *_between(0x00, 0x1F),
    *_between(0x7F, 0x9F),
    *("\u00a0", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u1680", "\u17b4", "\u17b5"),
    *_between(0x180B, 0x180F),
    *_between(0x2000, 0x200F),
    *_between(0x2028, 0x202F),
    *_between(0x205F, 0x206F),
    *("\u2800", "\u3164", "\ufeff", "\uffa0"),
    *_between(0xD800, 0xF8FF),
    *_between(0xFDD0, 0xFDEF),
    *_between(0xFE00, 0xFE0F),
    *_between(0xFFF0, 0xFFFF),
    *_between(0x1BCA0, 0x1BCA3),
    "\U0001d159",
    *_between(0x1D173, 0x1D17A),
    *_between(0xE0000, 0x10FFFF),
    *(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)),
}
"""Controls, blanks, what is ignored by default, private use, surrogates, and no characters."""


@cache
def _taken() -> set[str]:
    return {character for character in EVERY_CHARACTER if _is_taken(f"a{character}b")}


def _is_taken(text: str) -> bool:
    try:
        parse_text(text)
    except InvalidText:
        return False
    return True
