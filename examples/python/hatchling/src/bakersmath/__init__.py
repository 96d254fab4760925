"""Doughs by baker's percentage: every ingredient is given in percent of the flour."""

from typing import Dict, Mapping

__version__ = "0.4.0"


def weights(recipe: Mapping[str, float], dough: float) -> Dict[str, float]:
    """The weight of each ingredient so that all of them together weigh `dough`, in the unit of `dough`."""
    total = sum(recipe.values())
    if total <= 0:
        raise ValueError("a recipe needs at least one ingredient")
    return {ingredient: round(dough * share / total, 3) for ingredient, share in recipe.items()}


def hydration(recipe: Mapping[str, float]) -> float:
    """Percent of water to flour; KeyError when the recipe lacks one of them."""
    return 100 * recipe["water"] / recipe["flour"]
