// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Where a namespace of the {@link ModelController} keeps its blocks. The model calls it from one
 * thread at a time, with ranges that it has checked: inside the backing, and inside the memory.
 *
 * <p>What a method throws becomes the status of the command: Unrecovered Read Error, Write Fault,
 * or Capacity Exceeded where the error number is ENOSPC.
 */
public interface Backing extends AutoCloseable {
  /**
   * Blocks in memory of this process, all 0 at first, lost on close.
   *
   * @param bytes size; taken from the system at once
   * @return the backing
   */
  static Backing memory(long bytes) {
    return new MemoryBacking(bytes);
  }

  /**
   * Blocks in a file. A flush makes them durable ({@code fdatasync(2)}).
   *
   * @param path the file; made where it is missing, made longer where it is too short
   * @param bytes size of the backing
   * @return the backing
   * @throws IOException where the file cannot be opened for reading and writing, or made that long
   */
  static Backing file(Path path, long bytes) throws IOException {
    return new FileBacking(path, bytes);
  }

  /**
   * Blocks behind a volatile write cache: what was written and not flushed may be lost, block by
   * block, when the process dies or {@link VolatileBacking#powerLoss} is called.
   *
   * @param below what is durable; closed with this
   * @param blockSize bytes of a block, which is lost or kept as a whole: the namespace's
   * @param seed of the choice which blocks reach the backing below, and when
   * @return the backing
   */
  static VolatileBacking volatileCache(Backing below, int blockSize, long seed) {
    return new VolatileBacking(below, blockSize, seed);
  }

  /**
   * No blocks: reads leave memory as it is, writes are dropped. For measuring everything else.
   *
   * @param bytes size that it pretends to have
   * @return the backing
   */
  static Backing nothing(long bytes) {
    return new NullBacking(bytes);
  }

  /**
   * The size.
   *
   * @return bytes, always the same
   */
  long size();

  /**
   * Whether writes are refused.
   *
   * @return true where the namespace is write protected
   */
  default boolean readOnly() {
    return false;
  }

  /**
   * Reads all of a range.
   *
   * @param position first byte
   * @param target memory
   * @param offset where in it
   * @param length bytes
   * @throws IOException where it cannot be read
   */
  void read(long position, MemorySegment target, long offset, long length) throws IOException;

  /**
   * Writes all of a range.
   *
   * @param position first byte
   * @param source memory
   * @param offset where in it
   * @param length bytes
   * @throws IOException where it cannot be written
   */
  void write(long position, MemorySegment source, long offset, long length) throws IOException;

  /**
   * Sets a range to 0.
   *
   * @param position first byte
   * @param length bytes
   * @throws IOException where it cannot be written
   */
  void zero(long position, long length) throws IOException;

  /**
   * Makes what was written durable.
   *
   * @throws IOException where it is not
   */
  void flush() throws IOException;

  /**
   * Makes what was written to a range durable, for Force Unit Access. May do more.
   *
   * @param position first byte
   * @param length bytes
   * @throws IOException where it is not
   */
  default void flush(long position, long length) throws IOException {
    flush();
  }

  /**
   * Frees what the backing holds.
   *
   * @throws IOException where what was written may be lost
   */
  @Override
  void close() throws IOException;
}
