"""The model, its scorers, and their answers."""

import ctypes
import html
import json
import os
import pathlib
import warnings
import weakref

import pyarrow as pa

from . import errors
from ._library import ArrowArrayStream, check, library, stream_pointer, take_text
from .tables import as_stream, kind_of, like


def _shipped():
    return str(pathlib.Path(__file__).parent / "models" / "back-pain")


class Explanation:
    """Why a case got its ranking: ``text``, ``data`` (a dict) and ``html``.

    A notebook shows the page.
    """

    def __init__(self, data, text, page):
        self.data = data
        self.text = text
        self.html = page

    def __str__(self):
        return self.text

    def __repr__(self):
        return f"<dorsal.Explanation of {self.data.get('id', '?')}>"

    def _repr_html_(self):
        # In a frame, so that the page's style stays its own.
        return (
            '<iframe style="width:100%;height:60em;border:0" srcdoc="'
            f'{html.escape(self.html, quote=True)}"></iframe>')


class Calibration:
    """A correction of probabilities: ``json`` is the text of its file, ``report`` what it did."""

    def __init__(self, text, report=""):
        self.json = text
        self.report = report

    @classmethod
    def read(cls, path):
        """The calibration of a file of ``dorsal calibrate``."""
        return cls(pathlib.Path(path).read_text(encoding="utf-8"))

    def write(self, path):
        """Writes the file that ``dorsal score --calibration`` takes."""
        pathlib.Path(path).write_text(self.json, encoding="utf-8")

    def __repr__(self):
        return f"<dorsal.Calibration {json.loads(self.json).get('method', '')}>"


