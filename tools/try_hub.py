"""Run a JupyterHub on this machine, be a student of it, and leave nothing behind.

    python tools/try_hub.py                  install it (pip, npm, a network), then try it
    python tools/try_hub.py --env FOLDER     keep the installation there, or use what is there

A hub with the plainest spawner and a password for all is started, with the package from its wheel
in an environment that students cannot write to, and the committed course in a bare repository.
Then, by HTTP as a browser would: log in, follow a link for students (nbgitpuller), open a page,
run its first cells in its kernel and compare what they print with what the page shows, change the
page, publish a new version, follow the link again. Not tried: the installers of The Littlest
JupyterHub and of Zero to JupyterHub, which need systemd and Kubernetes.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from pathlib import Path

import nbformat
import psutil
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

ROOT = Path(__file__).resolve().parents[1]
PAGE = "book/zooming_out/block_spins.ipynb"
STUDENT, PASSWORD = "ada", "a password for all"
PATIENCE = 300  # seconds; what takes longer hangs
NEEDS = ("jupyterhub", "jupyterlab", "nbgitpuller")
READ_ONLY = """
import rgcourse
try:
    open(rgcourse.__file__, "a").close()
    print("writable")
except OSError as error:
    print("read-only")
"""


# --- the hub ------------------------------------------------------------------------------------


def run(*words, **options):
    """Run a command; its failure ends the trial."""
    return subprocess.run([*map(str, words)], check=True, **options)


def install(env):
    """An environment with a hub, its proxy and the package as its wheel."""
    uv = [sys.executable, "-m", "uv"]
    with tempfile.TemporaryDirectory() as folder:
        build = ["-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        run(sys.executable, *build, cwd=ROOT, stdout=subprocess.DEVNULL)
        (wheel,) = Path(folder).glob("*.whl")
        run(*uv, "venv", "--quiet", env)
        run(*uv, "pip", "install", "--quiet", "--python", env / "bin/python", *NEEDS, wheel)
    run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", env / "proxy",
        "configurable-http-proxy", stdout=subprocess.DEVNULL)  # fmt: skip


def versions(env):
    """What has been installed, in words."""
    frozen = run(sys.executable, "-m", "uv", "pip", "freeze", "--python", env / "bin/python",
                 capture_output=True, text=True).stdout  # fmt: skip
    proxy = json.loads(
        (env / "proxy/node_modules/configurable-http-proxy/package.json").read_text()
    )
    named = [line for line in frozen.splitlines() if line.split("==")[0] in (*NEEDS, "numba")]
    return ", ".join([*named, f"configurable-http-proxy=={proxy['version']}"])


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def behind_glass(env):
    """What stands before a command so that it cannot write to the installation."""
    if os.getuid() != 0:
        run("chmod", "-R", "a-w", env)
        return []
    if not shutil.which("bwrap"):
        raise SystemExit(
            "as root this needs bubblewrap: apt install bubblewrap, or be another user"
        )
    return ["bwrap", "--dev-bind", "/", "/", "--ro-bind", str(env), str(env)]


def configuration(folder, env, port):
    """The text of jupyterhub_config.py."""
    root = ["--allow-root"] if os.getuid() == 0 else []
    proxy = env / "proxy/node_modules/.bin/configurable-http-proxy"
    settings = {
        "JupyterHub.bind_url": f"http://127.0.0.1:{port}",
        "JupyterHub.hub_port": free_port(),
        "JupyterHub.authenticator_class": "dummy",
        "JupyterHub.spawner_class": "simple",
        "JupyterHub.db_url": f"sqlite:///{folder}/hub.sqlite",
        "JupyterHub.cookie_secret_file": f"{folder}/cookie_secret",
        "JupyterHub.cleanup_servers": True,
        "DummyAuthenticator.password": PASSWORD,
        "Authenticator.allow_all": True,
        "ConfigurableHTTPProxy.command": [str(proxy)],
        "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{free_port()}",
        "ConfigurableHTTPProxy.pid_file": f"{folder}/proxy.pid",
        "SimpleLocalProcessSpawner.home_dir_template": f"{folder}/home/{{username}}",
        "Spawner.cmd": [*behind_glass(env), str(env / "bin/jupyterhub-singleuser")],
        "Spawner.args": root,
        "Spawner.default_url": "/lab",
        "Spawner.start_timeout": PATIENCE,
        "Spawner.http_timeout": PATIENCE,
    }
    return "".join(f"c.{name} = {value!r}\n" for name, value in settings.items())


@contextlib.contextmanager
def hub(folder, env):
    """The address of a running hub, and at the end nothing of it is left running."""
    port = free_port()
    (folder / "jupyterhub_config.py").write_text(configuration(folder, env, port))
    variables = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    path = f"{env}/bin:{os.environ['PATH']}"
    with (folder / "hub.log").open("w") as log:
        process = subprocess.Popen(
            [env / "bin/jupyterhub", "-f", folder / "jupyterhub_config.py"],
            cwd=folder, env=variables | {"PATH": path}, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}"
    except BaseException:
        print((folder / "hub.log").read_text()[-4000:], file=sys.stderr)
        raise
    finally:
        end(process)
        if os.getuid() != 0:
            run("chmod", "-R", "u+w", env)


def end(process):
    """End a process, and the servers and kernels that it has started, in whatever session."""
    family = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    process.wait(60)
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()


# --- the student --------------------------------------------------------------------------------


class Student:
    """What a student's browser does: it keeps cookies, and sends back the one against forgery."""

    def __init__(self, address):
        self.address, self.jar = address, CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def cookie(self, path="/hub/"):
        fitting = [c for c in self.jar if c.name == "_xsrf" and path.startswith(c.path)]
        return max(fitting, key=lambda c: len(c.path)).value

    def ask(self, path, data=None, method=None, json_data=None):
        """(address where it ended, what came back)."""
        headers = {}
        if data is not None:
            data = urllib.parse.urlencode(data | {"_xsrf": self.cookie()}).encode()
        if json_data is not None:
            data = json.dumps(json_data).encode()
            headers = {"Content-Type": "application/json", "X-XSRFToken": self.cookie(path)}
        address = urllib.parse.urljoin(self.address, path)
        asked = urllib.request.Request(address, data, headers, method=method)
        with self.opener.open(asked, timeout=PATIENCE) as answer:
            return answer.url, answer.read().decode()

    def log_in(self):
        self.until("/hub/login", lambda url, text: "_xsrf" in text)
        url, _ = self.ask("/hub/login", {"username": STUDENT, "password": PASSWORD})
        assert "/hub/login" not in url, f"not let in, still at {url}"

    def until(self, path, fits):
        """Ask again until an answer fits."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                url, text = self.ask(path)
                if fits(url, text):
                    return url, text
            time.sleep(1)
        raise TimeoutError(f"{path} did not answer as it should in {PATIENCE} s")

    def follow(self, repository, branch):
        """The link for students: the server starts, the course is fetched, the page is opened."""
        name = Path(repository).stem
        query = {"repo": repository, "branch": branch, "urlpath": f"lab/tree/{name}/{PAGE}"}
        link = f"/hub/user-redirect/git-pull?{urllib.parse.urlencode(query)}"
        url, _ = self.until(link, lambda url, text: f"/user/{STUDENT}/git-pull" in url)
        assert urllib.parse.unquote(url).endswith(PAGE), url
        del query["urlpath"]  # its page asks for the rest, and then opens the page of the course
        _, told = self.ask(f"/user/{STUDENT}/git-pull/api?{urllib.parse.urlencode(query)}")
        events = [json.loads(line[6:]) for line in told.splitlines() if line.startswith("data: ")]
        assert events and events[-1]["phase"] == "finished", events[-1:]
        return name

    def contents(self, path, cells=None):
        """The page as the hub has it; with `cells`, saved with these first."""
        place = f"/user/{STUDENT}/api/contents/{path}"
        model = json.loads(self.ask(place)[1])
        if cells:
            model["content"]["cells"] += cells
            keep = {name: model[name] for name in ("type", "format", "content")}
            self.ask(place, method="PUT", json_data=keep)
        return model["content"]

    def prints(self, cells, path):
        """What cells print in the kernel of a page."""
        asked = {"name": "python3", "path": path}
        kernel = json.loads(self.ask(f"/user/{STUDENT}/api/kernels", json_data=asked)[1])["id"]
        place = f"/user/{STUDENT}/api/kernels/{kernel}/channels"
        cookies = "; ".join(f"{c.name}={c.value}" for c in self.jar if place.startswith(c.path))
        address = f"{self.address.replace('http', 'ws')}{place}"
        asked = HTTPRequest(address, headers={"Cookie": cookies}, request_timeout=PATIENCE)
        return asyncio.run(asyncio.wait_for(executed(asked, cells), PATIENCE))


async def executed(request, cells):
    """The text that cells print, one after the other; RuntimeError where one fails."""
    channel, printed = await websocket_connect(request), []
    for code in cells:
        ident = uuid.uuid4().hex
        header = {"msg_id": ident, "msg_type": "execute_request", "username": "", "version": "5.3",
                  "session": ident, "date": ""}  # fmt: skip
        content = {"code": code, "silent": False, "store_history": True,
                   "user_expressions": {}, "allow_stdin": False}  # fmt: skip
        await channel.write_message(json.dumps({
            "header": header, "parent_header": {}, "metadata": {}, "content": content,
            "channel": "shell", "buffers": [],
        }))  # fmt: skip
        text, done = "", False
        while not done:
            message = json.loads(await channel.read_message())
            if message["parent_header"].get("msg_id") != ident:
                continue
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']}")
            text += content["text"] if kind == "stream" and content["name"] == "stdout" else ""
            done = kind == "status" and content["execution_state"] == "idle"
        printed.append(text)
    channel.close()
    return printed


# --- the trial ----------------------------------------------------------------------------------


def first_cells(notebook):
    """Code of a page up to the first cell whose print is held by a test, and that print."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    held = [
        n for n, cell in enumerate(code) if "nbval-check-output" in cell.metadata.get("tags", [])
    ]
    return [cell.source for cell in code[: held[0] + 1]], code[held[0]].outputs[0].text


