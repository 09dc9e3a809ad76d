"""By what a ledger recognises people: several numbers per person, each made of something else, so that no one change makes everybody new.

Whoever renames a provider changes names, whoever adds 1 to a column changes that column, whoever moves a baseline week changes weeks; what is
left is enough to see that the people are the same. Names of people leave the provider's out; scores leave names of instruments and weeks
out; scores and weeks are also told by their distance to the lowest, the middle and the highest, which a shift does not change.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from data_schemas.plan import Measure
from data_schemas.rules._counting import mixed_hash
from data_schemas.submission import Submission

BY_NAME = "who"
OF_EVENTS = ("followed", "events")
"""How the kinds of follow-up and events begin: who was followed as long without an event is alike, so that one bucket knows nobody by them."""
Keys = dict[str, np.ndarray]
_STEP = np.uint64(0x9E3779B97F4A7C15)  # odd: no row hash is lost when columns are put together
_NAMES = ("provider", "client")
_FOLLOWED = r"^(?:follow_up_|treatment_weeks$|ending$)"


class Recognised:
    """The numbers (64 bits, keyed) of the people of submissions, by what they are made of.

    Parameters
    ----------
    key
        Of the ledger: without it no number can be made, nor a guess confirmed.
    mine
        Whom the plan is about, of all people of all submissions in their order; None for everybody.
    """

    def __init__(self, submissions: Sequence[Submission], key: bytes, mine: np.ndarray | None) -> None:
        self._key = key
        self._salt = hashlib.sha256(b"rows" + key).hexdigest()[:16]
        self._mine = slice(None) if mine is None else mine
        self._treatments = pd.concat([one.tables["treatments"].astype(object) for one in submissions], ignore_index=True)
        self._size = len(self._treatments)
        starts = np.cumsum([0, *(len(one.tables["treatments"]) for one in submissions)])
        self._rows = {
            name: pd.concat(
                [
                    one.tables[name]
                    .drop(columns="client")
                    .astype(object)
                    .assign(person=one.tables[name]["client"].cat.codes.to_numpy() + start)
                    for one, start in zip(submissions, starts)
                ],
                ignore_index=True,
            )
            for name in ("measurements", "events")
        }
        self._followed = self._treatments.filter(regex=_FOLLOWED)

    def names(self) -> np.ndarray:
        """Of the own pseudonym, whatever the provider is called."""
        clients = self._treatments["client"].astype(str)
        found = [int.from_bytes(hmac.digest(self._key, name.encode(), "sha256")[:8], "big") for name in clients]
        return np.array(found, np.uint64)[self._mine]

    def everything(self) -> np.ndarray:
        """Of all that is known."""
        tables = (self._added(self._row_hashes(frame.drop(columns="person")), frame) for frame in self._rows.values())
        return (self._row_hashes(self._treatments.drop(columns="client")) + sum(tables))[self._mine]

    def people(self) -> Keys:
        """Who they are: descriptions, each time without one column; all scores and what changed in them; follow-up and events."""
        return {"everything": self.everything()} | dict(self._described()) | self._all_scores() | self.followed()

    def scores(self, measure: Measure, moment: str) -> Keys:
        """Of the scores of a questionnaire at the start and at one moment."""
        frame = self._rows["measurements"]
        asked = (frame["instrument"] == measure.instrument) & (frame["informant"] == measure.informant) & frame["score"].notna()
        found = []
        for at in ("baseline", moment):
            mine = frame[asked & (frame["moment"] == at)]
            values = np.full(self._size, np.nan)
            values[mine["person"].to_numpy(int)] = mine["score"].to_numpy(float)
            found.append(values[self._mine])
        before, later = found
        keys = {"exact": _of(before, later), "change": _of(later - before, np.isnan(before) * 1.0, np.isnan(later) * 1.0)}
        anchors = zip(_anchors(before), _anchors(later))
        return keys | {f"from {k}": _of(before - one, later - other) for k, (one, other) in enumerate(anchors)}

    def followed(self) -> Keys:
        """Of follow-up and events."""
        events = self._rows["events"]
        weeks = self._weeks()
        exact = self._row_hashes(self._followed) + self._added(self._row_hashes(events.drop(columns="person")), events)
        keys = {"followed": exact, "events": self._events(0.0)}
        for k, anchor in enumerate(_anchors(weeks)):
            keys[f"followed from {k}"] = _of(weeks - anchor) + keys["events"]
            keys[f"events from {k}"] = _of(weeks - anchor) + self._events(anchor)
        return {name: number[self._mine] for name, number in keys.items()}

    def _weeks(self) -> np.ndarray:
        column = self._treatments.get("follow_up_weeks")
        return np.full(self._size, np.nan) if column is None else pd.to_numeric(column).to_numpy(float, na_value=np.nan)

    def _events(self, shift: float) -> np.ndarray:
        """Per person what happened, in weeks from a shift."""
        frame = self._rows["events"]
        if frame.empty:
            return np.zeros(self._size, np.uint64)
        kinds = pd.util.hash_array(frame["event"].astype(str).to_numpy(object), hash_key=self._salt, categorize=True)
        weeks = (pd.to_numeric(frame[name]).to_numpy(float, na_value=np.nan) - shift for name in ("week_from", "week_to"))
        return self._added(mixed_hash(kinds + _of(*weeks)), frame)

    def _described(self) -> Iterator[tuple[str, np.ndarray]]:
        """Per column that says anything what all others say."""
        frame = self._treatments.drop(columns=[*_NAMES, *self._followed.columns], errors="ignore")
        told = [name for name in frame if frame[name].notna().any()]
        each = {name: self._row_hashes(frame[[name]]) for name in told}
        total = sum(each.values(), np.zeros(self._size, np.uint64))
        for name, own in each.items():
            yield f"without {name}", (total - own)[self._mine]

    def _all_scores(self) -> Keys:
        """Of every score, and of its distance to the first of the same questionnaire; in their order, whatever week or name is given to them."""
        frame = self._rows["measurements"]
        frame = frame[frame["score"].notna()]
        series = [frame["person"].to_numpy(int), *(pd.factorize(frame[name])[0] for name in ("instrument", "informant"))]
        week = pd.to_numeric(frame["week"]).to_numpy(float, na_value=np.inf)
        order = np.lexsort((week, *series[::-1]))
        score = frame["score"].to_numpy(float)[order]
        begins = np.any([np.diff(part[order], prepend=-9) != 0 for part in series], axis=0)
        start = np.maximum.accumulate(np.where(begins, np.arange(len(score)), 0))
        place = np.arange(len(score)) - start
        ordered = frame.iloc[order]
        of_scores = self._added(_of(place.astype(float), score), ordered)
        of_changes = self._added(np.where(begins, np.uint64(0), _of(place.astype(float), score - score[start])), ordered)
        return {"scores": of_scores[self._mine], "changes": of_changes[self._mine]}

    def _added(self, rows: np.ndarray, frame: pd.DataFrame) -> np.ndarray:
        found = np.zeros(self._size, np.uint64)
        np.add.at(found, frame["person"].to_numpy(int), rows)
        return found

    def _row_hashes(self, frame: pd.DataFrame) -> np.ndarray:
        """Per row over all of its cells, of the text of each: equal rows have equal hashes in every edition."""
        found = np.zeros(len(frame), np.uint64)
        for column in frame:
            codes, values = pd.factorize(frame[column], use_na_sentinel=True)
            texts = np.array([f"{column}\0{value}" for value in values] + [f"{column}\0"], object)
            found = found * _STEP + pd.util.hash_array(texts, hash_key=self._salt, categorize=False)[codes]
        return mixed_hash(found)  # of one person they are added up: values may not change places unseen


def _of(*values: np.ndarray) -> np.ndarray:
    """One number of several, to six decimals: a difference of decimal numbers is not the same to the last digit."""
    found = np.zeros(len(values[0]), np.uint64)
    for one in values:
        found = mixed_hash(found * _STEP + (np.round(one, 6) + 0.0).view(np.uint64))
    return found


def _anchors(values: np.ndarray) -> tuple[float, ...]:
    """The lowest, middle and highest: one person more or less leaves at least one of them where it was."""
    known = np.sort(values[~np.isnan(values)])
    return (known[0], known[(len(known) - 1) // 2], known[-1]) if len(known) else (0.0,) * 3
