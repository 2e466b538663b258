"""Writes the published JSON Schema of the alert from its model: `python -m tests.contract.write_schema`."""

import json
from pathlib import Path

from wirewatch.alert import Alert

if __name__ == "__main__":
    target = Path(__file__).parents[2] / "deploy" / "schemas" / "alert.v1.json"
    schema = {**Alert.model_json_schema(mode="serialization")}
    target.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
