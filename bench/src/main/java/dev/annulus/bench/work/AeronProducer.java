// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.process.Answer;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.MutableDirectBuffer;

/**
 * Publishes messages by Aeron's exclusive publication, in place and one by one; their frames are of
 * 96 bytes.
 */
final class AeronProducer implements Worker {
  /** First word of the message that ends a run. */
  static final long END = -1;

  private static final int LENGTH = Payload.WORDS * Long.BYTES;
  private static final int ENTRIES_A_BURST = 4096;

  private final ExclusivePublication publication;
  private final BufferClaim claim = new BufferClaim();
  private final Spinner spinner;

  private AeronProducer(Arguments arguments) {
    Aeron aeron =
        Aeron.connect(new Aeron.Context().aeronDirectoryName(arguments.path().toString()));
    publication = aeron.addExclusivePublication(AeronDriver.IPC, AeronDriver.STREAM);
    spinner = new Spinner(this::check);
    while (!publication.isConnected()) {
      spinner.spin();
    }
  }

  static Worker open(Arguments arguments) {
    return new AeronProducer(arguments);
  }

  private void check() {
    if (publication.isClosed()) {
      throw new IllegalStateException("the publication was closed");
    }
  }

  @Override
  public Answer run(double seconds) {
    Stopwatch watch = new Stopwatch(seconds);
    long count = 0;
    do {
      count = burst(count);
    } while (watch.running());
    publish(END);
    return watch.stop(count).with(Answer.SUM, Payload.sum(count));
  }

  private long burst(long first) {
    long value = first;
    for (int i = 0; i < ENTRIES_A_BURST; i++) {
      publish(value++);
    }
    return value;
  }

  private void publish(long value) {
    long position = publication.tryClaim(LENGTH, claim);
    while (position < 0) {
      if (position != Publication.BACK_PRESSURED && position != Publication.ADMIN_ACTION) {
        throw new IllegalStateException("tryClaim: " + Publication.errorString(position));
      }
      spinner.spin();
      position = publication.tryClaim(LENGTH, claim);
    }
    MutableDirectBuffer buffer = claim.buffer();
    int at = claim.offset();
    buffer.putLong(at, value);
    buffer.putLong(at + 8, value + 1);
    buffer.putLong(at + 16, value + 2);
    buffer.putLong(at + 24, value + 3);
    buffer.putLong(at + 32, value + 4);
    buffer.putLong(at + 40, value + 5);
    buffer.putLong(at + 48, value + 6);
    claim.commit();
  }
}
