// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.Namespace;
import picocli.CommandLine.Option;

/** Which blocks are meant, in blocks or in bytes. */
final class BlockRange {
  @Option(
      names = {"-s", "--start"},
      paramLabel = "BLOCK",
      description = "The first block. Default: 0.")
  Long start;

  @Option(
      names = {"-b", "--blocks"},
      paramLabel = "N",
      description = "How many blocks.")
  Long blocks;

  @Option(
      names = "--offset",
      paramLabel = "BYTES",
      converter = SizeConverter.class,
      description = "In place of --start: where the first block is (K, M, G, T: powers of 1024).")
  Long offset;

  @Option(
      names = "--bytes",
      paramLabel = "BYTES",
      converter = SizeConverter.class,
      description = "In place of --blocks: how many bytes, whole blocks.")
  Long bytes;

  /**
   * Some blocks of a namespace.
   *
   * @param first block
   * @param count at least 1
   */
  record Range(long first, long count) {
    @Override
    public String toString() {
      return count + (count == 1 ? " block" : " blocks") + " from block " + first;
    }
  }

  boolean hasLength() {
    return blocks != null || bytes != null;
  }

  /** What is wrong with it whatever the namespace, or null. */
  String fault() {
    if (start != null && offset != null) {
      return "--start and --offset: say one of them";
    }
    if (blocks != null && bytes != null) {
      return "--blocks and --bytes: say one of them";
    }
    boolean negative = start != null && start < 0;
    boolean none = blocks != null && blocks < 1 || bytes != null && bytes < 1;
    return negative || none ? "the first block is at least 0, and there is at least 1" : null;
  }

  /** Says how many bytes there are, where nobody has. */
  void lengthIfNone(long length) {
    if (!hasLength()) {
      bytes = length;
    }
  }

  /** The blocks of a namespace; to its end where no length is given. */
  Range of(Namespace namespace) throws CommandException {
    long all = namespace.blocks();
    long first =
        offset == null ? start == null ? 0 : start : inBlocks("--offset", offset, namespace);
    if (first >= all) {
      throw outside(namespace, "block " + first + " is behind its end");
    }
    long count = blocks != null ? blocks : all - first;
    if (bytes != null) {
      count = inBlocks(bytes + " bytes", bytes, namespace);
    }
    if (count > all - first) {
      throw outside(namespace, new Range(first, count) + " go over its end");
    }
    return new Range(first, count);
  }

  private static long inBlocks(String what, long value, Namespace namespace)
      throws CommandException {
    int size = namespace.blockSize();
    if (value % size != 0) {
      long down = value / size * size;
      throw new CommandException(
          ExitCode.USAGE,
          "%s: not a whole number of blocks of namespace %s, which have %d bytes: %d or %d"
              .formatted(
                  what.startsWith("--") ? what + " " + value : what,
                  Integer.toUnsignedString(namespace.nsid()),
                  size,
                  down,
                  down + size));
    }
    return value / size;
  }

  private static CommandException outside(Namespace namespace, String what) {
    return new CommandException(
        ExitCode.USAGE,
        "namespace %s has blocks 0 to %d, of %d bytes: %s"
            .formatted(
                Integer.toUnsignedString(namespace.nsid()),
                namespace.blocks() - 1,
                namespace.blockSize(),
                what));
  }
}
