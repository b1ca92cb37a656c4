"""Where numba keeps compiled kernels when neither the package nor the home folder can be written.

Numba stores them beside the source or in the user's cache folder, and where it may write to
neither, as in a read-only container without a home, it refuses to define a kernel at all. Then
they go to a folder of this user's in the system's place for temporary files, and nobody has to
know.
"""

import os
import sys

SETTING = r"""^\{?["']?cache_dir["']?[ \t]*:[ \t]*[^\s#]"""


def find_a_place_for_kernels(package):
    """Set `NUMBA_CACHE_DIR`, unless the user has named a place, or numba's own ones will do.

    The user's place is the variable itself, `cache_dir` of the file of settings that numba reads
    in the current folder, or `numba.config.CACHE_DIR`, where numba is loaded already.

    Parameters
    ----------
    package : str
        The folder of the package, beside whose sources numba writes first.
    """
    places = (os.path.join(package, "__pycache__"), user_cache())
    if named_by_the_user() or any(map(writable, places)):
        return
    folder = private_folder()
    if folder is None:
        return
    os.environ["NUMBA_CACHE_DIR"] = folder  # for processes that start from this one, too
    if "numba" in sys.modules:  # it has read its settings already
        sys.modules["numba"].config.CACHE_DIR = folder


def named_by_the_user():
    """Whether numba has been told where to keep kernels, in any of the ways that it listens to."""
    config = getattr(sys.modules.get("numba"), "config", None)
    if os.environ.get("NUMBA_CACHE_DIR") or getattr(config, "CACHE_DIR", ""):
        return True
    # a variable, even an empty one, comes before the file
    return "NUMBA_CACHE_DIR" not in os.environ and in_numbas_file()


def in_numbas_file():
    """Whether the file that numba reads in the current folder, if it can read YAML, has a place."""
    if not os.path.isfile(".numba_config.yaml"):
        return False
    import importlib.util
    import re

    if importlib.util.find_spec("yaml") is None:
        return False
    try:
        with open(".numba_config.yaml", encoding="utf-8", errors="replace") as file:
            return bool(re.search(SETTING, file.read(), re.IGNORECASE | re.MULTILINE))
    except OSError:  # numba says itself what is wrong with its file
        return False


def user_cache():
    """The folder of this user's caches, as numba finds it, whether it exists or not."""
    if sys.platform == "linux" and os.environ.get("XDG_CACHE_HOME"):
        return os.environ["XDG_CACHE_HOME"]
    return os.path.expanduser("~/.cache")


def writable(folder):
    """Whether files can be put into a folder, which is made when it does not exist."""
    if not os.path.isabs(folder):  # no home at all: "~" stays "~"
        return False
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder)
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def private_folder():
    """A folder for temporary files that nobody else can write to; None where there is no place.

    Compiled kernels are code, so a folder that another user may have prepared is not taken.
    """
    import tempfile

    try:
        if not hasattr(os, "getuid"):  # Windows: the place is the user's own already
            return os.path.join(tempfile.gettempdir(), "rgcourse-kernels")
        folder = os.path.join(tempfile.gettempdir(), f"rgcourse-kernels-{os.getuid()}")
        os.makedirs(folder, mode=0o700, exist_ok=True)
        status = os.lstat(folder)
        if os.path.islink(folder) or status.st_uid != os.getuid() or status.st_mode & 0o077:
            return tempfile.mkdtemp(prefix="rgcourse-kernels-")
        return folder
    except OSError:
        return None
