"""Holds Calypso against DuckDB and ClickHouse on the same log rows: ingestion, size, and the design's queries.

    bench/compare.py [--server-binary target/release/calypso] [--rows 2000000] [--folder DIR] [--engines calypso,duckdb]

Every query runs once to warm up and five times measured; the figure is the median. Calypso answers over http, the
others within the measuring process. Each engine runs alone. Prints a Markdown table and keeps it in `bench/results/`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH.parent / "tests")]

import engines  # noqa: E402
from environment import cache_folder, interpreter  # noqa: E402
from log_rows import DataSet, data_set  # noqa: E402
from queries import queries  # noqa: E402

ENGINES = ("calypso", "duckdb", "clickhouse")
Found = dict[str, Any]


def measure_apart(engine: str, arguments: argparse.Namespace) -> Found:
    """Measures one engine in a process of its own."""
    python = sys.executable if engine == "calypso" else interpreter()
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        command = [python, __file__, "--measure", engine, "--answer", answer.name, "--rows", str(arguments.rows)]
        command += ["--server-binary", str(arguments.server_binary), "--folder", str(arguments.folder)]
        subprocess.run(command, check=True)
        return json.loads(Path(answer.name).read_text())


def measure_here(engine: str, arguments: argparse.Namespace, data: DataSet) -> Found:
    """Measures one engine in this process."""
    folder = Path(tempfile.mkdtemp(prefix=f"{engine}-", dir=arguments.folder))
    if engine == "calypso":
        return engines.measure(lambda: engines.Calypso(folder, arguments.server_binary.resolve()), data)
    kinds: dict[str, type[engines.Engine]] = {"duckdb": engines.DuckDb, "clickhouse": engines.ClickHouse}
    return engines.measure(lambda: kinds[engine](folder), data)


def report(found: list[Found], data: DataSet) -> str:
    """Returns the Markdown of all figures."""
    names = [one["engine"] for one in found]
    rivals = [name for name in names if name != "calypso"] if "calypso" in names else []
    titles = ["", *names, *(f"ours/{rival}" for rival in rivals)]
    lines = [_row(titles), _row(["---"] + ["--:"] * (len(titles) - 1))]
    by_name = {one["engine"]: one for one in found}
    for label, table in (("csv ingestion, MB/s", "logs"), ("json ingestion, MB/s", "logs_json")):
        speeds = {name: by_name[name]["ingestion"][table] for name in names}
        ratios = [f"{speeds['calypso'] / speeds[rival]:.2f}" for rival in rivals]
        lines.append(_row([label, *(f"{speeds[name]:.0f}" for name in names), *ratios]))
    sizes = {name: by_name[name]["bytes"] / data.rows / 2 for name in names}
    ratios = [f"{sizes['calypso'] / sizes[rival]:.2f}" for rival in rivals]
    lines.append(_row(["bytes per row", *(f"{sizes[name]:.0f}" for name in names), *ratios]))
    for query in queries(data.known_trace):
        lines.append(_query_row(query.name, [by_name[name]["queries"][query.name] for name in names], names, rivals))
    return "\n".join(lines)


def _query_row(label: str, answers: list[Found], names: list[str], rivals: list[str]) -> str:
    seconds = {name: answer.get("seconds") for name, answer in zip(names, answers)}
    cells = ["error" if value is None else f"{value * 1e3:.1f} ms" for value in seconds.values()]
    ours = seconds.get("calypso")
    ratios = [f"{ours / seconds[rival]:.2f}" if ours and seconds[rival] else "-" for rival in rivals]
    return _row([label, *cells, *ratios])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def disagreements(found: list[Found], data: DataSet) -> list[str]:
    """Returns what the engines answered differently, and what failed: figures of wrong answers are worth nothing."""
    told = []
    for query in queries(data.known_trace):
        answers = {one["engine"]: one["queries"][query.name] for one in found}
        told += [f"{query.name}: {name}: {answer['error']}" for name, answer in answers.items() if "error" in answer]
        right = {name: (a["rows"], a["value"]) for name, a in answers.items() if "error" not in a}
        if query.exact and len({str(answer) for answer in right.values()}) > 1:
            told.append(f"{query.name}: rows and value differ: {right}")
    return told


def main() -> int:
    """Measures what is asked and prints it; fails when engines disagree about an answer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    target = Path(os.environ.get("CARGO_TARGET_DIR", BENCH.parent / "target"))
    parser.add_argument("--server-binary", type=Path, default=target / "release" / "calypso")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, default=cache_folder(), help="for data and the engines' files")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--measure", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    data = data_set(arguments.folder, arguments.rows)
    if arguments.measure:
        arguments.answer.write_text(json.dumps(measure_here(arguments.measure, arguments, data), default=str))
        return 0
    found = [measure_apart(engine, arguments) for engine in arguments.engines.split(",")]
    text = report(found, data)
    wrong = disagreements(found, data)
    cores = os.cpu_count()
    title = f"{data.rows} rows, {data.csv.stat().st_size / data.rows:.0f} B of csv each, {cores} cores, median of {engines.RUNS}"
    print(f"\n{title}\n\n{text}")
    for one in wrong:
        print(f"disagreement: {one}")
    results = BENCH / "results"
    results.mkdir(exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    (results / f"compare-{stamp}.md").write_text("\n".join([title, "", text, "", *wrong, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
