"""What students write in a notebook, and Jupyter runs, gets full marks here; and what it does not.

Each habit is one or more cells after `import numpy as np`; the last line of its table says which
name must have which value then.
"""

import sys

import nbformat
import pytest

from rgcourse.coursework import plain, sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits are those of Linux")

# habit: (cells, name, its value)
HABITS = {
    "time": ("%time a = 6 * 7", "a", 42),
    "time of a cell": ("%%time\nb = 6 * 7", "b", 42),
    "time of a definition": ("%%time\ndef c(x):\n    return 2 * x\n", "c(21)", 42),
    "timeit beside": ("d = 42\n%timeit -n 1 -r 1 sum(range(10))", "d", 42),
    "timeit that is kept": ("e = %timeit -o -q -n 1 -r 1 1 + 1\ne = int(e.loops * 42)", "e", 42),
    "capture": ("%%capture\nprint('loud')\nf = 42", "f", 42),
    "capture by name": ("%%capture told\nprint(42)", "g = int(told.stdout)", 42),
    "matplotlib inline": (
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nh = 42", "h", 42),
    "matplotlib widget": ("%matplotlib widget\ni1 = 42", "i1", 42),
    "pylab": ("%pylab inline\ni2 = int(round(arange(43)[-1] * cos(0)))", "i2", 42),
    "autoreload": ("%load_ext autoreload\n%autoreload 2\nj = 42", "j", 42),
    "autosave": ("%autosave 60\nk = 42", "k", 42),
    "shell line": ("!ls -l\nl = 42", "l", 42),
    "shell line that fails": ("!no_such_program\nm = 42", "m", 42),
    "shell with a variable": ("n0 = 42\nn = !echo {n0}", "n = int(n[0])", 42),
    "shell result": ("o = !echo 42\no = int(o[0])", "o", 42),
    "shell inside an if": ("if True:\n    !ls\n    p = 42\nelse:\n    p = 0", "p", 42),
    "bash": ("%%bash\necho 42 > q.txt", "q = int(open('q.txt').read())", 42),
    "script result": ("%%bash --out r\necho 42", "r = int(r)", 42),
    "writefile and import": ("%%writefile mine.py\ns = 42\n", "s = __import__('mine').s", 42),
    "writefile and run": ("%%writefile run_me.py\nt = 42\n", "%run run_me.py", "t", 42),
    "help": ("u = 42\nnp.sum?", "u", 42),
    "help first": ("?np.sum\nv = 42", "v", 42),
    "source": ("def w(x):\n    return 2 * x\nw??", "w(21)", 42),
    "help of a cell": ("np.mean?\nx = 42", "x", 42),
    "modulo on a line of its own": ("y = (85\n     % 43)", "y", 42),
    "modulo that begins a line": ("z = (85\n% 43\n)", "z", 42),
    "text with a magic line": (
        "text = '''\n%time is money\n!important\n'''\naa = len(text)", "aa", 27),
    "format that begins a line": ("ab = (\n    '%d'\n    % 42\n)", "int(ab)", 42),
    "TeX in a text": ("ac = r'''\n% a comment\n\\frac12 % another\n'''", "len(ac)", 31),
    "not, in brackets": ("ad = (1\n     != 2) * 42", "ad", 42),
    "display": ("display(np.arange(3))\nae = 42", "ae", 42),
    "display imported": ("from IPython.display import display, Markdown, Math, HTML\n"
                         "display(Markdown('# hi'), Math('x'), HTML('<b>'))\naf = 42", "af", 42),
    "clear output": ("from IPython.display import clear_output\nfor ag in range(43):\n"
                     "    clear_output(wait=True)\n    print(ag)", "ag", 42),
    "display with a handle": (
        "ah = display('x', display_id=True)\nah.update('y')\nah = 42", "ah", 42),
    "get_ipython": ("get_ipython().run_line_magic('time', 'ai = 42')", "ai", 42),
    "get_ipython as a question": ("aj = 42 if 'get_ipython' in globals() else 0", "aj", 42),
    "run a cell magic by hand": ("get_ipython().run_cell_magic('time', '', 'ak = 42')", "ak", 42),
    "await": ("import asyncio\nasync def later():\n    await asyncio.sleep(0.001)\n    return 42\n"
              "al = await later()", "al", 42),
    "gather": ("import asyncio\nasync def one(x): return x\n"
               "am = sum(await asyncio.gather(one(40), one(2)))", "am", 42),
    "async for": ("async def count():\n    for n in range(43):\n        yield n\n"
                  "async for an in count():\n    pass", "an", 42),
    "a task that goes on": ("import asyncio\nao = []\nasync def work(): ao.append(42)\n"
                            "task = asyncio.create_task(work())", "ap = ao[0]", 42),
    "the last result": ("6 * 7", "aq = _", 42),
    "a result by its number": ("6 * 7\n", "ar = Out[max(Out)]", 42),
    "two results ago": ("6 * 7", "1", "as_ = __", 42),
    "the text of a cell": ("at = 42  # " + "x" * 27, "len(In[-2])", 38),
    "a semicolon at the end": ("au = 42; au;", "au", 42),
    "main": ("if __name__ == '__main__':\n    av = 42", "av", 42),
    "pickle a class": ("import pickle\nclass Spin:\n    up = 42\n"
                       "aw = pickle.loads(pickle.dumps(Spin())).up", "aw", 42),
    "dataclass": ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 42\n"
                  "ax = P().x", "ax", 42),
    "a pool of processes": ("from multiprocessing import Pool\ndef half(x): return x / 2\n"
                            "with Pool(2) as pool:\n    ay = pool.map(half, [84])[0]", "ay", 42),
    "an executor": ("from concurrent.futures import ProcessPoolExecutor as Pool\n"
                    "def third(x): return x // 3\n"
                    "with Pool(2) as pool:\n    az = next(pool.map(third, [126]))", "az", 42),
    "threads": ("from threading import Thread\nba = []\nt = Thread(target=lambda: ba.append(42))\n"
                "t.start(); t.join()", "ba[0]", 42),
    "njit with a cache": ("from numba import njit\n@njit(cache=True)\ndef bb(x):\n    return 2 * x",
                          "bb(21)", 42),
    "source of a function": ("import inspect\ndef bc(x):\n    return x\n",
                             "len(inspect.getsource(bc))", 24),
    "windows lines": ("bd = 1\r\nif bd:\r\n    bd = 42\r\n", "bd", 42),
    "a tab at the end": ("be = 42\t\n   \n\n", "be", 42),
    "only a comment": ("# nothing", "", "   \n", "bf = 42", 42),
    "indented as a whole": ("    bg = 42\n    bh = 1", "bg", 42),
    "prompts pasted": (">>> bi = 40\n>>> bi += 2", "bi", 42),
    "prompts of IPython pasted": ("In [1]: bj = 42", "bj", 42),
    "a call without brackets": ("%alias_magic t time\n%t bk = 42", "bk", 42),
    "env": ("%env MY_SIZE=42\nimport os\nbl = int(os.environ['MY_SIZE'])", "bl", 42),
    "who and reset": ("bm = 1\n%who\n%reset -f\nbm = 42", "bm", 42),
    "cd and pwd": ("%mkdir -p there\n%cd there\n%pwd\n%cd ..\nbn = 42", "bn", 42),
    "pip": ("%pip install -q numpy\n!pip install numpy\nbo = 42", "bo", 42),
    "html cell": ("%%html\n<b>hello</b>", "bp = 42", 42),
    "latex and javascript": ("%%latex\n$x$", "%%javascript\nalert(1)", "bq = 42", 42),
    "prun": ("%prun -q br = 42", "br = 42", 42),
    "precision": ("%precision 3\nbs = 42", "bs", 42),
    "exit at the end": ("bt = 42\nexit", "bt", 42),
    "emoji and umlauts": ("größe = 42  # 🧲\nprint('🧲')", "größe", 42),
    "progress on one line": ("import sys\nfor bu in range(43):\n    sys.stdout.write(f'\\r{bu}')\n"
                             "    sys.stdout.flush()", "bu", 42),
    "warnings as they like them": ("import warnings\nwarnings.filterwarnings('ignore')\nbv = 42",
                                   "bv", 42),
    "widgets": ("from ipywidgets import interact, IntSlider\n@interact(x=IntSlider(42, 0, 99))\n"
                "def bw(x):\n    return x", "bw(42)", 42),
    "a figure by its handle": ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"
                               "ax.plot([1, 2]); fig", "bx = 42", 42),
    "save a figure": ("import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a.png')\n"
                      "import os\nby = 42 * os.path.exists('a.png')", "by", 42),
    "save and load": ("np.save('z.npy', np.arange(43))\nbz = int(np.load('z.npy')[-1])", "bz", 42),
    "a global in a function": ("def set_it():\n    global ca\n    ca = 42\nset_it()", "ca", 42),
    "am I in a notebook": (
        "def here():\n    try:\n        return type(get_ipython()).__name__\n"
        "    except NameError:\n        return ''\n"
        "cc = 42 if here() == 'ZMQInteractiveShell' else 0", "cc", 42),
    "am I in a kernel": ("cd = 42 if 'IPKernelApp' in get_ipython().config else 0", "cd", 42),
    "a Python of its own": ("ce = !python -c 'import numpy; print(42)'", "ce = int(ce[-1])", 42),
    "a cell of another Python": ("%%python --out cf\nprint(42)", "cf = int(cf)", 42),
    "a cell that is not run": ("%%script false --no-raise-error\ncg = 1", "cg = 42", 42),
    "run a notebook's helper": ("%%writefile helper.py\ndef help_me(): return 42", "import helper\n"
                                "from importlib import reload\nreload(helper)",
                                "ch = helper.help_me()", 42),
    "write to the folder": ("with open('out.csv', 'w') as f:\n    print(42, file=f)",
                            "ci = int(np.loadtxt('out.csv'))", 42),
    "log": ("import logging\nlogging.basicConfig(level='INFO')\nlogging.info('x')\ncj = 42", "cj",
            42),
    "errors that are shown": ("%xmode Minimal\nck = 42", "ck", 42),
    "history": ("%history -n 1-2\ncl = 42", "cl", 42),
    "a table": ("from IPython.display import display, Latex, Image\ndisplay(Latex('x'), 3)\n"
                "cm = 42", "cm", 42),
    "try a magic": ("try:\n    %no_magic_of_this_name\nexcept Exception:\n    pass\ncb = 42",
                    "cb", 42),
}  # fmt: skip


