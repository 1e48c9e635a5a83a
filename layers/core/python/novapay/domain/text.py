"""Text that people read: it has no characters that cannot be seen.

The rules are those of PRECIS for free text (RFC 8264, FreeformClass), and stricter about blanks.
Refused are characters that cannot be seen, that change how other text is shown, or that have no
agreed meaning. Letters of all scripts, accents, punctuation, symbols and emoji are accepted as they
were sent, even letters that look alike, such as a Cyrillic and a Latin a: both can be seen.
"""

import re
import unicodedata

from novapay.domain.errors import InvalidText

NO_CATEGORY = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Controls (C0, C1), format characters (marks, overrides and isolates of direction, zero widths,
byte order marks, tags), private use, surrogates, separators of lines and paragraphs."""

UNSEEN = re.compile(
    # Default_Ignorable_Code_Point and empty glyphs that their category does not give away.
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\uffff\U0001d159\U000e0000-\U000effff\ufdd0-\ufdef]"
)
"""Also noncharacters (U+FDD0 …) and the sign for a lost character (U+FFFD)."""

WIDE_BLANK = "\u3000"
"""The blank of Japanese keyboards. All other blanks look like U+0020, so they are refused."""

JOINERS = "\u200c\u200d"
EMOJI_STYLE = "\ufe0f"
KEYCAP = "\u20e3"
_MODIFIERS = range(0x1F3FB, 0x1F400)
_VIRAMA = 9


def parse_text(text: str) -> str:
    """Return `text` if all of it can be seen.

    Raises:
        InvalidText: it begins or ends with a blank, or has a character that is not taken.
    """
    if text.isascii() and text.isprintable() and text == text.strip():
        return text
    if text[:1].isspace() or text[-1:].isspace():
        raise InvalidText(reason="must not begin or end with a blank, nor be blank")
    for position, character in enumerate(text):
        if not _is_seen(text, position):
            raise InvalidText(
                reason=f"must not have U+{ord(character):04X}, its character {position + 1}: a "
                "control, something that cannot be seen, no character, or a blank like U+0020"
            )
    return text


def _is_seen(text: str, position: int) -> bool:
    character = text[position]
    if " " <= character <= "~" or character == WIDE_BLANK:
        return True
    before, after = text[max(0, position - 1) : position], text[position + 1 : position + 2]
    if character == EMOJI_STYLE:
        return _is_symbol(before) or after == KEYCAP
    if character in JOINERS:
        return _joins(before, after)
    category = unicodedata.category(character)
    is_noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return not (
        category in NO_CATEGORY or category == "Zs" or is_noncharacter or UNSEEN.match(character)
    )


def _joins(before: str, after: str) -> bool:
    """Say whether a joiner changes what is seen: in emoji, and where letters join (RFC 5892, A)."""
    if not before or not after:
        return False
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if _is_letter_that_joins(before) and _is_letter_that_joins(after):
        return True
    is_emoji = _is_symbol(before) or before == EMOJI_STYLE or ord(before) in _MODIFIERS
    return is_emoji and _is_symbol(after)


def _is_letter_that_joins(character: str) -> bool:
    return unicodedata.bidirectional(character) == "AL"


def _is_symbol(character: str) -> bool:
    if character == "" or character.isascii():
        return False
    return unicodedata.category(character) in ("So", "Sm") or character in "\u203c\u2049"
