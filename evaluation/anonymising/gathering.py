"""The rows that a part of a recipe is about: those of one kind, one per person, and values that stand in another table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from evaluation.anonymising.pseudonyms import pseudonyms
from evaluation.anonymising.raw import RawTable
from evaluation.anonymising.recipe import Origin, Recipe, Rows, Treatments, Where
from evaluation.anonymising.values import dates


def chosen(table: RawTable, where: Where) -> RawTable:
    """The rows in which every named column holds one of the given values; case and space around a value do not matter.

    >>> table = RawTable("t", pd.DataFrame({"form": ["", "CRIES ", "sdq"], "x": ["1", "2", "3"]}), np.array([2, 3, 4]))
    >>> chosen(table, {"form": ("cries",)}).frame["x"].tolist(), chosen(table, {"form": ("",)}).lines.tolist()
    (['2'], [2])
    """
    keep = np.ones(len(table.frame), bool)
    for header, wanted in where.items():
        folded = table.frame[header].str.strip().str.casefold()
        keep &= folded.isin([value.strip().casefold() for value in wanted]).to_numpy()
    return (
        table if keep.all() else RawTable(table.name, table.frame[keep].reset_index(drop=True), table.lines[keep], table.labels)
    )


def people(raw: Mapping[str, RawTable], part: Treatments, order: str, key: bytes) -> RawTable:
    """The table of treatments with, where the recipe says which, one row per person.

    `first` and `last` take the row with the earliest or latest start; `filled` takes per column the first row in which something
    stands, for exports that spread a person over rows.
    """
    table = chosen(raw[part.source], part.where)
    if part.which is None:
        return table
    client = pseudonyms(table.frame[list(part.identity)], key)
    if part.which == "filled":
        return filled(table, client)
    day = dates(table.frame[part.start], order)
    sequence = day.sort_values(ascending=part.which == "first", kind="stable", na_position="last").index
    ordered = client.loc[sequence]
    kept = np.sort(ordered[ordered.isna() | ~ordered.duplicated()].index.to_numpy())
    return RawTable(table.name, table.frame.loc[kept].reset_index(drop=True), table.lines[kept])


def filled(table: RawTable, client: pd.Series) -> RawTable:
    """One row per person, each column with the first thing that stands in it; rows of nobody stay as they are."""
    named = client.notna()
    texts = table.frame.where(table.frame.apply(lambda column: column.str.strip() != ""))
    grouped = texts[named].groupby(client[named], sort=False)
    together = grouped.first().fillna("").astype(str)
    first = pd.Series(table.lines[named.to_numpy()]).groupby(client[named].to_numpy(), sort=False).min()
    frame = pd.concat([together, table.frame[~named]], ignore_index=True)[list(table.frame.columns)]
    return RawTable(table.name, frame, np.concatenate([first.to_numpy(), table.lines[(~named).to_numpy()]]))


def beside(raw: Mapping[str, RawTable], recipe: Recipe, part: Rows, origin: Origin, client: pd.Series, key: bytes) -> RawTable:
    """The column of an origin that stands elsewhere, brought beside the rows of the part by who they are about."""
    other = chosen(raw[origin.table or part.source], origin.where)
    owner = pseudonyms(other.frame[list(identity_in(recipe, part, origin))], key)
    known = filled(RawTable(other.name, other.frame[[origin.source]], other.lines), owner)
    of = pd.Series(np.arange(owner.nunique()), index=owner.dropna().unique())
    at = client.map(of)
    there = at.notna().to_numpy()
    place = at.fillna(0).astype(int).to_numpy()
    empty = len(known.frame) == 0
    texts = (
        pd.Series("", index=client.index)
        if empty
        else known.frame[origin.source].iloc[place].set_axis(client.index).where(there, "")
    )
    lines = np.zeros(len(client), np.int64) if empty else known.lines[place]
    return RawTable(other.name, pd.DataFrame({origin.source: texts.astype(str)}), lines)


def identity_in(recipe: Recipe, part: Rows, origin: Origin) -> tuple[str, ...]:
    """What tells people apart in the table of an origin: what it says, what another part says of that table, or the same as here."""
    if origin.identity:
        return origin.identity
    wanted = origin.table or part.source
    parts = [one for each in recipe.parts().values() for one in each if one.source == wanted]
    return parts[0].identity if parts and wanted != part.source else part.identity
