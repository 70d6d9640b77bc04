"""The architecture, as a test: imports go down only, and only the shells touch the world."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sdlang

PACKAGE = Path(sdlang.__file__).parent
FLOORS = [
    ("source", "diagnostics", "render", "registry", "grammar", "extras", "collector", "limits", "version"),
    ("syntax", "units"),
    ("model", "stdlib"),
    ("equations", "results"),
    ("engines", "formats"),
    ("compiler", "studies"),
    ("__init__", "api", "report"),
    ("cli", "__main__"),
]
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# The lowest floor that may import a package, and rooms to which it is confined (none: from that floor up).
OUTSIDE = {"lark": (1, ("syntax",)), "sympy": (3, ()), "numpy": (3, ()), "scipy": (3, ()), "pandas": (3, ())}
ABOVE_STANDARD_LIBRARY = {"click": ("cli",), "rich": ("cli",), "jinja2": ("report",), "markdown_it": ("report",)}
WRITES = {"write_text", "write_bytes", "touch", "unlink", "rename", "NamedTemporaryFile", "mkstemp"}
LONGEST_FILE = 600

FILES = sorted(PACKAGE.rglob("*.py"))
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, ...]]:
    """Every module that a file imports, wherever in it, as its parts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (tuple(name.name.split(".")) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: relative import"
            parts = tuple((node.module or "").split("."))
            yield from ((*parts, name.name) for name in node.names) if parts == ("sdlang",) else (parts,)


@every_file
def test_imports_go_down_only(path: Path) -> None:
    floor = FLOOR[room(path)]
    for parts in imports(path):
        if parts[0] == "sdlang":
            target = parts[1] if len(parts) > 1 and parts[1] in FLOOR else "__init__"
            assert FLOOR[target] <= floor, f"floor {floor} imports {'.'.join(parts)}"
        least, rooms = OUTSIDE.get(parts[0], (0, ABOVE_STANDARD_LIBRARY.get(parts[0], ())))
        assert floor >= least, f"floor {floor} imports {parts[0]}"
        assert not rooms or room(path) in rooms, f"{parts[0]} belongs in {rooms}"


@every_file
def test_only_the_shells_print_write_and_exit(path: Path) -> None:
    if FLOOR[room(path)] == 7:
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name(id="print" | "input" | "exit" | "eval" | "exec" | "breakpoint" as name)):
                pytest.fail(f"line {node.lineno}: {name}()")
            case ast.Call(
                func=ast.Name(id="open") | ast.Attribute(attr="open"), args=[*_, ast.Constant(value=str(mode))]
            ):
                assert not set(mode) & set("wax+"), f"line {node.lineno}: opens for writing"
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITES or name in ("sympify", "parse_expr"):
                pytest.fail(f"line {node.lineno}: .{name}()")
            case ast.Attribute(value=ast.Name(id="sys"), attr="exit" | "stdout" | "stderr" as name):
                pytest.fail(f"line {node.lineno}: sys.{name}")
            case ast.ExceptHandler(type=None) | ast.ExceptHandler(type=ast.Name(id="Exception" | "BaseException")):
                pytest.fail(f"line {node.lineno}: catches everything")


@every_file
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
