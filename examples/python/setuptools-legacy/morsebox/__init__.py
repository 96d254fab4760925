"""Text to Morse code and back."""

import sys

if sys.version_info >= (3, 9):
    from importlib.resources import files
else:
    from importlib_resources import files

__version__ = "0.9.2"

_CODES = dict(
    line.split() for line in files(__name__).joinpath("alphabet.txt").read_text(encoding="ascii").splitlines()
)
_LETTERS = {code: letter for letter, code in _CODES.items()}


def encode(text):
    """The Morse code of a text; words are parted by a slash. KeyError for what has no code."""
    return " / ".join(" ".join(_CODES[letter] for letter in word) for word in text.upper().split())


def decode(code):
    """The text, in capitals, of Morse code as `encode` writes it. KeyError for an unknown code."""
    return " ".join("".join(_LETTERS[part] for part in word.split()) for word in code.split("/"))


def main():
    """Encode the arguments."""
    print(encode(" ".join(sys.argv[1:])))
