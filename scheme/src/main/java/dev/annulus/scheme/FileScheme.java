// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.OpenHow;
import dev.annulus.ffi.Statx;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import dev.annulus.uring.Ring;
import dev.annulus.uring.op.AsyncCancel;
import dev.annulus.uring.op.Close;
import dev.annulus.uring.op.Openat2;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * {@code file:} forwards to the kernel: the files below a root that cannot be left. Each operation
 * is one entry of the reactor's kernel ring, copied from the client's with handle, buffer address
 * and user data replaced.
 */
public final class FileScheme implements Scheme {
  private static final int NAME_MAX = 4096;
  private static final int SLOT = NAME_MAX + 64;
  private static final int HOW = NAME_MAX;

  /** Opens that can be handed to the kernel at once; their paths are its own after that. */
  private static final int SLOTS = 32;

  /** What a client may ask for; anything else is refused, as openat2 does. */
  private static final int CLIENT_FLAGS =
      Files.O_ACCMODE
          | Files.O_CREAT
          | Files.O_EXCL
          | Files.O_TRUNC
          | Files.O_APPEND
          | Files.O_DIRECT
          | Files.O_DIRECTORY
          | Files.O_NOFOLLOW
          | Files.O_CLOEXEC;

  private static final int O_NOCTTY = 0x100;
  private static final int WRITING = Files.O_CREAT | Files.O_TRUNC | Files.O_APPEND;

  private final Services services;
  private final Ring ring;
  private final int root;
  private final boolean writable;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment slots = arena.allocate((long) SLOTS * SLOT, 8);
  private final MemorySegment emptyPath = arena.allocate(1);
  private final FileSizes sizes = new FileSizes(arena);
  private int usedSlots;

  private FileScheme(Services services, int root, boolean writable) {
    this.services = services;
    this.root = root;
    this.writable = writable;
    ring = services.ring();
  }

  /**
   * Serves the files below a directory.
   *
   * @param root the directory; neither {@code ..} nor a link leads out of it
   * @param writable whether files may be written and made
   * @return the scheme's factory
   */
  public static SchemeFactory below(Path root, boolean writable) {
    return new SchemeFactory() {
      @Override
      public String name() {
        return "file";
      }

      @Override
      public Scheme create(Services services) throws ErrnoException {
        int fd = Files.open(root.toString(), Files.O_PATH | Files.O_DIRECTORY, 0);
        if (fd < 0) {
          throw new ErrnoException(
              "open the root " + root + " of file:", -fd, "name a directory that exists");
        }
        return new FileScheme(services, fd, writable);
      }
    };
  }

  @Override
  public long open(Request request, MemorySegment path) {
    int flags = request.opFlags();
    if ((flags & ~CLIENT_FLAGS) != 0 || path.byteSize() >= NAME_MAX) {
      return path.byteSize() >= NAME_MAX ? -Errno.ENAMETOOLONG : -Errno.EINVAL;
    }
    boolean writes = (flags & WRITING) != 0 || (flags & Files.O_ACCMODE) != Files.O_RDONLY;
    if (writes && !writable) {
      return -Errno.EROFS;
    }
    long at = services.claim();
    if (at < 0) {
      return BUSY;
    }
    if (usedSlots == SLOTS) {
      ring.unclaim();
      return BUSY;
    }
    long slot = (long) usedSlots++ * SLOT;
    writePath(path, slot);
    long mode = (flags & Files.O_CREAT) != 0 ? request.offset() & 07777 : 0;
    long kernelFlags = flags | Files.O_CLOEXEC | O_NOCTTY | Files.O_NONBLOCK;
    OpenHow.write(
        slots,
        slot + HOW,
        kernelFlags,
        mode,
        OpenHow.RESOLVE_BENEATH | OpenHow.RESOLVE_NO_MAGICLINKS);
    long where = slots.address() + slot;
    Openat2.prep(ring.entries(), at, root, where, where + HOW, 0, request.token());
    return PENDING;
  }

