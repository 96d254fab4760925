"""How many pages an inkwell lasts."""

PAGES_PER_MILLILITRE = 20


def pages(millilitres):
    return int(millilitres * PAGES_PER_MILLILITRE)
