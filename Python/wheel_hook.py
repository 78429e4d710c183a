"""Puts the engine and the model into the wheel, and says which machines it is for."""

import os
import pathlib
import sysconfig

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EngineHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version == "editable":
            return
        root = pathlib.Path(self.root)
        library = pathlib.Path(
            os.environ.get("DORSAL_LIBRARY", root / "build" / "libdorsal.so"))
        if not library.is_file():
            raise RuntimeError(f"{library}: no such file; `make wheel` builds it")
        model = root.parent / "Models" / "back-pain"
        build_data["force_include"][str(library)] = "dorsal/libdorsal.so"
        for table in sorted(model.iterdir()):
            build_data["force_include"][str(table)] = f"dorsal/models/back-pain/{table.name}"
        # ctypes knows no interface of Python's own: one wheel serves every version of it.
        build_data["pure_python"] = False
        platform = os.environ.get(
            "DORSAL_PLATFORM", sysconfig.get_platform().replace("-", "_").replace(".", "_"))
        build_data["tag"] = f"py3-none-{platform}"
