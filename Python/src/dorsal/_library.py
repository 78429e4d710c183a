"""The engine's C interface (dorsal.h) by ctypes."""

from __future__ import annotations

import ctypes
import os
import pathlib
from typing import Any

from . import errors

ABI_VERSION = 1

_KINDS: dict[int, type[errors.DorsalError]] = {
    1: errors.ArgumentError,
    2: errors.ModelError,
    3: errors.DataError,
    4: errors.DorsalError,
    5: errors.RefusedError,
    6: errors.ForkedError,
}


class ArrowArrayStream(ctypes.Structure):
    """A stream of batches: four functions and what belongs to them."""

    _fields_ = [
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


def _path() -> str:
    named = os.environ.get("DORSAL_LIBRARY")
    return named or str(pathlib.Path(__file__).with_name("libdorsal.so"))


def _load() -> ctypes.CDLL:
    path = _path()
    try:
        library = ctypes.CDLL(path)
    except OSError as error:
        raise ImportError(
            f"the engine cannot be loaded from {path}: {error}; install the wheel, or set "
            "DORSAL_LIBRARY to a built libdorsal.so") from error
    text_out = ctypes.POINTER(ctypes.c_void_p)
    handle, stream = ctypes.c_void_p, ctypes.c_void_p
    text, number = ctypes.c_char_p, ctypes.c_int64
    names, contents = ctypes.POINTER(text), ctypes.POINTER(text)
    lengths = ctypes.POINTER(number)
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "dorsal_abi_version": (ctypes.c_int32, []),
        "dorsal_version": (text, []),
        "dorsal_text_free": (None, [ctypes.c_void_p]),
        "dorsal_model_open": (ctypes.c_int32, [text, text_out, text_out]),
        "dorsal_model_from_tables": (
            ctypes.c_int32, [number, names, contents, lengths, text_out, text_out]),
        "dorsal_model_free": (None, [handle]),
        "dorsal_model_describe": (ctypes.c_int32, [handle, text_out, text_out]),
        "dorsal_scorer_make": (ctypes.c_int32, [handle, text, text_out, text_out]),
        "dorsal_scorer_free": (None, [handle]),
        "dorsal_score": (ctypes.c_int32, [handle, stream, stream, text_out]),
        "dorsal_explain": (ctypes.c_int32, [handle, stream, number, text, text_out, text_out]),
        "dorsal_suggest": (ctypes.c_int32, [handle, stream, number, text_out, text_out]),
        "dorsal_evaluate_with": (
            ctypes.c_int32, [handle, stream, text, text, text_out, text_out]),
        "dorsal_calibrate": (
            ctypes.c_int32, [handle, stream, text, text_out, text_out, text_out]),
        "dorsal_fit": (
            ctypes.c_int32, [handle, stream, text, text_out, text_out, text_out, text_out]),
        "dorsal_fit_new": (
            ctypes.c_int32,
            [stream, text, text_out, text_out, text_out, text_out, text_out]),
        "dorsal_simulate": (ctypes.c_int32, [handle, text, stream, text_out]),
        "dorsal_scores": (ctypes.c_int32, [handle, stream, text, stream, text_out]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
    found = library.dorsal_abi_version()
    if found != ABI_VERSION:
        raise ImportError(
            f"{path} has version {found} of the interface; expected {ABI_VERSION}")
    return library


library = _load()


def take_text(pointer: int | None) -> str:
    """The text behind a pointer, which is given back to the engine."""
    if not pointer:
        return ""
    try:
        return ctypes.string_at(pointer).decode("utf-8")
    finally:
        library.dorsal_text_free(pointer)


def check(status: int, error: ctypes.c_void_p) -> None:
    """Raises what a status stands for."""
    message = take_text(error.value)
    if status:
        raise _KINDS.get(status, errors.DorsalError)(message)


_get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_get_pointer.restype = ctypes.c_void_p
_get_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def stream_pointer(capsule: object) -> int:
    """Where the stream in a capsule of the Arrow PyCapsule interface lies.

    The capsule has to live as long as the pointer is used.
    """
    pointer: int = _get_pointer(capsule, b"arrow_array_stream")
    return pointer
