// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's ring for one producer and one consumer, in a file that both map. */
final class AgronaRing {
  /** Message type: an entry to be read. */
  static final int ENTRY = 1;

  /** Message type: the run is over. */
  static final int END = 2;

  /** A record is 64 bytes: Agrona's header of 8 and seven words. */
  static final int LENGTH = Payload.WORDS * Long.BYTES;

  private AgronaRing() {}

  /** Makes or opens the ring at a path, with room for {@code entries} records of 64 bytes. */
  static OneToOneRingBuffer open(Path path, int entries) throws IOException {
    long size = (long) entries * 64 + RingBufferDescriptor.TRAILER_LENGTH;
    return new OneToOneRingBuffer(new UnsafeBuffer(MappedFile.map(path, size)));
  }
}
