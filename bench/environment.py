"""What benchmarks keep between runs: data sets, and a Python environment with the programs to compare with."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def cache_folder() -> Path:
    """Returns where data sets and the Python environment are kept between runs."""
    return Path(os.environ.get("CALYPSO_CACHE", Path.home() / ".cache" / "calypso")) / "bench"


def interpreter() -> str:
    """Returns a Python with what `requirements.txt` names, installed at the first call."""
    folder = cache_folder() / f"venv-{zlib.crc32(REQUIREMENTS.read_bytes()):08x}"
    if not (folder / "complete").is_file():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", "-r", REQUIREMENTS], check=True)
        (folder / "complete").touch()
    return str(folder / "bin" / "python")
