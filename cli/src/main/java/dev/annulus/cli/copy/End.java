// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.copy;

import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.scheme.Client;
import dev.annulus.scheme.FileStat;
import java.io.IOException;

/**
 * One end of a transfer: an open resource and what is known of it.
 *
 * @param url how it was opened
 * @param handle the client's handle of it
 * @param kind how it can be read and written
 * @param size bytes, 0 where that is not known
 * @param blockSize what I/O must be a multiple of: more than 1 for {@link Kind#BLOCKS} alone
 * @param stat its attributes, or null where its scheme does not tell
 */
public record End(String url, int handle, Kind kind, long size, int blockSize, FileStat stat) {
  private static final String NULL = "null:";
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;

  /** How a resource can be read and written. */
  public enum Kind {
    /** A file: at any offset, as many bytes as wanted. */
    FILE,
    /** A device: at any offset, whole blocks. */
    BLOCKS,
    /** Takes anything in any order, and gives nothing. */
    NOTHING,
    /** From its beginning to its end, one after the other. */
    STREAM,
    /** Cannot be read or written. */
    DIRECTORY
  }

  /**
   * Opens a resource and looks at what it is. Blocks.
   *
   * @param client with nothing in flight
   * @param url of the resource
   * @param flags {@code O_*} bits
   * @param mode permissions where it is created
   * @return the end, to be closed by {@link #close}
   * @throws IOException where it cannot be opened, or the host is gone
   */
  public static End open(Client client, String url, int flags, int mode) throws IOException {
    int handle = client.open(url, flags, mode);
    try {
      FileStat stat = client.stat(handle);
      long size = stat.isBlockDevice() ? client.size(handle) : stat.size(); // statx tells 0
      Kind kind = url.startsWith(NULL) ? Kind.NOTHING : kind(stat, size);
      int block = kind == Kind.BLOCKS ? Math.max(stat.blockSize(), 1) : 1;
      return new End(url, handle, kind, size, block, stat);
    } catch (ErrnoException e) {
      // EINVAL: the scheme has no attributes to tell.
      if (e.errno() == Errno.EINVAL) {
        Kind kind = url.startsWith(NULL) ? Kind.NOTHING : Kind.STREAM;
        return new End(url, handle, kind, 0, 1, null);
      }
      client.close(handle);
      throw new ErrnoException("stat " + url, e.errno());
    }
  }

  private static Kind kind(FileStat stat, long size) {
    if (stat.isDirectory()) {
      return Kind.DIRECTORY;
    }
    if ((stat.mode() & S_IFMT) == S_IFREG) {
      // Files of /proc have no size and yet something to read.
      return Kind.FILE;
    }
    return stat.isBlockDevice() && size > 0 ? Kind.BLOCKS : Kind.STREAM;
  }

  /**
   * Whether it has to be read from its beginning until it ends, because its size says nothing.
   *
   * @return true for streams, and for files without a size
   */
  public boolean endsUnknown() {
    return kind != Kind.BLOCKS && size == 0;
  }

  /**
   * Whether reads or writes must come in order.
   *
   * @return true for streams
   */
  public boolean inOrder() {
    return kind == Kind.STREAM;
  }

  /**
   * Rounds up to whole blocks.
   *
   * @param bytes at least 0
   * @return the next multiple of the block size
   */
  public long wholeBlocks(long bytes) {
    return (bytes + blockSize - 1) / blockSize * blockSize;
  }

  /**
   * Closes the resource. Blocks.
   *
   * @param client that opened it, with nothing in flight
   * @throws IOException where the host says that closing failed, or is gone
   */
  public void close(Client client) throws IOException {
    client.close(handle);
  }
}
