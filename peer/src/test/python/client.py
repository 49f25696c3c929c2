# SPDX-License-Identifier: Apache-2.0
"""A client written from RFC 1 alone, in a language that has nothing of ours.

client.py PATH CREDIT COUNT: NOPs and operations of the application's own (0xC2: answers `off`), in
batches; says "done TAIL", and then, when the server ends the session, "end: " and why.
client.py PATH CREDIT 0: attaches, closes.

Standard library only; ctypes for mmap(2), because Python's own mapping has no address where it is
read-only, and for futex(2).
"""

import array
import ctypes
import errno
import mmap
import os
import platform
import select
import socket
import struct
import sys

# Section 4: 64 bytes, of which the last 20 are 0.
MESSAGE = struct.Struct("<4sHHIIIIIIQI20x")
HELLO, WELCOME, GOODBYE = 1, 2, 5
NOP, TELL = 0, 0xC2
F_GET_SEALS, SEALS_OF_SIZE = 1034, 2 | 4
CQE_32, CQE_SKIP = 0x8000, 0x20
FUTEX_WAIT, FUTEX_WAKE = 0, 1
SYS_FUTEX = {"x86_64": 202, "aarch64": 98}[platform.machine()]
MASK = (1 << 64) - 1

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
nobody = ctypes.c_uint64(0)


class Timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanos", ctypes.c_long)]


def futex(address, operation, value, limit=None):
    libc.syscall(
        ctypes.c_long(SYS_FUTEX),
        ctypes.c_void_p(address),
        ctypes.c_int(operation),
        ctypes.c_uint32(value),
        ctypes.byref(limit) if limit else None,
        None,
        ctypes.c_uint32(0),
    )


def fence():
    """Python has none; the kernel has one in FUTEX_WAKE, between what came before and its look."""
    futex(ctypes.addressof(nobody), FUTEX_WAKE, 0)


def require(condition, what):
    if not condition:
        raise SystemExit("violation: " + what)


class Memory:
    """A file of section 2; words are one aligned access of 64 bits each."""

    def __init__(self, file, size, writable):
        seals = libc.fcntl(file, F_GET_SEALS, 0)
        require(seals >= 0 and seals & SEALS_OF_SIZE == SEALS_OF_SIZE, "size is not sealed")
        require(os.fstat(file).st_size == size, "a file of another size")
        protection = mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0)
        self.at = libc.mmap(None, size, protection, mmap.MAP_SHARED, file, 0)
        require(self.at != ctypes.c_void_p(-1).value, "mmap")
        os.close(file)

    def load(self, offset):
        value = ctypes.c_uint64.from_address(self.at + offset).value
        fence()  # acquire: what is read next is read after this
        return value

    def store(self, offset, value):
        fence()  # release: what was done before is seen before this
        ctypes.c_uint64.from_address(self.at + offset).value = value & MASK


def pages(size):
    return (size + 4095) & ~4095


def is_power(number, most):
    return 1 <= number <= most and number & (number - 1) == 0


