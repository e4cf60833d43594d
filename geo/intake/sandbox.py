"""What the kernel holds the reader of a stranger's file to: no network, no program, its share of the machine.

Two walls against the network. A network namespace of its own has no interface but a dead loopback; some
containers forbid to make one. A filter of system calls (seccomp) needs no right at all and stands everywhere:
no socket can be made, no program started, no process forked, no other process touched. Without either wall
nothing is read.
"""

import ctypes
import os
import platform
import resource
import struct
from dataclasses import dataclass
from pathlib import Path

_MB = 2**20
_CLONE_THREAD, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00010000, 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9
_OPEN_FILES = 256

# Of linux/bpf_common.h and linux/seccomp.h.
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM; ENOSYS
_AT_CALL, _AT_ARCH, _AT_FIRST_ARGUMENT = 0, 4, 16
_X32_CALLS = 0x40000000


@dataclass(frozen=True)
class _Calls:
    """System calls: `clone` may only make threads, `clone3` hides its flags, others are refused."""

    arch: int
    clone: int
    clone3: int
    refused: tuple[int, ...]


# In both: socket, socketpair, bind, connect, execve, execveat, ptrace, process_vm_readv, process_vm_writev,
# kill, tkill, pidfd_send_signal, io_uring_setup, unshare, setns, mount, bpf, perf_event_open, keyctl;
# on x86 fork and vfork, which ARM has not.
_CALLS = {
    "x86_64": _Calls(
        0xC000003E, 56, 435,
        (41, 53, 49, 42, 59, 322, 101, 310, 311, 62, 200, 424, 425, 272, 308, 165, 321, 298, 250, 57, 58),
    ),
    "aarch64": _Calls(
        0xC00000B7, 220, 435,
        (198, 199, 200, 203, 221, 281, 117, 270, 271, 129, 130, 424, 425, 97, 268, 40, 280, 241, 219),
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def leave_network() -> bool:
    """Move this process and its children into an empty network namespace; say whether the kernel let it.

    Must be called while the process has one thread.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    # Root keeps its rights over files this way; others need a user namespace to be allowed the other.
    return any(libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def refuse_calls() -> bool:
    """Refuse sockets, programs, processes and what reaches into other processes; say whether that holds.

    Holds for this process and whatever it becomes; it cannot be taken back.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    program = _filter(calls)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    whole = _Program(len(program) // 8, program)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(whole), 0, 0) == 0)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def limit(seconds: int, memory_mb: int) -> None:
    """Hold this process to `memory_mb` more than it has now, to files no larger, and to processor time.

    seconds : of the clock; each processor may be busy so long, which is only met if nobody looks at the clock
    """
    held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    processor_s = seconds * (os.cpu_count() or 1) + 1
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, processor_s),
        (resource.RLIMIT_DATA, held + memory_mb * _MB),
        (resource.RLIMIT_FSIZE, memory_mb * _MB),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        resource.setrlimit(what, (most, most))


def _filter(calls: _Calls) -> bytes:
    """The program that the kernel runs at each system call: instructions of 8 bytes, two for each refusal."""
    steps = [
        (_LOAD, 0, 0, _AT_ARCH),
        (_IF_EQUAL, 1, 0, calls.arch),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _AT_CALL),
        (_IF_AT_LEAST, 0, 1, _X32_CALLS),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for call in calls.refused:
        steps += [(_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE)]
    # Told that it does not exist, the C library makes its threads with clone, whose flags can be read.
    steps += [(_IF_EQUAL, 0, 1, calls.clone3), (_RETURN, 0, 0, _UNKNOWN)]
    steps += [
        (_IF_EQUAL, 0, 3, calls.clone),
        (_LOAD, 0, 0, _AT_FIRST_ARGUMENT),
        (_IF_BITS, 1, 0, _CLONE_THREAD),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
