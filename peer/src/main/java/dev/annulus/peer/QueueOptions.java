// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ring.CqEntry;
import dev.annulus.ring.CqWriter;
import dev.annulus.ring.SqEntry;
import java.util.Objects;

/**
 * What one end of two queues of an application's own sends and takes. The other end must say the
 * same with the roles exchanged, or neither is set up.
 *
 * @param sendEntries slots of the queue that this end writes: a power of two, 1 to 131072
 * @param sendSize bytes of an entry there: a power of two, 8 to 4096
 * @param takeEntries slots of the queue that the other end writes
 * @param takeSize bytes of an entry there
 * @param protocol what the entries mean: any number that both ends know, such as a name and a
 *     version in eight bytes
 * @param waiting what to do while there is nothing to take
 * @param spinNanos how long {@link WaitStrategy#ADAPTIVE} spins before it sleeps
 * @param setupMillis how long to wait for the other end, or 0 for ever
 * @param startIndex where all indices start, decided by the first end; tests use values just below
 *     2^63 and 2^64
 */
public record QueueOptions(
    int sendEntries,
    int sendSize,
    int takeEntries,
    int takeSize,
    long protocol,
    WaitStrategy waiting,
    long spinNanos,
    long setupMillis,
    long startIndex) {
  /** The most slots of a queue. */
  public static final int MAX_ENTRIES = 1 << 17;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException where one is out of range
   */
  public QueueOptions {
    Objects.requireNonNull(waiting);
    check("entries", sendEntries, 1, MAX_ENTRIES);
    check("entries", takeEntries, 1, MAX_ENTRIES);
    check("bytes an entry", sendSize, 8, 4096);
    check("bytes an entry", takeSize, 8, 4096);
    if (spinNanos < 0 || setupMillis < 0) {
      throw new IllegalArgumentException("times must not be negative");
    }
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most || Integer.bitCount(value) != 1) {
      throw new IllegalArgumentException(
          value + " " + what + ": must be a power of two from " + least + " to " + most);
    }
  }

  /**
   * Entries of one's own. Adaptive waiting with 20 µs of spinning, 5 s to set up.
   *
   * @param sendEntries slots of the queue that this end writes
   * @param sendSize bytes of an entry there
   * @param takeEntries slots of the queue that the other end writes
   * @param takeSize bytes of an entry there
   * @param protocol what the entries mean
   * @return the options
   */
  public static QueueOptions of(
      int sendEntries, int sendSize, int takeEntries, int takeSize, long protocol) {
    return new QueueOptions(
        sendEntries,
        sendSize,
        takeEntries,
        takeSize,
        protocol,
        WaitStrategy.ADAPTIVE,
        PeerOptions.DEFAULT.spinNanos(),
        PeerOptions.DEFAULT.attachMillis(),
        0);
  }

  /**
   * The client's end of a ring of standard entries, whose opcodes are the application's own ({@link
   * dev.annulus.ring.Opcode#FIRST_OF_APPLICATION}): it sends submission entries, and takes
   * completions, of which it has room for all, extended ones too.
   *
   * @param credit operations in flight at most, a power of two from 1 to 32768
   * @param protocol what the opcodes mean
   * @return the options
   */
  public static QueueOptions client(int credit, long protocol) {
    return of(credit, SqEntry.SIZE, CqWriter.entriesFor(credit), CqEntry.SIZE, protocol);
  }

  /**
   * The server's end of the same ring.
   *
   * @param credit as the client's
   * @param protocol as the client's
   * @return the options
   */
  public static QueueOptions server(int credit, long protocol) {
    return client(credit, protocol).exchanged();
  }

  /**
   * What the other end says.
   *
   * @return the same with the roles exchanged
   */
  public QueueOptions exchanged() {
    return new QueueOptions(
        takeEntries,
        takeSize,
        sendEntries,
        sendSize,
        protocol,
        waiting,
        spinNanos,
        setupMillis,
        startIndex);
  }

  /**
   * The same with another strategy.
   *
   * @param strategy what to do while there is nothing to take
   * @return changed options
   */
  public QueueOptions withWaiting(WaitStrategy strategy) {
    return changed(strategy, setupMillis, startIndex);
  }

  /**
   * The same with another time to set up.
   *
   * @param millis how long to wait for the other end, or 0 for ever
   * @return changed options
   */
  public QueueOptions withSetupMillis(long millis) {
    return changed(waiting, millis, startIndex);
  }

  /**
   * The same with another start.
   *
   * @param index where all indices start
   * @return changed options
   */
  public QueueOptions withStartIndex(long index) {
    return changed(waiting, setupMillis, index);
  }

  private QueueOptions changed(WaitStrategy strategy, long millis, long index) {
    return new QueueOptions(
        sendEntries, sendSize, takeEntries, takeSize, protocol, strategy, spinNanos, millis, index);
  }

  /**
   * Size of the memory that this end writes.
   *
   * @return bytes, whole pages
   */
  public long ownBytes() {
    return PeerLayout.fileSize(sendEntries, sendSize);
  }

  /**
   * Size of the memory that the other end writes.
   *
   * @return bytes, whole pages
   */
  public long otherBytes() {
    return PeerLayout.fileSize(takeEntries, takeSize);
  }
}
