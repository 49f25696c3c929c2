// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ffi.Files;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A backing in a file, by {@code pread(2)} and {@code pwrite(2)} through memory of its own: the
 * memory of a client may be closed while the call runs, this one not. (A {@code FileChannel} would
 * be closed by an interrupt of the calling thread, and a mapped file answers a full disk with
 * SIGBUS.)
 */
final class FileBacking implements Backing {
  private static final long CHUNK = 1 << 20;

  private final Path path;
  private final long size;
  private final int fd;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment chunk = arena.allocate(CHUNK, 4096);
  private boolean closed;

  FileBacking(Path path, long size) throws IOException {
    this.path = path;
    this.size = size;
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      if (file.length() < size) {
        file.setLength(size);
      }
    }
    fd = ErrnoException.check("open " + path, Files.open(path.toString(), Files.O_RDWR, 0));
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long position, MemorySegment target, long offset, long length)
      throws IOException {
    for (long done = 0; done < length; ) {
      long most = Math.min(length - done, CHUNK);
      // Safety: the chunk is as long as that, and alive until close, which no call overlaps.
      long got = Files.pread(fd, chunk.address(), most, position + done);
      if (got <= 0) {
        // Shorter than it was made: somebody truncated it.
        throw new ErrnoException("pread " + path, got == 0 ? Errno.EIO : (int) -got);
      }
      MemorySegment.copy(chunk, 0, target, offset + done, got);
      done += got;
    }
  }

  @Override
  public void write(long position, MemorySegment source, long offset, long length)
      throws IOException {
    for (long done = 0; done < length; done += CHUNK) {
      long part = Math.min(length - done, CHUNK);
      MemorySegment.copy(source, offset + done, chunk, 0, part);
      writeChunk(position + done, part);
    }
  }

  @Override
  public void zero(long position, long length) throws IOException {
    chunk.fill((byte) 0);
    for (long done = 0; done < length; done += CHUNK) {
      writeChunk(position + done, Math.min(length - done, CHUNK));
    }
  }

  private void writeChunk(long position, long length) throws IOException {
    for (long done = 0; done < length; ) {
      // Safety: as in read.
      long put = Files.pwrite(fd, chunk.address() + done, length - done, position + done);
      if (put <= 0) {
        throw new ErrnoException("pwrite " + path, put == 0 ? Errno.EIO : (int) -put);
      }
      done += put;
    }
  }

  @Override
  public void flush() throws IOException {
    ErrnoException.check("fdatasync " + path, Files.sync(fd, true));
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      arena.close();
      ErrnoException.check("close " + path, Files.close(fd));
    }
  }
}