  /** The path relative to the root: leading slashes mean the root itself. */
  private void writePath(MemorySegment path, long slot) {
    long start = 0;
    while (start < path.byteSize() && path.get(JAVA_BYTE, start) == '/') {
      start++;
    }
    long length = path.byteSize() - start;
    if (length == 0) {
      slots.set(JAVA_BYTE, slot, (byte) '.');
      length = 1;
    } else {
      MemorySegment.copy(path, start, slots, slot, length);
    }
    slots.set(JAVA_BYTE, slot + length, (byte) 0);
  }

  @Override
  public long perform(Request request) {
    return switch (request.opcode()) {
      case Opcode.READ, Opcode.WRITE -> transfer(request);
      case Opcode.FSYNC -> forward(request, 0);
      case Opcode.CLOSE -> close(request);
      case Opcode.STATX -> statx(request);
      case Opcode.SIZE -> size(request);
      default -> -Errno.EINVAL;
    };
  }

  private long transfer(Request request) {
    int length = request.length();
    if (length < 0 || request.offset() < -1) {
      return -Errno.EINVAL;
    }
    long address = request.buffer(request.addr(), length);
    if (address == 0) {
      return -Errno.EFAULT;
    }
    return forward(request, address);
  }

  /**
   * The hop: what was checked goes on, with handle, buffer address and user data replaced. All
   * other fields are zero: the kernel gives some of them a meaning, such as a priority or one more
   * address.
   */
  private long forward(Request request, long address) {
    long at = services.claim();
    if (at < 0) {
      return BUSY;
    }
    SqEntry.fill(
        ring.entries(),
        at,
        request.opcode(),
        (int) request.resource(),
        request.offset(),
        address,
        request.length(),
        request.token());
    SqEntry.opFlags(ring.entries(), at, request.opFlags());
    return PENDING;
  }

  private long close(Request request) {
    long at = services.claim();
    if (at < 0) {
      return BUSY;
    }
    sizes.closed((int) request.resource());
    Close.prep(ring.entries(), at, (int) request.resource(), 0, request.token());
    return PENDING;
  }

  /** Only of the handle itself: a path could name something else. */
  private long statx(Request request) {
    long buffer = request.buffer(request.offset(), Statx.SIZE);
    if (buffer == 0) {
      return -Errno.EFAULT;
    }
    long at = services.claim();
    return at < 0 ? BUSY : statx(request, at, request.length(), buffer);
  }

  private long statx(Request request, long at, int mask, long buffer) {
    dev.annulus.uring.op.Statx.prep(
        ring.entries(),
        at,
        (int) request.resource(),
        emptyPath.address(),
        Statx.AT_EMPTY_PATH,
        mask,
        buffer,
        request.token());
    return PENDING;
  }

  /** The kernel writes into a slot here; {@link #finish} takes the size out of it. */
  private long size(Request request) {
    long at = services.claim();
    if (at < 0) {
      return BUSY;
    }
    int slot = sizes.take((int) request.resource());
    if (slot < 0) {
      ring.unclaim();
      return BUSY;
    }
    request.note(slot);
    return statx(request, at, Statx.STATX_BASIC_STATS, sizes.address(slot));
  }

  @Override
  public long finish(int note, long result) {
    return sizes.give(note, result);
  }

  @Override
  public void cancel(long token) {
    long at = services.claim();
    if (at >= 0) {
      AsyncCancel.prep(ring.entries(), at, token, -1, 0, 0, Services.IGNORED);
    }
  }

  @Override
  public void release(long resource) {
    sizes.closed((int) resource);
    long at = services.claim();
    if (at < 0) {
      Files.close((int) resource);
    } else {
      Close.prep(ring.entries(), at, (int) resource, 0, Services.IGNORED);
    }
  }

  /** The kernel has copied all paths. */
  @Override
  public void submitted() {
    usedSlots = 0;
  }

  @Override
  public void close() {
    Files.close(root);
    arena.close();
  }
}
