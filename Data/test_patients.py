"""Tests of patients.py: one fault each in a copy of the set, told with its file and line.

    python3 Data/test_patients.py
"""

import contextlib
import csv
import io
import pathlib
import shutil
import sys
import tempfile
import unittest
from unittest import mock

import patients

HERE = pathlib.Path(__file__).resolve().parent
FILES = ("patients.csv", "patients_imaging.csv", "patients_second.csv", "patients_readings.csv",
         "patients_sources.csv")


class Faults(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for name in FILES:
            shutil.copy(HERE / name, self.folder)
        self.tables = {name: self.read(name) for name in FILES}
        # A patient who stands in no other file but the sources.
        others = {row[0] for name in FILES[1:4] for row in self.tables[name]}
        self.lone = next(row[0] for row in self.tables["patients.csv"][1:] if row[0] not in others)

    def read(self, name):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        # A row is a line, so that the line of a row is its place.
        self.assertEqual(len(rows), len((self.folder / name).read_text("utf-8").splitlines()))
        return rows

    def write(self, name):
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(self.tables[name])

    def line(self, name, identifier):
        return 1 + next(k for k, row in enumerate(self.tables[name]) if row[0] == identifier)

    def change(self, name, identifier, column, value):
        """Sets a cell, and gives the line of its row."""
        line = self.line(name, identifier)
        self.tables[name][line - 1][self.tables[name][0].index(column)] = value
        self.write(name)
        return line

    def told(self, *arguments):
        """The exit status, and what standard error holds."""
        errors, out = io.StringIO(), io.StringIO()
        words = ["patients.py", "--check", "--data", str(self.folder), *arguments]
        with mock.patch.object(sys, "argv", words), contextlib.redirect_stderr(errors), \
                contextlib.redirect_stdout(out):
            try:
                patients.main()
                status = 0
            except SystemExit as end:
                status = end.code
        return status, errors.getvalue().splitlines()

    def expect(self, *lines):
        self.assertEqual(self.told(), (1, list(lines)))

    def test_the_shipped_set_has_none(self):
        self.assertEqual(self.told(), (0, []))

    def test_a_patient_without_a_source(self):
        line = self.line("patients.csv", self.lone)
        del self.tables["patients_sources.csv"][self.line("patients_sources.csv", self.lone) - 1]
        self.write("patients_sources.csv")
        self.expect(f"patients.csv:{line}: {self.lone} has no source")

    def test_a_source_without_a_patient(self):
        line = self.line("patients_sources.csv", self.lone)
        del self.tables["patients.csv"][self.line("patients.csv", self.lone) - 1]
        self.write("patients.csv")
        self.expect(f"patients_sources.csv:{line}: the source {self.lone} has no patient")

    def test_an_id_that_stands_in_both_halves(self):
        name = "patients_sources.csv"
        first = self.line(name, self.lone)
        row = list(self.tables[name][first - 1])
        half = "check" if row[1] == "fit" else "fit"
        self.tables[name].append([row[0], half, *row[2:]])
        self.write(name)
        last = len(self.tables[name])
        self.expect(
            f"{name}:{last}: half '{half}' of {self.lone}: its last digit says {row[1]}",
            f"{name}:{last}: {self.lone} stands in both halves (first in line {first})")

    def test_a_patient_who_stands_twice(self):
        name = "patients.csv"
        first = self.line(name, self.lone)
        self.tables[name].append(self.tables[name][first - 1])
        self.write(name)
        self.expect(
            f"{name}:{len(self.tables[name])}: {self.lone} stands twice (first in line {first})")

    def test_a_half_that_does_not_follow_from_the_id(self):
        half = "fit" if self.lone[-1] in patients.FIT_DIGITS else "check"
        other = "check" if half == "fit" else "fit"
        line = self.change("patients_sources.csv", self.lone, "half", other)
        self.expect(f"patients_sources.csv:{line}: half '{other}' of {self.lone}: "
                    f"its last digit says {half}")

    def test_words_of_the_old_vocabulary(self):
        line = self.change("patients.csv", self.lone, "fever", "yes")
        self.expect(f"patients.csv:{line}: old vocabulary: fever=yes is now present")

    def test_a_state_that_moved_to_another_finding(self):
        name = "patients_imaging.csv"
        imaged = self.tables[name][1][0]
        line = self.change(name, imaged, "chest_imaging", "pulmonary_embolus")
        self.expect(f"{name}:{line}: old vocabulary: chest_imaging=pulmonary_embolus is now "
                    "ct_angiography=pulmonary_embolus")

    def test_a_table_without_the_columns_that_were_gained(self):
        name = "patients_second.csv"
        column = self.tables[name][0].index("anticoagulant_use")
        for row in self.tables[name]:
            del row[column]
        self.write(name)
        self.expect(f"{name}:1: old vocabulary: no column anticoagulant_use")

    def test_a_cause_and_a_number_that_the_model_does_not_know(self):
        line = self.change("patients.csv", self.lone, "diagnosis", "muscle_strain|flu")
        self.expect(f"patients.csv:{line}: the model has no cause 'flu'")
        self.change("patients.csv", self.lone, "diagnosis", "muscle_strain")
        self.change("patients.csv", self.lone, "age", "121")
        self.expect(f"patients.csv:{line}: age=121 lies outside 0 to 120")

    def test_imaging_before_imaging(self):
        line = self.change("patients.csv", self.lone, "disc_space", "spared")
        self.expect(f"patients.csv:{line}: {self.lone}: disc_space is imaging, not known before it")

    def test_two_rows_of_a_patient_that_contradict_each_other(self):
        name = "patients_imaging.csv"
        imaged = self.tables[name][1][0]
        there = self.tables["patients.csv"][self.line("patients.csv", imaged) - 1]
        sex = there[self.tables["patients.csv"][0].index("sex")]
        self.assertNotEqual(sex, "")
        other = "male" if sex == "female" else "female"
        line = self.change(name, imaged, "sex", other)
        self.expect(f"{name}:{line}: {imaged} contradicts line "
                    f"{self.line('patients.csv', imaged)} of patients.csv: sex {other}, there {sex}")

    def test_a_row_of_another_length(self):
        name = "patients_second.csv"
        self.tables[name][3].append("more")
        self.write(name)
        width = len(self.tables[name][0])
        self.expect(f"{name}:4: {width + 1} fields, the header has {width}")

    def test_a_file_that_is_not_there_or_no_text(self):
        (self.folder / "patients_second.csv").unlink()
        self.expect("patients_second.csv:1: cannot be read: No such file or directory")
        (self.folder / "patients_second.csv").write_bytes(b"\xff\xfe")
        self.expect("patients_second.csv:1: is not UTF-8")

    def test_readings_that_are_no_distributions_of_rows_of_the_fit_half(self):
        name = "patients_readings.csv"
        first = self.tables[name][1][0]

        def faults(change, *expected):
            """What is told after a change of the rows, from the second line on."""
            before = [list(row) for row in self.tables[name]]
            change(self.tables[name])
            self.write(name)
            self.expect(*(f"{name}:{line}: {text}" for line, text in expected))
            self.tables[name] = before
            self.write(name)

        def cell(column, value):
            def change(rows):
                rows[1][column] = value
            return change

        checked = next(r[0] for r in self.tables["patients.csv"][1:] if r[0][-1] not in "02468ace")
        count = sum(1 for row in self.tables[name] if row[:3] == self.tables[name][1][:3])
        rest = 1 - float(self.tables[name][1][4])
        total = sum(float(row[4]) for row in self.tables[name][1:count + 1])
        self.assertGreater(rest, 0.03)

        def move(rows):
            for row in rows[1:count + 1]:
                row[0] = checked
        faults(move, *((line, f"{checked} is no such row of the fit half")
                       for line in range(2, count + 2)))
        faults(cell(1, "2"), (2, "imaging is 0 or 1, and reading 1 or 2"),
               (3, f"the reading of {first} adds up to {total - (1 - rest):.3g}"))
        faults(cell(3, "gout"), (2, "the model has no cause 'gout'"))
        faults(cell(4, "-0.1"), (2, "probability=-0.1 is no number above 0, at most 1"),
               (2, f"the reading of {first} adds up to {total - (1 - rest):.3g}"))
        faults(cell(4, "1"), (2, f"the reading of {first} adds up to {total + rest:.3g}"))
        faults(lambda rows: rows.insert(2, rows[1][:4] + ["0.001"]),
               (3, f"{self.tables[name][1][3]} stands twice in a reading of {first}"))

    def test_nothing_is_written_while_there_are_faults(self):
        self.change("patients.csv", self.lone, "fever", "yes")
        halves = self.folder / "halves"
        self.assertEqual(self.told("--write", str(halves))[0], 1)
        self.assertFalse(halves.exists())
        self.change("patients.csv", self.lone, "fever", "")
        # With the shipped rows again, the halves hold each row once.
        shutil.copy(HERE / "patients.csv", self.folder)
        self.assertEqual(self.told("--write", str(halves)), (0, []))
        ids = [row[0] for half in ("fit", "check")
               for row in csv.reader(io.StringIO((halves / f"{half}.csv").read_text("utf-8")))]
        self.assertEqual(sorted(ids), sorted([*(r[0] for r in self.read("patients.csv")), "id"]))


if __name__ == "__main__":
    unittest.main()
