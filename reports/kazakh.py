"""Case endings of Kazakh after words and after numerals: ``31,4-тен``, ``92,6%-ы``, ``шілдеде``.

An ending follows the last sound of the word that is spoken: for a numeral, the last word of its
reading (31,4 is read "отыз бір бүтін оннан төрт", so the ending is that of "төрт"). Two facts
choose the ending: whether the last vowel is back or front, and the class of the last sound.
"""

from __future__ import annotations

from decimal import Decimal

_BACK = "аоұыяёю"
_FRONT = "әөүіеэ"
_VOWELS = "аәоөыіеэяёю"
_GLIDES = "ийуұүрл"
_NASALS = "мнң"
_VOICED = "зж"

_CLASSES = dict.fromkeys(_VOWELS, "vowel")
_CLASSES |= dict.fromkeys(_GLIDES, "glide")
_CLASSES |= dict.fromkeys(_NASALS, "nasal")
_CLASSES |= dict.fromkeys(_VOICED, "voiced")
_CLASSES |= dict.fromkeys("бвгғдкқпстфхһцчшщ", "voiceless")

_VOICING = {"к": "г", "қ": "ғ", "п": "б"}

# case -> class of the last sound -> ending after a back and after a front vowel
_ENDINGS: dict[str, dict[str, tuple[str, str]]] = {
    "genitive": {
        "vowel": ("ның", "нің"),
        "glide": ("дың", "дің"),
        "nasal": ("ның", "нің"),
        "voiced": ("дың", "дің"),
        "voiceless": ("тың", "тің"),
    },
    "dative": {
        "vowel": ("ға", "ге"),
        "glide": ("ға", "ге"),
        "nasal": ("ға", "ге"),
        "voiced": ("ға", "ге"),
        "voiceless": ("қа", "ке"),
    },
    "accusative": {
        "vowel": ("ны", "ні"),
        "glide": ("ды", "ді"),
        "nasal": ("ды", "ді"),
        "voiced": ("ды", "ді"),
        "voiceless": ("ты", "ті"),
    },
    "locative": {
        "vowel": ("да", "де"),
        "glide": ("да", "де"),
        "nasal": ("да", "де"),
        "voiced": ("да", "де"),
        "voiceless": ("та", "те"),
    },
    "ablative": {
        "vowel": ("дан", "ден"),
        "glide": ("дан", "ден"),
        "nasal": ("нан", "нен"),
        "voiced": ("дан", "ден"),
        "voiceless": ("тан", "тен"),
    },
    "instrumental": {
        "vowel": ("мен", "мен"),
        "glide": ("мен", "мен"),
        "nasal": ("мен", "мен"),
        "voiced": ("бен", "бен"),
        "voiceless": ("пен", "пен"),
    },
    "possessive": {
        "vowel": ("сы", "сі"),
        "glide": ("ы", "і"),
        "nasal": ("ы", "і"),
        "voiced": ("ы", "і"),
        "voiceless": ("ы", "і"),
    },
}
_ENDINGS["attributive"] = {sound: (back + "ғы", front + "гі") for sound, (back, front) in _ENDINGS["locative"].items()}

CASES = tuple(_ENDINGS)
"""Names of the cases; ``attributive`` is the locative with -ғы/-гі: "шілдедегі"."""

PERCENT = "пайыз"
"""The word that the sign % is read as."""

_UNITS = ("нөл", "бір", "екі", "үш", "төрт", "бес", "алты", "жеті", "сегіз", "тоғыз")
_TENS = ("он", "жиырма", "отыз", "қырық", "елу", "алпыс", "жетпіс", "сексен", "тоқсан")
_HUNDRED = "жүз"
_POWERS = ("мың", "миллион", "миллиард", "триллион")


def ending(word: str, case: str) -> str:
    """The ending of ``word`` in ``case``, without the word.

    Raises LookupError for an unknown case and ValueError for a word that is not Kazakh.
    """
    if case not in _ENDINGS:
        raise LookupError(f"no Kazakh case {case!r}; there are {', '.join(CASES)}")
    last = word[-1:].lower()
    if last not in _CLASSES:
        raise ValueError(f"cannot put {word!r} in a case: it does not end in a Kazakh letter")
    back, front = _ENDINGS[case][_CLASSES[last]]
    return front if _is_front(word) else back


def inflect(word: str, case: str) -> str:
    """The word with its ending: ``inflect("маусым", "locative")`` is "маусымда".

    Before the vowel of the possessive a final к, қ or п is voiced: "тармақ", "тармағы".
    """
    suffix = ending(word, case)
    if case == "possessive" and word[-1] in _VOICING:
        word = word[:-1] + _VOICING[word[-1]]
    return word + suffix


def last_word(number: Decimal) -> str:
    """The last word of the reading of a number as it is printed: 12.50 is read "... елу"."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{number} cannot be read aloud: it is not finite")
    if exponent < 0:
        return _last_of_integer(int("".join(str(d) for d in number.as_tuple().digits)[exponent:]))
    return _last_of_integer(abs(int(number)))


def _last_of_integer(number: int) -> str:
    if number == 0:
        return _UNITS[0]
    if number % 10:
        return _UNITS[number % 10]
    if number % 100:
        return _TENS[number % 100 // 10 - 1]
    if number % 1000:
        return _HUNDRED
    rest = number // 1000
    for power in _POWERS:
        if rest % 1000:
            return power
        rest //= 1000
    raise ValueError(f"{number} is too large to be read aloud")


def _is_front(word: str) -> bool:
    for letter in reversed(word.lower()):
        if letter in _FRONT:
            return True
        if letter in _BACK:
            return False
    # only и and у, which follow the vowels around them and are front and back when alone
    return "и" in word.lower()
