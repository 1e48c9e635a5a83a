// Compiles all modules of a folder: node bytecode.mjs <folder> <where it will be> <Python version>.
import { loadPyodide } from "pyodide";

const [folder, place, wanted] = process.argv.slice(2);

// With a fixed seed the same modules make the same bytes: sets of names are written in one order.
const python = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
python.mountNodeFS("/layer", folder);
python.globals.set("place", place);
python.globals.set("wanted", wanted);

const problem = python.runPython(`
import compileall, py_compile, sys

def compile_layer():
    found = "%d.%d" % sys.version_info[:2]
    if found != wanted:
        return f"Pyodide is Python {found}, and the functions run on {wanted}"
    compiled = compileall.compile_dir(
        "/layer",
        quiet=1,
        stripdir="/layer",
        prependdir=place,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return "" if compiled else "some modules do not compile"

compile_layer()
`);

if (problem) {
  console.error(problem);
  process.exit(1);
}
