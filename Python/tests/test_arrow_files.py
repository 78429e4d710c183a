"""What the tool reads and writes as Arrow, beside pyarrow and the interface."""

import subprocess

import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pytest

import dorsal


@pytest.fixture(scope="module")
def tool(root):
    path = root / ".build" / "release" / "dorsal"
    if not path.exists():
        pytest.skip("needs the tool, by `make build`")
    return path


def score(tool, root, cases, output, *options):
    subprocess.run(
        [tool, "score", cases, "--output", output, "--model", root / "Models" / "back-pain",
         "--quiet", *options], check=True, cwd=root)


def read(path):
    with open(path, "rb") as file:
        is_file = file.read(6) == b"ARROW1"
    with pa.OSFile(str(path)) as file:
        opened = pa.ipc.open_file(file) if is_file else pa.ipc.open_stream(file)
        table = opened.read_all()
    table.validate(full=True)
    return is_file, table


@pytest.mark.parametrize("packing", ["none", "lz4", "zstd"])
@pytest.mark.parametrize("name", ["r.arrow", "r.feather", "r.arrows"])
def test_pyarrow_reads_what_the_tool_writes(tool, root, tmp_path, name, packing):
    cases = root / "Data" / "simulated.csv"
    score(tool, root, cases, tmp_path / "r.csv", "--top", "3", "--interval", "0.9")
    score(tool, root, cases, tmp_path / name, "--top", "3", "--interval", "0.9",
          "--compression", packing)
    is_file, table = read(tmp_path / name)
    assert is_file == (name != "r.arrows")
    text = pa.csv.read_csv(tmp_path / "r.csv")
    assert table.column_names == text.column_names
    assert len(table) == 2000
    for column in table.column_names:
        own, other = table[column].to_pylist(), text[column].to_pylist()
        if column.startswith(("probability", "lower", "upper", "known_share")):
            assert max(abs(a - b) for a, b in zip(own, other)) < 1e-3
            if column != "known_share":
                assert max(abs(a - b) for a, b in zip(own, other)) <= 0.6e-6
        else:
            assert own == other, column


def test_the_tool_and_the_interface_answer_a_table_alike(tool, root, tmp_path, model):
    table = pyarrow.feather.read_table(root / "Data" / "examples.arrow")
    score(tool, root, root / "Data" / "examples.arrow", tmp_path / "r.arrow", "--all")
    _, answers = read(tmp_path / "r.arrow")
    own = model.score(table, all=True)
    for column in own.column_names:
        if column != "fault":
            assert own[column].to_pylist() == answers[column].to_pylist(), column


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_the_tool_reads_what_pyarrow_writes(tool, root, tmp_path, compression):
    cases = pa.csv.read_csv(root / "Data" / "simulated.csv", convert_options=pa.csv.ConvertOptions(
        strings_can_be_null=True, auto_dict_encode=True))
    pyarrow.feather.write_feather(
        cases, str(tmp_path / "cases.arrow"), compression=compression, chunksize=300)
    score(tool, root, tmp_path / "cases.arrow", tmp_path / "a.csv", "--all")
    score(tool, root, root / "Data" / "simulated.csv", tmp_path / "b.csv", "--all")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_every_row_of_a_table_is_a_row(tool, root, tmp_path):
    # The second row says nothing, and a word of the third lies beyond its dictionary.
    nights = pa.DictionaryArray.from_arrays(
        pa.array([0, None, 7, 0], pa.int8()), pa.array(["yes"]), safe=False)
    table = pa.table({
        "id": pa.array(["a", None, "c", "d"]), "age": pa.array([50, None, 61, 70]),
        "night_pain": nights})
    with pa.OSFile(str(tmp_path / "cases.arrow"), "wb") as file, pa.ipc.new_file(
            file, table.schema) as writer:
        writer.write_table(table)
    done = subprocess.run(
        [tool, "score", tmp_path / "cases.arrow", "--top", "1", "--rejects", tmp_path / "r.csv",
         "--model", root / "Models" / "back-pain", "--quiet"],
        capture_output=True, text=True, cwd=root)
    assert done.returncode == 3, done.stderr
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == ["id", "a", "d"]
    rejected = pa.csv.read_csv(
        tmp_path / "r.csv", convert_options=pa.csv.ConvertOptions(strings_can_be_null=True))
    assert rejected["line"].to_pylist() == [2, 3]
    assert rejected["id"].to_pylist() == [None, "c"]
    assert "nothing but delimiters" not in done.stderr
