// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Random;

/** Blocks of a namespace with metadata, in a buffer for tests: laid out as commands have them. */
final class FormattedBlocks {
  private final DmaBuffer buffer;
  private final Namespace namespace;
  private final BlockMetadata metadata;
  private final int count;
  private final long at;
  private final long metadataAt;
  private final int stride;
  private final int metadataStride;

  /** So many blocks from some place of a buffer on; those of their own metadata follow. */
  FormattedBlocks(DmaBuffer buffer, long at, Namespace namespace, int count) {
    this.buffer = buffer;
    this.namespace = namespace;
    this.count = count;
    this.at = at;
    metadata = namespace.metadata();
    boolean extended = metadata.extended();
    stride = namespace.blockSize() + (extended ? metadata.size() : 0);
    metadataStride = extended ? stride : metadata.size();
    metadataAt = at + (extended ? namespace.blockSize() : (long) count * stride + 4);
  }

  int count() {
    return count;
  }

  boolean separate() {
    return metadata.size() > 0 && !metadata.extended();
  }

  long iova() {
    return buffer.iova() + at;
  }

  long metadataIova() {
    return buffer.iova() + metadataAt;
  }

  FormattedBlocks random(long seed) {
    Random random = new Random(seed);
    byte[] data = new byte[namespace.blockSize()];
    byte[] beside = new byte[metadata.size()];
    for (int i = 0; i < count; i++) {
      random.nextBytes(data);
      random.nextBytes(beside);
      put(dataAt(i), data);
      put(metadataAt(i), beside);
    }
    return this;
  }

  private void put(long where, byte[] bytes) {
    MemorySegment.copy(bytes, 0, buffer.memory(), JAVA_BYTE, where, bytes.length);
  }

  /** Where in the buffer a block's data begins. */
  long dataAt(int block) {
    return at + (long) block * stride;
  }

  /** Where in the buffer a block's metadata begins. */
  long metadataAt(int block) {
    return metadataAt + (long) block * metadataStride;
  }

  /** Where in the buffer a block's protection information begins. */
  long protectionAt(int block) {
    return metadataAt(block) + metadata.protectionOffset();
  }

  void flip(long where) {
    buffer.memory().set(JAVA_BYTE, where, (byte) ~buffer.memory().get(JAVA_BYTE, where));
  }

  FormattedBlocks generate(long lba, Protection tags) {
    if (metadata.protectionType() != 0) {
      new ProtectionCodec(namespace)
          .generate(buffer.memory(), at, buffer.memory(), metadataAt, count, lba, tags);
    }
    return this;
  }

  int check(long lba, Protection expected) {
    return metadata.protectionType() == 0
        ? 0
        : new ProtectionCodec(namespace)
            .check(buffer.memory(), at, buffer.memory(), metadataAt, count, lba, expected);
  }

  byte[] data() {
    byte[] all = new byte[count * namespace.blockSize()];
    for (int i = 0; i < count; i++) {
      int length = namespace.blockSize();
      MemorySegment.copy(buffer.memory(), JAVA_BYTE, dataAt(i), all, i * length, length);
    }
    return all;
  }

  byte[] metadata() {
    byte[] all = new byte[count * metadata.size()];
    for (int i = 0; i < count; i++) {
      int length = metadata.size();
      MemorySegment.copy(buffer.memory(), JAVA_BYTE, metadataAt(i), all, i * length, length);
    }
    return all;
  }

  boolean read(NvmCommands nvm, long lba, long token) {
    return separate()
        ? nvm.read(lba, count, iova(), metadataIova(), token)
        : nvm.read(lba, count, iova(), token);
  }

  boolean write(NvmCommands nvm, long lba, long token) {
    return separate()
        ? nvm.write(lba, count, iova(), metadataIova(), token)
        : nvm.write(lba, count, iova(), token);
  }

  boolean compare(NvmCommands nvm, long lba, long token) {
    return separate()
        ? nvm.compare(lba, count, iova(), metadataIova(), token)
        : nvm.compare(lba, count, iova(), token);
  }

  boolean compareAndWrite(NvmCommands nvm, long lba, FormattedBlocks then, long token) {
    return separate()
        ? nvm.compareAndWrite(
            lba, count, iova(), metadataIova(), then.iova(), then.metadataIova(), token)
        : nvm.compareAndWrite(lba, count, iova(), then.iova(), token);
  }
}
