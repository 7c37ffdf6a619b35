"""The software bill of materials (CycloneDX 1.6): what Laotie is made of, with versions and licences.

    python tools/sbom.py           write docs/reference/sbom.json
    python tools/sbom.py --check   1 when it is not in step with the lock and `vendor.toml`

Python packages come from `requirements/core.lock`, their licences from what is installed; what a
marker keeps away from this machine has none. Vendored files come with their hashes.
"""

import argparse
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "sbom.json"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
_LICENCE = "License :: OSI Approved :: "


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    text = written()
    if parser.parse_args().check:
        if TARGET.exists() and TARGET.read_text("utf-8") == text:
            return 0
        print("docs/reference/sbom.json is not in step: python tools/sbom.py")
        return 1
    TARGET.write_text(text, "utf-8")
    return 0


def written() -> str:
    """The document, the same text for the same lock; it is judged by the published schema."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    bom = Bom(components=[*_packages(), *_vendored()])
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name=project["name"],
        version=project["version"],
        licenses=[DisjunctiveLicense(id=project["license"])],
        bom_ref=project["name"],
    )
    bom.register_dependency(bom.metadata.component, bom.components)
    # Neither the moment nor chance is part of what is described.
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.serial_number = uuid5(NAMESPACE_URL, f"{project['name']}/{project['version']}")
    text = JsonV1Dot6(bom).output_as_string(indent=1)
    text = re.sub(r'\n\s*"timestamp": "[^"]*",?', "", text)
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert wrong is None, wrong
    return f"{text}\n"


def _packages() -> list[Component]:
    lock = (ROOT / "requirements" / "core.lock").read_text("utf-8")
    return [
        Component(
            type=ComponentType.LIBRARY,
            name=name,
            version=version,
            purl=PackageURL("pypi", name=name.lower(), version=version),
            licenses=[DisjunctiveLicense(name=licence)] if (licence := _licence(name)) else (),
            bom_ref=f"pypi:{name}",
        )
        for name, version in _PINNED.findall(lock)
    ]


def _licence(name: str) -> str:
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    said = facts.get("License-Expression") or ""
    named = [
        each.removeprefix(_LICENCE)
        for each in facts.get_all("Classifier", [])
        if each.startswith(_LICENCE)
    ]
    return said or " AND ".join(named) or (facts.get("License") or "").partition("\n")[0][:80]


def _vendored() -> list[Component]:
    manifest = tomllib.loads((ROOT / "src/laotie/look/vendor.toml").read_text("utf-8"))
    return [
        Component(
            type=ComponentType.FILE,
            name=each["name"],
            version=each["version"],
            purl=PackageURL("npm", name=each["name"], version=each["version"]),
            licenses=[DisjunctiveLicense(id=each["licence"])],
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each["sha256"])],
            bom_ref=f"npm:{each['file']}",
        )
        for each in (*manifest["file"], *manifest["sprite"])
    ]


if __name__ == "__main__":
    sys.exit(main())