class Client:
    SQ_TAIL, CQ_HEAD, CQ_EVENT = 0, 128, 256
    CQ_TAIL, SQ_HEAD, SQ_EVENT, SQ_RELAXED = 0, 128, 256, 264
    SLOTS = 4096

    def __init__(self, path, credit):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self.socket.send(MESSAGE.pack(b"ANLS", 1, HELLO, 0, 0, credit, 0, 0, 0, 0, 0))
        fields, files = self.receive(WELCOME)
        self.credit, self.sq_entries, self.cq_entries = fields[5:8]
        require(len(files) == 2, "not two files")
        require(is_power(self.sq_entries, 1 << 15), "entries of the submission queue")
        require(is_power(self.cq_entries, 1 << 17), "entries of the completion queue")
        require(1 <= self.credit <= self.sq_entries, "credit")
        require(2 * self.credit < self.cq_entries, "room for completions")
        self.own = Memory(files[0], pages(self.SLOTS + 64 * self.sq_entries), True)
        self.other = Memory(files[1], pages(self.SLOTS + 16 * self.cq_entries), False)
        self.tail = self.published = self.own.load(self.SQ_TAIL)
        self.head = self.tail_seen = self.own.load(self.CQ_HEAD)

    def receive(self, wanted):
        """One message of 64 bytes and its text, with the files that came with it."""
        data, control, flags, _ = self.socket.recvmsg(
            512, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC
        )
        files = array.array("i")
        for level, kind, rights in control:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                files.frombytes(rights)
        require(data, "hung up")
        require(len(data) >= 64 and not flags & socket.MSG_CTRUNC, "no message")
        fields = MESSAGE.unpack(data[:64])
        magic, version, kind, status, length = fields[:5]
        require(magic == b"ANLS" and version == 1, "another protocol")
        if kind == GOODBYE or status != 0:
            text = data[64 : 64 + length].decode(errors="replace")
            raise ConnectionError(errno.errorcode.get(status, str(status)) + ": " + text)
        require(kind == wanted, "a message of type %d" % kind)
        return fields, files

    def submit(self, opcode, off, user_data):
        """Fills the next slot. There is room: the credit is at most the entries of the queue."""
        slot = self.own.at + self.SLOTS + self.tail % self.sq_entries * 64
        entry = struct.pack("<BBHiQQIIQ24x", opcode, 0, 0, -1, off, 0, 0, 0, user_data)
        ctypes.memmove(slot, entry, 64)
        self.tail = (self.tail + 1) & MASK

    def publish(self):
        before, self.published = self.published, self.tail
        self.own.store(self.SQ_TAIL, self.tail)
        fence()
        event = self.other.load(self.SQ_EVENT)
        if (event - before) & MASK < (self.tail - before) & MASK:
            futex(self.own.at + self.SQ_TAIL, FUTEX_WAKE, 1)

    def ready(self):
        tail = self.other.load(self.CQ_TAIL)
        require((tail - self.tail_seen) & MASK <= self.cq_entries, "a tail that went back")
        require((tail - self.head) & MASK <= self.cq_entries, "a tail too far ahead")
        self.tail_seen = tail
        return (tail - self.head) & MASK

    def wait(self, count):
        """Sleeps until so many entries are there, or the server is gone: then what it left."""
        while self.ready() < count:
            self.own.store(self.CQ_EVENT, self.head + count - 1)
            fence()
            if self.ready() >= count:
                break
            limit = Timespec(0, 20_000_000)
            futex(self.other.at + self.CQ_TAIL, FUTEX_WAIT, self.tail_seen & 0xFFFFFFFF, limit)
            poll = select.poll()
            poll.register(self.socket, select.POLLRDHUP)
            if poll.poll(0):
                return self.ready()
        return self.ready()

    def slot(self):
        at = self.head % self.cq_entries
        self.head = (self.head + 1) & MASK
        return at, ctypes.string_at(self.other.at + self.SLOTS + 16 * at, 16)

    def reap(self):
        """All completions that are there: pairs of user data and result."""
        ready, done = self.ready(), []
        while ready > 0:
            at, entry = self.slot()
            ready -= 1
            user_data, result, flags = struct.unpack("<QiI", entry)
            if flags & CQE_SKIP:
                require(flags == CQE_SKIP and at == self.cq_entries - 1, "a filler elsewhere")
                continue
            if flags & CQE_32:
                require(at != self.cq_entries - 1 and ready > 0, "half of a completion")
                require(result == -errno.EOVERFLOW, "an extended completion's result")
                result, zero = struct.unpack("<QQ", self.slot()[1])
                require(zero == 0, "a second word")
                ready -= 1
            done.append((user_data, result))
        self.own.store(self.CQ_HEAD, self.head)
        return done

    def last_words(self):
        try:
            self.receive(GOODBYE)
        except ConnectionError as end:
            return str(end)
        return "nothing"


def traffic(client, count):
    """Every result is what was asked for, each operation completes once."""
    expected, sent, got = {}, 0, 0
    while got < count:
        while len(expected) < client.credit and sent < count:
            off = sent * 0x123456789 & (1 << 62) - 1
            opcode = TELL if sent % 2 else NOP
            client.submit(opcode, off, sent)
            expected[sent] = off if opcode == TELL else 0
            sent += 1
        client.publish()
        require(client.wait(1 + sent % len(expected)) > 0, "the server is gone")
        for user_data, result in client.reap():
            require(expected.pop(user_data) == result, "a wrong result")
            got += 1


def main():
    path, credit, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    try:
        client = Client(path, credit)
    except ConnectionError as refused:
        print("refused:", refused, flush=True)
        return
    print("attached", client.credit, flush=True)
    if count == 0:
        client.socket.close()
        return
    traffic(client, count)
    print("done", client.tail, flush=True)
    require(client.wait(1) == 0, "a completion of nothing")
    print("end:", client.last_words(), flush=True)


main()
