"""Makes emulator/bot_api.json from a machine-readable Bot API description; keeps names and types, no prose."""

import json
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parent.parent / "emulator" / "bot_api.json"


def _fields(entry: dict[str, Any]) -> dict[str, list[Any]]:
    """Field name -> [types, required]."""
    return {field["name"]: [field["types"], field["required"]] for field in entry.get("fields", [])}


def _shape(entry: dict[str, Any]) -> dict[str, Any]:
    if "subtypes" in entry:
        return {"subtypes": entry["subtypes"]}
    return {"fields": _fields(entry)}


def _table(description: dict[str, Any]) -> dict[str, Any]:
    methods = description["methods"].items()
    return {
        "version": description["version"],
        "methods": {name: {"fields": _fields(entry), "returns": entry["returns"]} for name, entry in methods},
        "types": {name: _shape(entry) for name, entry in description["types"].items()},
    }


def _lines(table: dict[str, Any]) -> str:
    """One line for each method and type, so that a new version shows as a short difference."""
    parts = [f'{{\n"version": {json.dumps(table["version"])}']
    for group in ("methods", "types"):
        rows = [f"{json.dumps(name)}: {json.dumps(shape)}" for name, shape in sorted(table[group].items())]
        parts.append(f'"{group}": {{\n' + ",\n".join(rows) + "\n}")
    return ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Write the table for the description whose path is the only argument."""
    if len(sys.argv) != 2:
        sys.exit("usage: make_bot_api_table.py DESCRIPTION.json")
    description = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    TABLE.write_text(_lines(_table(description)), encoding="utf-8")
    print(f"{TABLE.name}: {description['version']}")


if __name__ == "__main__":
    main()
