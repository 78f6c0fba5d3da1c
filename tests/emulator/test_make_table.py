"""The script that makes the table out of a description: names, types and what is required, and no prose."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from emulator import table

SCRIPT = Path(table.__file__).parent.parent / "scripts" / "make_bot_api_table.py"


def field(name: str, kind: str, *, required: bool) -> dict[str, object]:
    return {"name": name, "types": [kind], "required": required, "description": "Prose."}


def test_the_table_holds_names_and_types_and_no_prose(tmp_path: Path) -> None:
    description = {
        "version": "Bot API 1.0",
        "methods": {
            "getFile": {
                "description": ["Prose."],
                "fields": [field("id", "String", required=True)],
                "returns": ["File"],
            }
        },
        "types": {
            "File": {"description": ["Prose."], "fields": [field("size", "Integer", required=False)]},
            "Thing": {"description": ["Prose."], "subtypes": ["File"]},
        },
    }
    source = tmp_path / "description.json"
    source.write_text(json.dumps(description), encoding="utf-8")
    for folder in ("scripts", "emulator"):
        (tmp_path / folder).mkdir()
    script = shutil.copy(SCRIPT, tmp_path / "scripts")
    subprocess.run([sys.executable, script, str(source)], check=True, capture_output=True)
    assert json.loads((tmp_path / "emulator" / "bot_api.json").read_text(encoding="utf-8")) == {
        "version": "Bot API 1.0",
        "methods": {"getFile": {"fields": {"id": [["String"], True]}, "returns": ["File"]}},
        "types": {"File": {"fields": {"size": [["Integer"], False]}}, "Thing": {"subtypes": ["File"]}},
    }