def published(bare, folder):
    """Publish a new version of the course: one more line in its README."""
    work = folder / "work"
    run("git", "clone", "--quiet", bare, work)
    with (work / "README.md").open("a") as file:
        file.write("\nA new version.\n")
    who = ["-c", "user.name=Teacher", "-c", "user.email=teacher@example.org"]
    run("git", *who, "commit", "--quiet", "--all", "--message", "A new version", cwd=work)
    run("git", "push", "--quiet", cwd=work)


def attempt(folder, env):
    """Every step, each said when it has been done."""
    bare = folder / "zooming_out"  # the copy takes the name, and would take ".git" along
    run("git", "clone", "--quiet", "--bare", ROOT, bare)
    branch = run("git", "symbolic-ref", "--short", "HEAD", cwd=bare, capture_output=True,
                 text=True).stdout.strip()  # fmt: skip
    start = time.monotonic()

    def done(what):
        print(f"{time.monotonic() - start:5.0f} s  {what}", flush=True)

    with hub(folder, env) as address:
        student = Student(address)
        student.log_in()
        done("logged in")
        name = student.follow(f"file://{bare}", branch)
        done("followed the link: the server is up, the course is there")
        path = f"{name}/{PAGE}"
        page = nbformat.from_dict(student.contents(path))
        done(f"opened {PAGE}: {len(page.cells)} cells")
        cells, stored = first_cells(page)
        *_, printed = student.prints(cells, path)
        assert printed == stored, (printed, stored)
        done(f"ran {len(cells)} cells of it: {printed.strip()}")
        (found,) = student.prints([READ_ONLY], path)
        assert found.strip() == "read-only", found
        done("the installation is read-only for the student")
        mine = nbformat.v4.new_markdown_cell("My own words.")
        student.contents(path, [mine])
        published(bare, folder)
        student.follow(f"file://{bare}", branch)
        kept = [cell["source"] for cell in student.contents(path)["cells"]]
        assert kept[-1] == "My own words.", kept[-1]
        home = folder / "home" / STUDENT / name
        assert "A new version." in (home / "README.md").read_text()
        done("followed it again: the new version came, the student's own words stayed")


def main():
    """Exit status 0 when a student can work."""
    parser = argparse.ArgumentParser(description="Run a JupyterHub here and be a student of it.")
    parser.add_argument("--env", type=Path, help="folder of the installation, to keep or to use")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rgcourse-hub-") as folder:
        env = (options.env or Path(folder) / "env").resolve()
        if not (env / "proxy").exists():
            install(env)
        print(f"Python {sys.version.split()[0]}, {versions(env)}", flush=True)
        attempt(Path(folder), env)
    return 0


if __name__ == "__main__":
    sys.exit(main())
