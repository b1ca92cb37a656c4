"""What a submission may not ask of the kernel: a filter of its system calls.

It closes what no count of memory would see (memory files, shared memory of System V, buffers of
io_uring, pages lent to pipes, large buffers of sockets), walls of its own (namespaces, mounts),
looking into other processes, every network, and leaving the core that it was put on. The kernel
applies it to the process and to all that come from it, under every bubblewrap and without one.
"""

import errno
import platform
import struct
from itertools import chain

__all__ = ["DENIED", "NEW_NAMESPACE", "program"]

# name: (number on x86-64, on 64-bit ARM, error); 0 says yes and does nothing
DENIED = {
    "ptrace": (101, 117, errno.EPERM),
    "process_vm_readv": (310, 270, errno.EPERM),
    "process_vm_writev": (311, 271, errno.EPERM),
    "pidfd_getfd": (438, 438, errno.EPERM),
    "unshare": (272, 97, errno.EPERM),
    "setns": (308, 268, errno.EPERM),
    "mount": (165, 40, errno.EPERM),
    "umount2": (166, 39, errno.EPERM),
    "pivot_root": (155, 41, errno.EPERM),
    "open_tree": (428, 428, errno.EPERM),
    "move_mount": (429, 429, errno.EPERM),
    "fsopen": (430, 430, errno.EPERM),
    "mount_setattr": (442, 442, errno.EPERM),
    "bpf": (321, 280, errno.EPERM),
    "perf_event_open": (298, 241, errno.EPERM),
    "userfaultfd": (323, 282, errno.EPERM),
    "add_key": (248, 217, errno.EPERM),
    "request_key": (249, 218, errno.EPERM),
    "keyctl": (250, 219, errno.EPERM),
    "clone3": (435, 435, errno.ENOSYS),  # libraries then use clone, whose flags can be read
    "memfd_create": (319, 279, errno.ENOSYS),
    "memfd_secret": (447, 447, errno.ENOSYS),
    "shmget": (29, 194, errno.ENOSYS),
    "msgget": (68, 186, errno.ENOSYS),
    "semget": (64, 190, errno.ENOSYS),
    "io_setup": (206, 0, errno.ENOSYS),
    "io_uring_setup": (425, 425, errno.ENOSYS),
    "vmsplice": (278, 75, errno.ENOSYS),
    "sched_setaffinity": (203, 122, 0),
}
CLONE, SOCKET, SETSOCKOPT = (56, 220), (41, 198), (54, 208)
NEW_NAMESPACE = 0x7E020000  # any CLONE_NEW... of a namespace
AF_UNIX, SOL_SOCKET = 1, 1
BUFFERS = (7, 8, 32, 33, 60)  # SO_SNDBUF, SO_RCVBUF, both by force, SO_ZEROCOPY
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
NUMBER, ARCHITECTURE, ARGUMENT = 0, 4, 16  # offsets of what is asked


def program() -> bytes:
    """The filter for this machine, as the kernel takes it; empty where its numbers are not known.

    Examples
    --------
    >>> len(program()) % 8
    0
    """
    if platform.system() != "Linux" or platform.machine() not in ARCHITECTURES:
        return b""
    column, architecture = ARCHITECTURES[platform.machine()]
    head = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        _error(errno.ENOSYS),  # a program for an older processor, with other numbers
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, 0x40000000),  # x86-64 has a second set of numbers there
        _error(errno.ENOSYS),
    ]
    plain = [[(EQUAL, 0, 1, numbers[column]), _error(numbers[2])] for numbers in DENIED.values()]
    flags = [_argument(0), (ANY_BIT, 0, 1, NEW_NAMESPACE), _error(errno.EPERM)]
    domain = [_argument(0), (EQUAL, 1, 0, AF_UNIX), _error(errno.ENETUNREACH)]
    size = [_argument(1), (EQUAL, 1, 0, SOL_SOCKET), _allow(), _argument(2)]
    size += chain.from_iterable([(EQUAL, 0, 1, name), _error(0)] for name in BUFFERS)
    looked_into = [
        _block(CLONE[column], flags),
        _block(SOCKET[column], domain),
        _block(SETSOCKOPT[column], size),
    ]
    steps = [*head, *chain.from_iterable([*plain, *looked_into]), _allow()]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _block(number, steps):
    """Steps for one call only; it is allowed when none of them has said no."""
    return [(EQUAL, 0, len(steps) + 1, number), *steps, _allow()]


def _argument(number):
    return (LOAD, 0, 0, ARGUMENT + 8 * number)


def _error(number):
    return (RETURN, 0, 0, ERROR | number)


def _allow():
    return (RETURN, 0, 0, ALLOW)