class Scorer:
    """A scorer of a model with fixed options. It does not change; threads may share it."""

    def __init__(self, model, **options):
        self.model = model
        calibration = options.get("calibration")
        if isinstance(calibration, Calibration):
            options["calibration"] = calibration.json
        elif isinstance(calibration, (pathlib.Path, os.PathLike)):
            options["calibration"] = Calibration.read(calibration).json
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        given = json.dumps({name: value for name, value in options.items() if value is not None})
        check(
            library.dorsal_scorer_make(
                model._handle, given.encode(), ctypes.byref(handle), ctypes.byref(error)),
            error)
        self._handle = handle
        self._finalizer = weakref.finalize(self, library.dorsal_scorer_free, handle)

    def batches(self, table):
        """The answers as a ``pyarrow.RecordBatchReader``, a batch for each batch of cases, made
        when it is read: for streams that do not fit into memory."""
        source = as_stream(table)
        capsule = source.__arrow_c_stream__()
        answers, error = ArrowArrayStream(), ctypes.c_void_p()
        check(
            library.dorsal_score(
                self._handle, stream_pointer(capsule), ctypes.addressof(answers),
                ctypes.byref(error)),
            error)
        return pa.RecordBatchReader._import_from_c(ctypes.addressof(answers))

    def score(self, table, on_fault="warn"):
        """The answers to a table of cases, as a table of the same kind, in the same order.

        Parameters
        ----------
        table
            Anything with ``__arrow_c_stream__`` (pyarrow, polars, pandas, DuckDB), a dict of
            columns, a dict of one case or a list of dicts. Null and NaN are unknown.
        on_fault
            What to do about rows that cannot be read. Their column ``fault`` says why, and all
            else but the id is null: ``"warn"``, ``"keep"`` (say nothing) or ``"raise"``.
        """
        if on_fault not in ("warn", "keep", "raise"):
            raise errors.ArgumentError(f'on_fault "{on_fault}": expected warn, keep or raise')
        try:
            answers = self.batches(table).read_all()
        except pa.ArrowInvalid as error:
            raise errors.DataError(str(error)) from error
        except OSError as error:
            raise errors.DataError(str(error)) from error
        faults = answers.column("fault")
        count = len(faults) - faults.null_count
        if count and on_fault != "keep":
            row = next(place for place, fault in enumerate(faults) if fault.is_valid)
            message = (
                f"{count} of {len(faults)} rows cannot be read; the first is row {row}: "
                f"{faults[row].as_py()}")
            if on_fault == "raise":
                raise errors.DataError(message)
            warnings.warn(message, errors.FaultWarning, stacklevel=2)
        return like(answers, kind_of(table))

    def _text(self, function, table, *arguments):
        capsule = as_stream(table).__arrow_c_stream__()
        text, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            function(
                self._handle, stream_pointer(capsule), *arguments, ctypes.byref(text),
                ctypes.byref(error)),
            error)
        return take_text(text.value)

    def explain(self, table, row=0):
        """Why the case at a row of a table got its ranking."""
        # A stream is read once; a table can be read three times.
        table = pa.table(as_stream(table))
        data, text, page = (
            self._text(library.dorsal_explain, table, row, form)
            for form in (b"json", b"text", b"html"))
        return Explanation(json.loads(data), text, page)

    def suggest(self, table, row=0):
        """What is worth finding out next of the case at a row, as a dict."""
        return json.loads(self._text(library.dorsal_suggest, table, row))

    def evaluate(self, table):
        """How the answers compare with the column ``diagnosis``, as a dict."""
        return json.loads(self._text(library.dorsal_evaluate, table, b"json"))

    def calibrate(self, table, method="vector", **options):
        """A calibration that is fitted to the column ``diagnosis``."""
        capsule = as_stream(table).__arrow_c_stream__()
        text, report, error = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        status = library.dorsal_calibrate(
            self._handle, stream_pointer(capsule),
            json.dumps({"method": method, **options}).encode(), ctypes.byref(text),
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

    def __init__(self, folder=None):
        folder = os.fspath(folder or os.environ.get("DORSAL_MODEL") or _shipped())
        handle, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_model_open(
                folder.encode(), ctypes.byref(handle), ctypes.byref(error)),
            error)
        self._handle = handle
        self._finalizer = weakref.finalize(self, library.dorsal_model_free, handle)
        self._scorers = {}
        text, error = ctypes.c_void_p(), ctypes.c_void_p()
        check(
            library.dorsal_model_describe(handle, ctypes.byref(text), ctypes.byref(error)), error)
        self.description = json.loads(take_text(text.value))
        self.name = self.description["name"]
        self.version = self.description["version"]
        self.settings = self.description["settings"]

    def __repr__(self):
        return f"<dorsal.Model {self.name} {self.version}>"

    @property
    def findings(self):
        """The findings with their states, as a pyarrow table."""
        return pa.Table.from_pylist(self.description["findings"])

    @property
    def causes(self):
        """The causes, as a pyarrow table."""
        return pa.Table.from_pylist(self.description["causes"])

    def scorer(self, **options):
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
            1 unless it is given. A process that is forked afterwards needs 1.
        id : str
            The column of ids.
        ignore_unknown_columns : bool
            Whether columns that the model does not know are passed over.
        unknown : list of str
            Words that mean unknown.
        strict : bool
            Whether nothing but exact ids of states is taken.
        """
        return Scorer(self, **options)

    def _cached(self, options):
        calibration = options.get("calibration")
        key = json.dumps(
            {**options, "calibration": getattr(calibration, "json", calibration)}, sort_keys=True,
            default=str)
        if key not in self._scorers:
            if len(self._scorers) >= 16:
                self._scorers.clear()
            self._scorers[key] = self.scorer(**options)
        return self._scorers[key]

    def score(self, table, on_fault="warn", **options):
        """The answers to a table of cases; options are those of :meth:`scorer`."""
        return self._cached(options).score(table, on_fault=on_fault)

    def explain(self, table, row=0, **options):
        """Why the case at a row of a table got its ranking."""
        return self._cached(options).explain(table, row)

    def suggest(self, table, row=0, **options):
        """What is worth finding out next of the case at a row, as a dict."""
        return self._cached(options).suggest(table, row)

    def evaluate(self, table, **options):
        """How the answers compare with the column ``diagnosis``, as a dict."""
        return self._cached(options).evaluate(table)

    def calibrate(self, table, method="vector", scorer_options=None, **options):
        """A calibration that is fitted to the column ``diagnosis``.

        ``options`` are ``folds``, ``ridge``, ``seed`` and ``coverages``.
        """
        return self._cached(scorer_options or {}).calibrate(table, method, **options)
