"""The model, its scorers, and their answers."""

from __future__ import annotations

import contextlib
import csv
import ctypes
import html
import io
import json
import os
import pathlib
import shutil
import sys
import tempfile
import warnings
import weakref
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from . import errors
from ._library import ArrowArrayStream, check, library, stream_pointer, take_text
from .options import (
    CalibrateOptions,
    CohortOptions,
    ExplainOptions,
    FitOptions,
    LearnOptions,
    ModelEvaluateOptions,
    Path,
    ReadingOptions,
    ScorerOptions,
    SimulateOptions,
    SuggestOptions,
)
from .tables import as_stream, kind_of, like, one_row, without_rows

if TYPE_CHECKING:
    from typing_extensions import Unpack



def _shipped() -> str:
    return str(pathlib.Path(__file__).parent / "models" / "back-pain")


class Explanation:
    """Why a case got its ranking: ``text``, ``data`` (a dict) and ``html``.

    A notebook shows the page.
    """

    def __init__(self, data: dict[str, Any], text: str, page: str) -> None:
        self.data = data
        self.text = text
        self.html = page

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<dorsal.Explanation of {self.data.get('id', '?')}>"

    def _repr_html_(self) -> str:
        # In a frame, so that the page's style stays its own.
        return (
            '<iframe style="width:100%;height:60em;border:0" srcdoc="'
            f'{html.escape(self.html, quote=True)}"></iframe>')


class Calibration:
    """A correction of probabilities: ``json`` is the text of its file, ``report`` what it did."""

    def __init__(self, text: str, report: str = "") -> None:
        self.json = text
        self.report = report

    @classmethod
    def read(cls, path: Path) -> Calibration:
        """The calibration of a file of ``dorsal calibrate``."""
        return cls(pathlib.Path(path).read_text(encoding="utf-8"))

    def write(self, path: Path) -> None:
        """Writes the file that ``dorsal score --calibration`` takes."""
        pathlib.Path(path).write_text(self.json, encoding="utf-8")

    def __repr__(self) -> str:
        return f"<dorsal.Calibration {json.loads(self.json).get('method', '')}>"


class Fit:
    """A model that was fitted to cases.

    ``model`` is the model, ``tables`` its files (texts by their names), ``report`` what the fit
    came to, and ``calibration`` a :class:`Calibration` of it if one was asked for. ``recoded`` is
    the table in the words of the model, where they are not its own (see :meth:`Model.learn`).
    """

    def __init__(
        self, tables: dict[str, str], report: str, calibration: Calibration | None = None,
        recoded: pa.Table | None = None
    ) -> None:
        self.tables = tables
        self.report = report
        self.calibration = calibration
        self.recoded = recoded
        self.model = Model.from_tables(tables)

    def write(self, folder: Path) -> None:
        """Writes the model into a folder that does not exist yet, as ``dorsal fit`` does."""
        folder = pathlib.Path(folder)
        if folder.exists():
            raise FileExistsError(f"{folder} exists already; name a folder that does not")
        # The folder appears as a whole, or not at all.
        beside = pathlib.Path(
            tempfile.mkdtemp(prefix=".dorsal-", dir=folder.absolute().parent))
        try:
            for name, text in self.tables.items():
                (beside / name).write_bytes(text.encode("utf-8"))
            umask = os.umask(0)
            os.umask(umask)
            beside.chmod(0o777 & ~umask)
            beside.rename(folder)
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise

    def __repr__(self) -> str:
        return f"<dorsal.Fit of {self.model.name} {self.model.version}>"


# Options that are the text of a file, or the path of one.
_FILES = ("calibration", "mapping", "priors")


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options without those that say nothing, and with texts for files."""
    plain: dict[str, Any] = {}
    for name, value in options.items():
        if value is None:
            continue
        if isinstance(value, Calibration):
            value = value.json
        elif name in _FILES and isinstance(value, os.PathLike):
            value = pathlib.Path(value).read_text(encoding="utf-8")
        plain[name] = value
    return plain


def _honoured(options: Mapping[str, Any], allowed: Any, call: str) -> Mapping[str, Any]:
    """Options, after those have been refused that a scorer has and this call makes nothing of."""
    for name, value in options.items():
        if value is None or name in allowed.__optional_keys__:
            continue
        known = name in ScorerOptions.__optional_keys__  # type: ignore[attr-defined]
        what = f'option "{name}": {call} makes nothing of it' if known else f'unknown option "{name}"'
        raise errors.ArgumentError(
            what + "; expected one of " + ", ".join(sorted(allowed.__optional_keys__)))
    return options


def _given(options: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(options, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise errors.ArgumentError(f"options: {error}") from error


def _table_of(text: str) -> pa.Table:
    """A CSV as texts, where an empty cell is null."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    columns = zip(*rows[1:]) if len(rows) > 1 else ([] for _ in rows[0])
    return pa.table({
        name: pa.array([cell or None for cell in cells], pa.string())
        for name, cells in zip(rows[0], columns)})


