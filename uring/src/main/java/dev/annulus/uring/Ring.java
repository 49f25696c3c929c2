// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import dev.annulus.ring.CompletionHandler;
import dev.annulus.ring.ErrnoException;
import java.lang.foreign.MemorySegment;

/**
 * A ring that executes Linux's opcodes: served by the kernel, or by the stand-in.
 *
 * <p>It belongs to the platform thread that opened it: every other thread's call is refused with
 * {@link WrongThreadException}, every call after {@link #close} with {@link IllegalStateException}.
 * Operations in flight are bounded by {@link #capacity}, so no last completion is ever without
 * room. The kernel's ring allocates nothing in {@link #claim()}, {@link #submit}, {@link #await}
 * and {@link #reap}.
 *
 * <p>An operation is in flight until its last completion is reaped, so each must have one: {@code
 * IOSQE_CQE_SKIP_SUCCESS} must not be set but by {@link SilentChain}. One that completes many times
 * may have more completions than there is room for: the kernel holds these back until some are
 * reaped, see {@link RingInfo#backlogs}.
 *
 * <p>Source: {@code io_uring(7)}.
 */
public sealed interface Ring extends AutoCloseable permits KernelRing, PoolRing, CheckedRing {
  /**
   * The memory that {@link #claim}'s offsets are in.
   *
   * @return submission entries, 64 bytes each, or 128 with {@link SetupFlag#SQE128}
   */
  MemorySegment entries();

  /**
   * Claims a submission entry. Its content is undefined: write all 64 bytes ({@link
   * dev.annulus.uring.op.Operation#prepare}, {@link dev.annulus.ring.SqEntry#fill}) before the next
   * call but this one.
   *
   * @return its offset in {@link #entries}, or -1 where the queue is full ({@link #submit} first)
   *     or {@link #capacity} operations are in flight ({@link #reap} first)
   */
  long claim();

  /**
   * Claims entries that lie one behind the other, for a batch at the price of one.
   *
   * @param count 1 to the number of submission entries
   * @return the offset of the first in {@link #entries}, the others behind it; -1 where so many are
   *     not free, or the queue ends before the last of them, or has an indirect array: then {@link
   *     #claim()} them one by one
   * @throws IllegalArgumentException where the queue cannot have that many
   */
  long claim(int count);

  /**
   * Gives back the entry of the latest {@link #claim()}, not submitted yet.
   *
   * @throws IllegalStateException where there is none
   */
  void unclaim();

  /**
   * Hands all claimed entries over, without waiting for completions. Paths and structures that they
   * point to may be reused when none is {@link #pending}, buffers only after the completion.
   *
   * @return how many were handed over: fewer than claimed where the kernel is short of memory; the
   *     rest is {@link #pending} and goes with the next call
   * @throws ErrnoException where the kernel refuses the call
   */
  int submit() throws ErrnoException;

  /**
   * Hands all claimed entries over and waits for completions. Blocks; an interrupt of the thread
   * does not end it.
   *
   * @param count completions to wait for, 1 to {@link #capacity}
   * @param timeoutNanos longest wait, or at most 0 for none
   * @return completion entries that can be reaped, of which an extended one counts as two, and a
   *     filler before it as one: fewer than {@code count} only after the time-out, or where the
   *     kernel is short of memory until some are reaped
   * @throws ErrnoException where the kernel refuses the call; EAGAIN where it has no memory for a
   *     single operation
   * @throws IllegalStateException where nothing is in flight and there is no time-out, so that the
   *     wait would not end
   */
  int await(int count, long timeoutNanos) throws ErrnoException;

  /**
   * Takes completions that are there, without waiting.
   *
   * @param handler called for each; may claim and submit entries, but not wait, reap or close. What
   *     it throws comes out of this method, and the completions after it remain to be reaped
   * @param most how many at most
   * @return how many
   * @throws ErrnoException where the kernel refuses the call
   */
  int reap(CompletionHandler handler, int most) throws ErrnoException;

  /**
   * Entries claimed and not handed over yet: after {@link #submit}, those that the kernel had no
   * memory for now, or that its thread has not got to ({@link SetupFlag#SQPOLL}).
   *
   * @return 0 where all that entries point to, but for buffers, may be reused
   */
  int pending();

  /**
   * Registers buffers for {@link dev.annulus.uring.op.ReadFixed} and {@link
   * dev.annulus.uring.op.WriteFixed}, in place of those registered before. The kernel pins their
   * pages once, not for each operation.
   *
   * @param buffers native memory, kept alive until they are registered no more or the ring is
   *     closed; none to end the registration
   * @throws ErrnoException where the kernel refuses, ENOMEM where the memlock limit is too small
   * @throws IllegalArgumentException where a buffer is not native memory
   */
  void registerBuffers(MemorySegment... buffers) throws ErrnoException;

  /**
   * Makes a table of registered files, all places empty, in place of the one before. An entry with
   * {@code IOSQE_FIXED_FILE} names a place in it where its descriptor would stand.
   *
   * @param count places; 0 to end the registration
   * @throws ErrnoException where the kernel refuses, EMFILE where that is more than RLIMIT_NOFILE
   */
  void registerFiles(int count) throws ErrnoException;

  /**
   * Puts a file into the table. The table holds on to the file: the descriptor may be closed.
   *
   * @param place 0 to count - 1
   * @param fd descriptor, or -1 to empty the place
   * @throws ErrnoException where there is no such place, or the descriptor is not open
   */
  void registerFile(int place, int fd) throws ErrnoException;

  /**
   * Operations claimed or handed over whose last completion was not reaped.
   *
   * @return 0 to {@link #capacity}
   */
  int inFlight();

  /**
   * The most operations in flight.
   *
   * @return the entries of the completion queue; less than half of them where completions may be
   *     extended
   */
  int capacity();

  /**
   * Whether the ring executes an opcode.
   *
   * @param opcode 0 to 255
   * @return false where it would be answered with {@code -EINVAL}
   */
  boolean supports(int opcode);

  /**
   * What this ring is. May be asked after {@link #close}.
   *
   * @return a snapshot, counters included
   */
  RingInfo info();

  /**
   * Hands over what is claimed, cancels what is in flight, waits for every completion, then frees.
   * The completions are dropped. Blocks for as long as an operation cannot be cancelled. Closing
   * twice is closing once. Like every call, for the owner alone.
   */
  @Override
  void close();
}