def parts(habit):
    """Cells of a habit, the name that is asked for, and its value."""
    *cells, last, value = HABITS[habit]
    if "=" in last:
        return [*cells, last], last.split("=")[0].strip(), value
    return [*cells, f"the_answer = {last}"], "the_answer", value


@pytest.mark.parametrize("habit", HABITS)
def test_what_runs_in_jupyter_gets_its_answer(habit, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 60.0)  # the machine may be busy
    cells, name, value = parts(habit)
    outcome = sandbox.run(["import numpy as np", *cells], [{"name": name}])
    assert plain.decode(outcome.answers.get(0)) == value, outcome
    assert outcome.cell_errors == {}, "a cell that runs in Jupyter has run"


# These end the kernel, hide other names, or need a package that is not installed.
NOT_TOGETHER = ("exit at the end", "who and reset", "pylab", "matplotlib widget")


@pytest.mark.slow
def test_jupyter_itself_runs_them(tmp_path):
    """All of them in one notebook."""
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    sources = ["import numpy as np"]
    for habit in [habit for habit in HABITS if habit not in NOT_TOGETHER]:
        cells, name, value = parts(habit)
        sources += [*cells, f"assert {name} == {value!r}, {habit!r}"]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook, place = nbformat.v4.new_notebook(cells=cells), {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=120, allow_errors=True, resources=place).execute()
    outputs = [output for cell in cells for output in cell.outputs]
    assert [out.evalue for out in outputs if out.output_type == "error"] == []


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("%%R\nx <- 3", "UsageError"),
        ("%no_such_magic", "UsageError"),
        ("%%time\n1 / 0", "ZeroDivisionError"),
        ("%run no_such_file.py", "not found"),
        ("%%bash\nexit 3", "CalledProcessError"),
        ("x = (", "SyntaxError"),
        ("if True:\nx = 1", "IndentationError"),
        ("await no_such_name", "NameError"),
        ("get_ipython().run_cell('1 / 0')", "ZeroDivisionError"),
        ("\ud83d = 1", "UnicodeEncodeError"),
        ("x = 1\0", ""),
    ],
)
def test_a_cell_that_fails_in_any_way_is_named(cell, reason, monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS_PER_STEP", 60.0)
    outcome = sandbox.run(["a = 1", cell, "b = 2"], [{"name": "a"}, {"name": "b"}])
    assert reason in outcome.cell_errors[1] and [*outcome.cell_errors] == [1]
    assert outcome.answers == {0: 1, 1: 2}