def _check_on_fault(on_fault: str) -> None:
    if on_fault not in ("warn", "keep", "raise"):
        raise errors.ArgumentError(f'on_fault "{on_fault}": expected warn, keep or raise')


def _read(answers: pa.RecordBatchReader) -> pa.Table:
    try:
        return answers.read_all()
    except (pa.ArrowInvalid, OSError) as error:
        raise errors.DataError(str(error)) from error


def _tell(message: str, rows: list[errors.Fault], on_fault: str) -> None:
    """Says of rows that they cannot be read, to whoever called what calls this."""
    if on_fault == "raise":
        raise errors.DataError(message, rows)
    warnings.warn(errors.FaultWarning(message, rows), stacklevel=_level_of_caller())


def _tell_columns(answers: pa.Schema) -> None:
    """Says what the schema of answers tells of the columns of the cases."""
    for text in json.loads((answers.metadata or {}).get(b"dorsal.warnings", b"[]")):
        warnings.warn(errors.ColumnWarning(text), stacklevel=_level_of_caller())


def _level_of_caller() -> int:
    """How many frames above the caller of this whoever called the package stands."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__") == __name__:
        frame, level = frame.f_back, level + 1
    return level


def _told(answers: pa.Table, on_fault: str, things: str) -> pa.Table:
    """Answers, after their faults have been dealt with."""
    faults = answers.column("fault")
    count = len(faults) - faults.null_count
    if count and on_fault != "keep":
        places = pc.indices_nonzero(faults.is_valid())
        rows = [
            errors.Fault(*fault) for fault in zip(
                places.to_pylist(), answers.column("id").take(places).to_pylist(),
                faults.take(places).to_pylist())]
        which = f"row {rows[0].row}" if things == "rows" else rows[0].id
        total = f"{count} of {len(faults)} rows" if things == "rows" else f"{count} cases"
        _tell(
            f"{total} cannot be read; the first is {which}: {rows[0].fault}", rows, on_fault)
    return answers


class Scorer:
    """A scorer of a model with fixed options. It does not change; threads may share it."""

    def __init__(self, model: Model, **options: Unpack[ScorerOptions]) -> None:
        self.model = model
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_scorer_make(
                model._handle, _given(_plain(options)), ctypes.byref(handle),
                ctypes.byref(error)),
            error)
        self._handle = handle
        self._finalizer = weakref.finalize(self, library.dorsal_scorer_free, handle)

    def batches(self, table: Any) -> pa.RecordBatchReader:
        """The answers as a ``pyarrow.RecordBatchReader``, a batch for each batch of cases, made
        when it is read: for streams that do not fit into memory.

        The metadata of its schema has ``dorsal.passed_over``, the names of columns that say nothing
        to the model, and ``dorsal.warnings``, which are given as :class:`ColumnWarning` too.
        """
        answers = self._answers(as_stream(table))
        _tell_columns(answers.schema)
        return answers

    def _answers(self, source: Any) -> pa.RecordBatchReader:
        capsule = source.__arrow_c_stream__()
        answers, error = ArrowArrayStream(), ctypes.c_void_p()
        check(
            library.dorsal_score(
                self._handle, stream_pointer(capsule), ctypes.addressof(answers),
                ctypes.byref(error)),
            error)
        return pa.RecordBatchReader._import_from_c(ctypes.addressof(answers))

    def score(self, table: Any, on_fault: str = "warn") -> Any:
        """The answers to a table of cases, as a table of the same kind, in the same order.

        Parameters
        ----------
        table
            Anything with ``__arrow_c_stream__`` (pyarrow, polars, pandas, DuckDB), a dict of
            columns, a dict of one case or a list of dicts. Null and NaN are unknown.
        on_fault
            What to do about rows that cannot be read. Their column ``fault`` says why, and all
            else but the id is null: ``"warn"``, ``"keep"`` (say nothing) or ``"raise"``. The
            warning and the error list them as ``rows``.
        """
        _check_on_fault(on_fault)
        return like(_told(_read(self.batches(table)), on_fault, "rows"), kind_of(table))

    def _source(self, table: Any, used: Collection[str] = ()) -> Any:
        """A stream of cases, after what is to be told of its columns, but of those that are used."""
        source = as_stream(table)
        empty = without_rows(source)
        if empty is not None:
            # What is wrong is told by the call itself.
            with contextlib.suppress(errors.DorsalError):
                if used:
                    columns = pa.table(empty)
                    empty = columns.select([
                        place for place, name in enumerate(columns.column_names)
                        if name not in used])
                _tell_columns(self._answers(empty).schema)
        return source

    def _text(
        self, function: Any, table: Any, *arguments: Any, used: Collection[str] = ()
    ) -> str:
        capsule = self._source(table, used).__arrow_c_stream__()
        text, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            function(
                self._handle, stream_pointer(capsule), *arguments, ctypes.byref(text),
                ctypes.byref(error)),
            error)
        return take_text(text.value)

    def explain(self, table: Any, row: int = 0) -> Explanation:
        """Why the case at a row of a table got its ranking.

        Of a stream no more is read than up to the row.
        """
        # It is asked three times, and a stream is read once.
        alone = one_row(table, row)
        with self._naming(row, read_at=0):
            data, text, page = (
                self._text(library.dorsal_explain, alone, 0, form)
                for form in (b"json", b"text", b"html"))
        return Explanation(json.loads(data), text, page)

    def suggest(self, table: Any, row: int = 0) -> dict[str, Any]:
        """What is worth finding out next of the case at a row, as a dict.

        Of a stream no more is read than up to the row. A scorer with a calibration is an error:
        suggestions go by the model's own probabilities.
        """
        with self._naming(row, read_at=row):
            told: dict[str, Any] = json.loads(self._text(library.dorsal_suggest, table, row))
        return told

    @contextlib.contextmanager
    def _naming(self, row: int, read_at: int) -> Iterator[None]:
        """Puts the row that was asked for into an error about the one that was read."""
        try:
            yield
        except errors.DataError as error:
            named, fault = f"row {read_at}: ", str(error)
            if not fault.startswith(named):
                raise
            fault = fault[len(named):]
            raise errors.DataError(
                f"row {row}: {fault}", [errors.Fault(row, None, fault)]) from None

    def evaluate(
        self, table: Any, on_fault: str = "warn", **options: Unpack[CohortOptions]
    ) -> dict[str, Any]:
        """How the answers compare with the column ``diagnosis``, as a dict.

        Rows that cannot be read are left out. ``figures["rows"]`` says how many, and names the
        first 1,000 of them; ``on_fault`` is that of :meth:`score`. Columns that are named below
        need not be known to the model.

        Parameters
        ----------
        by : list of str
            Findings, and columns that are none, to give subgroups by.
        weight : str
            The column of the weights of cases, as surveys have them.
        patients : str
            The column that says whose visit a row is: samples are of patients.
        visits : bool
            Whether rows with one id are visits of one patient.
        rules : bool
            Whether it is told what each red-flag rule does.
        bootstrap, seed : int
            How many samples are behind the intervals (1000), and where they begin (below 2**53).

        Each row counts, also where an id stands twice; the tool leaves the second row of an id out
        unless rows are visits.
        """
        _check_on_fault(on_fault)
        given = _plain(options)
        if isinstance(given.get("by"), str):
            given["by"] = [given["by"]]
        # A column that is a finding as well is read as one, and told of as one.
        used = {*given.get("by", ()), given.get("weight"), given.get("patients")}
        figures: dict[str, Any] = json.loads(
            self._text(
                library.dorsal_evaluate_with, table, _given(given) if given else None, b"json",
                used=used - {None, "id"}))
        read = figures["rows"]
        if read["left_out"] and on_fault != "keep":
            rows = [errors.Fault(row["row"], row["id"], row["fault"]) for row in read["faults"]]
            _tell(
                f"{read['left_out']} of {read['read']} rows cannot be read and are left out; "
                f"the first is row {rows[0].row}: {rows[0].fault}", rows, on_fault)
        return figures

    def calibrate(
        self, table: Any, method: str = "vector", **options: Unpack[CalibrateOptions]
    ) -> Calibration:
        """A calibration that is fitted to the column ``diagnosis``.

        Its report says how many rows were left out because they cannot be read.
        """
        capsule = self._source(table).__arrow_c_stream__()
        text, report, error = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        status = library.dorsal_calibrate(
            self._handle, stream_pointer(capsule),
            _given(_plain({**options, "method": method})), ctypes.byref(text),
            ctypes.byref(report), ctypes.byref(error))
        said = take_text(report.value)
        check(status, error)
        return Calibration(take_text(text.value), said)


class Model:
    """A model of causes, findings and what connects them.

    Parameters
    ----------
    folder
        A folder of tables; ``DORSAL_MODEL`` or the shipped model where none is given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = os.fspath(folder or os.environ.get("DORSAL_MODEL") or _shipped())
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_model_open(
                folder.encode(), ctypes.byref(handle), ctypes.byref(error)),
            error)
        self._adopt(handle)

    def _adopt(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle
        self._finalizer = weakref.finalize(self, library.dorsal_model_free, handle)
        self._scorers: dict[bytes, Scorer] = {}
        text, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_model_describe(handle, ctypes.byref(text), ctypes.byref(error)), error)
        self.description = json.loads(take_text(text.value))
        self.name = self.description["name"]
        self.version = self.description["version"]
        self.settings = self.description["settings"]

    @classmethod
    def from_tables(cls, tables: Mapping[str, str | bytes]) -> Model:
        """A model of tables in memory: a dict of texts or bytes by the names of files, such as
        ``findings.csv``."""
        contents = [
            text.encode("utf-8") if isinstance(text, str) else bytes(text)
            for text in tables.values()]
        count = len(contents)
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_model_from_tables(
                count, (ctypes.c_char_p * count)(*(name.encode() for name in tables)),
                (ctypes.c_char_p * count)(*contents),
                (ctypes.c_int64 * count)(*map(len, contents)), ctypes.byref(handle),
                ctypes.byref(error)),
            error)
        model = cls.__new__(cls)
        model._adopt(handle)
        return model

    @classmethod
    def learn(
        cls, table: Any, calibration: str | None = None, **options: Unpack[LearnOptions]
    ) -> Fit:
        """A model from nothing but a table: what ``dorsal fit`` does without a prior model.

        Columns are findings, whatever their names are; their kinds and states are found in them.

        Parameters
        ----------
        table
            A table of any columns of texts, numbers and booleans.
        label : str
            The column with the cause; ``diagnosis``.
        ignore : list of str
            Columns that are no findings, which may be of any type.
        unknown : list of str
            Words that mean an unknown finding, beside null.
        edges : dict
            Where columns of numbers are cut: lists by name.
        cuts : int
            Into how many parts of equal count others are cut; 5.
        pseudo_count : float
            What is added to each count; 0.5.
        finding_weight : float
            The weight of every finding, 0.1 to 1; chosen by cross-validation.
        calibration, options
            Those of :meth:`fit`: ``name``, ``visits``, ``source``, ``date``, ``checksum``,
            ``threads`` and what goes with a calibration.
        """
        capsule = as_stream(table).__arrow_c_stream__()
        tables, recoded, fitted, report, error = (ctypes.c_void_p() for _ in range(5))
        status = library.dorsal_fit_new(
            stream_pointer(capsule), _given(_plain({**options, "calibration": calibration})),
            ctypes.byref(tables), ctypes.byref(recoded), ctypes.byref(fitted),
            ctypes.byref(report), ctypes.byref(error))
        said = take_text(report.value)
        check(status, error)
        text, own = take_text(fitted.value), take_text(recoded.value)
        return Fit(
            json.loads(take_text(tables.value)), said, Calibration(text) if text else None,
            _table_of(own) if own else None)

    def __repr__(self) -> str:
        return f"<dorsal.Model {self.name} {self.version}>"

    @property
    def findings(self) -> pa.Table:
        """The findings with their states, as a pyarrow table."""
        return pa.Table.from_pylist(self.description["findings"])

    @property
    def causes(self) -> pa.Table:
        """The causes, as a pyarrow table."""
        return pa.Table.from_pylist(self.description["causes"])

    def scorer(self, **options: Unpack[ScorerOptions]) -> Scorer:
        """A scorer.

        Parameters
        ----------
        setting : str
            Of cases that name none; the model's first.
        prior_weight : float
            The power that priors are raised to, 0 to 1.
        top : int
            How many leading causes are given.
        all : bool
            The probability of every cause instead, in columns ``p_CAUSE``.
        interval : float
            The probability that intervals cover.
        misfit : bool
            Whether columns say how badly the findings fit every cause.
        calibration : Calibration, path or str
            What corrects the probabilities.
        coverage : float
            For sets of causes that hold the right one so often; needs a calibration.
        threads : int
            1 unless it is given. A process that is forked after several were used works on one.
        id : str
            The column of ids.
        ignore_unknown_columns : bool
            Whether columns that the model does not know are passed over.
        unknown : list of str
            Words that mean unknown.
        strict : bool
            Whether nothing but exact ids of states is taken.
        mapping : path or str
            The file that says what columns mean, as ``dorsal score --map`` takes, or its text.
        passthrough : bool or list of str
            Columns that stand behind the answers as they are; True is all that say nothing to
            the model. They are the memory of the cases, and nothing of them is copied.
        """
        return Scorer(self, **options)

    def _cached(self, options: Mapping[str, Any]) -> Scorer:
        options = _plain(options)
        key = _given(dict(sorted(options.items())))
        if key not in self._scorers:
            if len(self._scorers) >= 16:
                self._scorers.clear()
            self._scorers[key] = self.scorer(**options)
        return self._scorers[key]

    def score(
        self, table: Any, on_fault: str = "warn", **options: Unpack[ScorerOptions]
    ) -> Any:
        """The answers to a table of cases; options are those of :meth:`scorer`."""
        return self._cached(options).score(table, on_fault=on_fault)

    def explain(
        self, table: Any, row: int = 0, **options: Unpack[ExplainOptions]
    ) -> Explanation:
        """Why the case at a row of a table got its ranking.

        ``options`` are those of :meth:`scorer`, but for those that choose columns of answers.
        """
        return self._cached(_honoured(options, ExplainOptions, "explain")).explain(table, row)

    def suggest(
        self, table: Any, row: int = 0, **options: Unpack[SuggestOptions]
    ) -> dict[str, Any]:
        """What is worth finding out next of the case at a row, as a dict.

        ``options`` are ``setting``, ``prior_weight`` and those of reading, as of :meth:`scorer`.
        """
        return self._cached(_honoured(options, SuggestOptions, "suggest")).suggest(table, row)

    def evaluate(
        self, table: Any, on_fault: str = "warn", **options: Unpack[ModelEvaluateOptions]
    ) -> dict[str, Any]:
        """How the answers compare with the column ``diagnosis``, as a dict.

        ``options`` are ``setting``, ``prior_weight``, ``calibration``, ``coverage`` (with which the
        sets are judged too) and those of reading, as of :meth:`scorer`, and what the evaluation
        goes by: ``by``, ``weight``, ``patients``, ``visits``, ``rules``, ``bootstrap`` and
        ``seed``, as of :meth:`Scorer.evaluate`. Rows that cannot be read are left out.
        """
        own = CohortOptions.__optional_keys__  # type: ignore[attr-defined]
        cohort = {name: value for name, value in options.items() if name in own}
        others = {name: value for name, value in options.items() if name not in own}
        scorer = self._cached(_honoured(others, ModelEvaluateOptions, "evaluate"))
        return scorer.evaluate(table, on_fault=on_fault, **cohort)  # type: ignore[arg-type]

    def calibrate(
        self, table: Any, method: str = "vector",
        scorer_options: SuggestOptions | None = None, **options: Unpack[CalibrateOptions]
    ) -> Calibration:
        """A calibration that is fitted to the column ``diagnosis``.

        ``options`` are ``folds``, ``ridge``, ``shrinkage``, ``seed``, ``coverages`` and ``force``. A
        correction that does not help changes nothing, and its report says so, unless ``force`` keeps
        it. ``scorer_options`` are those of :meth:`suggest`.
        """
        scorer = self._cached(_honoured(scorer_options or {}, SuggestOptions, "calibrate"))
        return scorer.calibrate(table, method, **options)

    def fit(
        self, table: Any, calibration: str | None = None, **options: Unpack[FitOptions]
    ) -> Fit:
        """A model that is fitted to the column ``diagnosis``, beginning with this one.

        Parameters
        ----------
        table
            Cases, as :meth:`score` takes.
        calibration : str
            The method of a calibration of the new model ("vector", "temperature", "isotonic",
            "beta", "evidence" or "none"), fitted to posteriors that models of the other folds
            gave. ``folds``, ``ridge``, ``shrinkage`` and ``seed`` go with it.
        name : str
            Of the new model; this one's with ``-local``.
        keep_priors : bool
            For cases that were not taken as they came.
        model_weight : float
            What this model weighs against the cases; chosen by cross-validation.
        counts_alone : bool
            Whether likelihoods are counted and not fitted.
        force : bool
            Whether there is a model that does not help.
        visits : bool
            Whether rows with one id are visits of one patient, and not left out.
        source, date, checksum : str
            What the new numbers cite: a name, ``yyyy-mm-dd``, and the SHA-256 of a file.
        options
            ``setting``, ``threads``, ``id``, ``ignore_unknown_columns``, ``unknown``, ``strict``
            and ``mapping`` as of :meth:`scorer`.

        Returns
        -------
        Fit

        Raises
        ------
        RefusedError
            Where the fit is no better than this model; its ``report`` has the figures.
        """
        capsule = as_stream(table).__arrow_c_stream__()
        tables, fitted, report, error = (ctypes.c_void_p() for _ in range(4))
        status = library.dorsal_fit(
            self._handle, stream_pointer(capsule),
            _given(_plain({**options, "calibration": calibration})), ctypes.byref(tables),
            ctypes.byref(fitted), ctypes.byref(report), ctypes.byref(error))
        said = take_text(report.value)
        try:
            check(status, error)
        except errors.RefusedError as refusal:
            refusal.report = said
            raise
        text = take_text(fitted.value)
        return Fit(
            json.loads(take_text(tables.value)), said, Calibration(text) if text else None)

    def simulated(self, count: int, **options: Unpack[SimulateOptions]) -> pa.RecordBatchReader:
        """Cases drawn from the model as a ``pyarrow.RecordBatchReader``, a batch when it is read:
        for more of them than fit into memory. Options are those of :meth:`simulate`."""
        cases, error = ArrowArrayStream(), ctypes.c_void_p()
        check(
            library.dorsal_simulate(
                self._handle, _given(_plain({**options, "count": count})),
                ctypes.addressof(cases), ctypes.byref(error)),
            error)
        return pa.RecordBatchReader._import_from_c(ctypes.addressof(cases))

    def simulate(self, count: int, **options: Unpack[SimulateOptions]) -> pa.Table:
        """Cases drawn from the model, each with the cause that it comes from as its
        ``diagnosis``, as a pyarrow table: those of ``dorsal simulate``.

        Parameters
        ----------
        count : int
            How many.
        seed : int
            Where the random numbers begin; 1. Case i of a seed is always the same.
        setting : str
            Whose priors causes are drawn from; the model's first.
        missing : float
            The probability with which a finding is unknown; 0.
        missing_by : str
            "chance", or "workup" for tests that are ordered on suspicion.
        correlation : float or dict
            Of findings of one group given the cause, or by group; the model's.
        priors : path or str
            A table of cause and probability, or its text; the model's.
        misspecify : bool
            Whether the likelihoods are drawn too, from ``likelihood_seed`` on.
        threads : int
            1 unless it is given.
        """
        return self.simulated(count, **options).read_all()

    def scores(
        self, table: Any, scores: list[str] | None = None, on_fault: str = "warn",
        **options: Unpack[ReadingOptions]
    ) -> Any:
        """The clinical scores of cases, as a table of the same kind: a row for each case and score
        that it has inputs for.

        What is not known makes a range from ``least`` to ``greatest`` points, and a band is given
        only where the whole range lies in it.

        Parameters
        ----------
        table
            Cases, as :meth:`score` takes; inputs of scores may be columns too.
        scores : list of str
            Scores that are answered for every case; those that a case has inputs for.
        on_fault
            What to do about rows that cannot be read, as in :meth:`score`. A row is one of the
            answers.
        options
            ``threads``, ``id``, ``ignore_unknown_columns``, ``unknown``, ``strict`` and
            ``mapping`` as of :meth:`scorer`.
        """
        _check_on_fault(on_fault)
        capsule = as_stream(table).__arrow_c_stream__()
        answers, error = ArrowArrayStream(), ctypes.c_void_p()
        check(
            library.dorsal_scores(
                self._handle, stream_pointer(capsule),
                _given(_plain({**options, "scores": scores})),
                ctypes.addressof(answers), ctypes.byref(error)),
            error)
        reader = pa.RecordBatchReader._import_from_c(ctypes.addressof(answers))
        return like(_told(_read(reader), on_fault, "cases"), kind_of(table))
