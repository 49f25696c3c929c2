// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One block with its metadata behind it, between the host and the backing.
 *
 * <p>The backing has protection information inverted: so zeroes, which are what a new backing and
 * deallocated blocks hold, are the bytes of FFh that such blocks read as.
 */
final class ModelBlock {
  private final MemorySegment memory;
  private ModelNamespace namespace;
  private long metadataAt;

  ModelBlock(MemorySegment memory) {
    this.memory = memory;
  }

  /** Makes it one of a namespace. */
  void of(ModelNamespace of) {
    namespace = of;
    metadataAt = of.blockSize();
  }

  MemorySegment memory() {
    return memory;
  }

  long metadataAt() {
    return metadataAt;
  }

  void load(long lba) throws IOException {
    Backing backing = namespace.backing();
    backing.read(namespace.position(lba), memory, 0, metadataAt);
    if (!namespace.dataOnly()) {
      int length = namespace.metadata().size();
      backing.read(namespace.metadataPosition(lba), memory, metadataAt, length);
      invert();
    }
  }

  void store(long lba) throws IOException {
    Backing backing = namespace.backing();
    backing.write(namespace.position(lba), memory, 0, metadataAt);
    if (!namespace.dataOnly()) {
      invert();
      int length = namespace.metadata().size();
      backing.write(namespace.metadataPosition(lba), memory, metadataAt, length);
      invert();
    }
  }

  private void invert() {
    if (namespace.codec() != null) {
      long at = metadataAt + namespace.metadata().protectionOffset();
      memory.set(JAVA_LONG_UNALIGNED, at, ~memory.get(JAVA_LONG_UNALIGNED, at));
    }
  }

  void clear() {
    memory.asSlice(0, metadataAt + namespace.metadata().size()).fill((byte) 0);
  }

  /** Whether data and metadata, but for protection information, are those of another. */
  boolean same(ModelBlock other) {
    if (namespace.codec() == null) {
      return same(other, 0, metadataAt + namespace.metadata().size());
    }
    long protection = metadataAt + namespace.metadata().protectionOffset();
    long after = protection + BlockMetadata.PROTECTION_SIZE;
    return same(other, 0, protection)
        && same(other, after, metadataAt + namespace.metadata().size());
  }

  private boolean same(ModelBlock other, long from, long to) {
    return MemorySegment.mismatch(memory, from, to, other.memory, from, to) < 0;
  }
}
