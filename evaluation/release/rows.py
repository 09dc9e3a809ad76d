"""The last step of every row: its status, and nothing left in it that may not leave."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data_schemas.evidence import NUMERIC_COLUMNS, RESULT_COLUMNS
from evaluation.release.rules import MAY_BE_SAID


def judged(
    frame: pd.DataFrame, columns: Mapping[str, np.ndarray], *, hidden: np.ndarray, unknown: np.ndarray, status: str
) -> pd.DataFrame:
    """Rows with their new numbers and the judgement beside them, for `finished`.

    Parameters
    ----------
    columns
        Numbers that replace the exact ones.
    hidden
        Rows that may not leave.
    unknown
        Rows without an estimate: `not_estimable` when the reason may be said, suppressed otherwise.
    status
        Of all other rows.
    """
    return frame.assign(**columns, hidden=hidden, unknown=unknown, status=status)


def finished(frame: pd.DataFrame) -> pd.DataFrame:
    """Judged rows with their status; numbers of hidden rows taken out, and reasons that would tell something of everyone."""
    hidden, unknown = frame["hidden"].to_numpy(bool), frame["unknown"].to_numpy(bool)
    reason = frame["method"].str.extract(r"^([a-z_]+): ", expand=False)
    hidden = hidden | (unknown & ~reason.isin(MAY_BE_SAID).to_numpy())
    statuses = np.select([hidden, unknown], ["suppressed", "not_estimable"], frame["status"])
    silent = frame["method"].str.replace(r"^[a-z_]+: ", "", regex=True)
    emptied = {column: frame[column].mask(hidden) for column in NUMERIC_COLUMNS}
    method = frame["method"].where(~hidden, silent)
    return frame.assign(**emptied, method=method, status=statuses).loc[:, list(RESULT_COLUMNS)].reset_index(drop=True)
