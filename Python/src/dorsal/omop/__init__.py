"""Cases from the tables of the OMOP common data model, by SQL that DuckDB and Spark run alike.

Records are known by their codes, which are joined through the vocabulary tables of the data
itself: ICD-10-CM for diagnoses and symptoms, LOINC for measurements with UCUM units, RxNorm for
ingredients. The rules are the table ``rules.csv`` of this package.
"""

from __future__ import annotations

import csv
import importlib.resources
from dataclasses import dataclass
from typing import Any

from ..errors import ArgumentError

_VISITS = """
  select cast(v.visit_occurrence_id as string) as id, v.person_id,
    v.visit_start_date as index_date,
    case when k.concept_code in ('ER', 'ERIP') then 'emergency' end as setting
  from {cdm}visit_occurrence v
  left join {vocabulary}concept k
    on k.concept_id = v.visit_concept_id and k.vocabulary_id = 'Visit'
"""

Row = dict[str, str]


@dataclass(frozen=True)
class Conversion:
    """Cases, and what became of every record that was there to make them of.

    Attributes
    ----------
    cases
        A row for each case: ``id``, ``setting``, ``age``, ``sex`` and a column for each finding
        of the rules, as text; what no record tells is null, which is unknown.
    report
        A row for each outcome, table, finding and code, with how many records and cases there
        are: ``taken``, ``says the same again``, ``overtaken by a later record``, ``outside the
        window``, ``not mapped`` and so on.
    """

    cases: Any
    report: Any


def to_cases(
    engine: Any,
    cases: str | None = None,
    *,
    cdm: str = "",
    vocabulary: str | None = None,
    rules: list[Row] | None = None,
    set_aside_types: tuple[int, ...] = (),
) -> Conversion:
    """Cases for :meth:`dorsal.Model.score` from OMOP tables.

    Reads ``person``, ``visit_occurrence``, ``condition_occurrence``, ``observation``,
    ``measurement``, ``drug_exposure``, ``concept`` and ``concept_ancestor``. Nothing after a
    case's index date is read, and each rule has a window of days before it.

    Parameters
    ----------
    engine
        A DuckDB connection or a Spark session: what has ``sql``.
    cases
        A query with the columns ``id`` (text), ``person_id``, ``index_date`` and ``setting``;
        every visit at its first day where none is given.
    cdm, vocabulary
        The schemas of the tables, such as ``"omop"``; those of the session where none is given.
    rules
        Rows of :func:`rules`, changed or added to.
    set_aside_types
        Concepts of record types (``condition_type_concept_id`` and the like) that do not count,
        such as claims that were made to rule something out.
    """
    queries = {
        name: sql(name, cases, cdm=cdm, vocabulary=vocabulary, rules=rules,
                  set_aside_types=set_aside_types)
        for name in ("cases", "report")}
    return Conversion(engine.sql(queries["cases"]), engine.sql(queries["report"]))


def sql(
    name: str,
    cases: str | None = None,
    *,
    cdm: str = "",
    vocabulary: str | None = None,
    rules: list[Row] | None = None,
    set_aside_types: tuple[int, ...] = (),
) -> str:
    """The query itself, ``"cases"`` or ``"report"``, to run elsewhere; see :func:`to_cases`."""
    if name not in ("cases", "report"):
        raise ArgumentError(f'"{name}": expected "cases" or "report"')
    chosen = _rules() if rules is None else rules
    findings = sorted({row["finding"] for row in chosen})
    filled = {
        "cdm": _schema(cdm),
        "vocabulary": _schema(cdm if vocabulary is None else vocabulary),
        "rules": _values(
            [{"rule_id": str(place), **row} for place, row in enumerate(chosen)],
            ("rule_id", "vocabulary_id", "concept_code", "match", "finding", "rule", "threshold",
             "state", "otherwise", "since", "until", "least", "greatest"),
            {"rule_id": "int", "threshold": "double", "since": "int", "until": "int",
             "least": "double", "greatest": "double"}),
        "units": _values(
            _table("units"), ("finding", "unit", "factor", "offset"),
            {"factor": "double", "offset": "double"}),
        "answers": _values(_table("answers"), ("vocabulary_id", "concept_code", "holds")),
        "statuses": _values(_table("statuses"), ("vocabulary_id", "concept_name", "counts")),
        "types": ", ".join(str(int(kind)) for kind in (*set_aside_types, -1)),
        "columns": ",\n  ".join(
            f"max(case when r.finding = {_text(finding)} then r.said end) as {finding}"
            for finding in findings),
    }
    filled["cases"] = _fill(_VISITS, filled) if cases is None else cases
    return _fill(_template("readings"), filled) + _fill(_template(name), filled)


def rules() -> list[Row]:
    """The rules that ship, to change and to give to :func:`to_cases`.

    Each row says which records (``vocabulary_id``, ``concept_code`` and ``match``: the ``code``,
    those that begin with it as a ``prefix``, or drugs with it as an ``ingredient``) tell which
    ``finding`` how (``rule``): they are the ``state`` themselves, their number is the finding's
    (``number``, ``times_upper_limit``), it makes the ``state`` or ``otherwise`` by a ``threshold``
    (``above``, ``at_least``, ``below``) or the laboratory's limit (``above_upper_limit``), or
    their ``answer`` does. Numbers below ``least`` or above ``greatest``, in the unit of the
    threshold, are of no patient and do not count. Records count from ``since`` days before the
    index date (ever, where it is empty) to ``until`` days before it.
    """
    return _rules()


def _rules() -> list[Row]:
    return _table("rules")


def _table(name: str) -> list[Row]:
    text = importlib.resources.files(__package__).joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _template(name: str) -> str:
    return importlib.resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")


def _fill(template: str, filled: dict[str, str]) -> str:
    for name, text in filled.items():
        template = template.replace("{" + name + "}", text)
    return template


def _schema(name: str) -> str:
    if not all(part.replace("_", "a").isalnum() for part in name.split(".") if name):
        raise ArgumentError(f'"{name}" is no schema; expected a name such as omop')
    return name + "." if name else ""


def _values(rows: list[Row], names: tuple[str, ...], numbers: dict[str, str] | None = None) -> str:
    kinds = numbers or {}

    def cell(name: str, value: str) -> str:
        if name in kinds:
            return f"cast({float(value)!r} as {kinds[name]})" if value else (
                f"cast(null as {kinds[name]})")
        return _text(value)

    return ",\n    ".join(
        "(" + ", ".join(cell(name, row.get(name) or "") for name in names) + ")" for row in rows)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
