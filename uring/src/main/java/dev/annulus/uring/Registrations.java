// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.annulus.ring.ErrnoException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What a kernel ring can be told besides entries: {@code io_uring_register(2)}.
 *
 * <p>For the ring's owner, outside of completion handlers. What the running kernel does not have is
 * refused with an error that names the Linux that does.
 */
public final class Registrations {
  /** {@code struct io_uring_napi}: busy_poll_to u32, prefer_busy_poll u8, and zeros. */
  private static final int NAPI = 16;

  private static final int MOST_ID = (1 << 16) - 1;

  private final KernelRing ring;
  private final Register register;
  private final FixedFiles files;
  private final FixedBuffers buffers;

  Registrations(KernelRing ring, Register register) {
    this.ring = ring;
    this.register = register;
    files = new FixedFiles(register);
    buffers = new FixedBuffers(register);
  }

  /**
   * The table of registered files.
   *
   * @return always the same
   */
  public FixedFiles files() {
    return files;
  }

  /**
   * The table of registered buffers.
   *
   * @return always the same
   */
  public FixedBuffers buffers() {
    return buffers;
  }

  Register register() {
    return register;
  }

  /**
   * Limits what the ring may do from {@link #enable} on. Once, before that.
   *
   * @param restrictions what is allowed; read now
   * @throws ErrnoException EBADFD where the ring is enabled, EBUSY where it is restricted
   */
  public void restrict(Restrictions restrictions) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      register.call(
          RegisterOp.REGISTER_RESTRICTIONS,
          restrictions.write(arena),
          restrictions.count(),
          "an opcode or flag is not the kernel's");
    }
    ring.restricted();
  }

  /**
   * Ends {@link SetupFlag#R_DISABLED}: from now on the ring takes entries.
   *
   * @throws ErrnoException EBADFD where it is enabled
   */
  public void enable() throws ErrnoException {
    register.end(RegisterOp.REGISTER_ENABLE_RINGS);
    ring.enabled();
  }

  /**
   * Lets waits with a time-out pass their time in memory that the kernel has mapped, not by a
   * structure that it copies with each call. Once, before {@link #enable}.
   *
   * @throws ErrnoException EINVAL where the ring is enabled, or the kernel is older than 6.13
   */
  public void waits() throws ErrnoException {
    ring.registerWaits(register);
  }

  /**
   * Lets waits poll the network card's queues for a time before they sleep (NAPI): for sockets, in
   * place of the system's own setting.
   *
   * @param micros how long at most, or 0 to end that
   * @param prefer whether the card's interrupts stay off meanwhile
   * @return how long before
   * @throws ErrnoException EINVAL before Linux 6.9, or with {@link SetupFlag#IOPOLL}
   * @throws IllegalArgumentException where the time is negative
   */
  public int busyPoll(int micros, boolean prefer) throws ErrnoException {
    if (micros < 0) {
      throw new IllegalArgumentException("busy poll of " + micros + " microseconds");
    }
    RegisterOp op = micros == 0 ? RegisterOp.UNREGISTER_NAPI : RegisterOp.REGISTER_NAPI;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment napi = arena.allocate(NAPI, 8);
      napi.set(JAVA_INT, 0, micros);
      napi.set(JAVA_BYTE, 4, (byte) (prefer ? 1 : 0));
      register.call(op, napi, 1, "the ring polls devices (IOPOLL), and so has no sockets");
      return napi.get(JAVA_INT, 0);
    }
  }

  /**
   * Registers the credentials that this thread has now. An entry that names them ({@link
   * dev.annulus.ring.SqEntry#personality}) is executed with them, whatever the thread has then.
   *
   * @return their number, 1 to 65535
   * @throws ErrnoException where the kernel refuses
   */
  public int personality() throws ErrnoException {
    return register.call(
        RegisterOp.REGISTER_PERSONALITY, MemorySegment.NULL, 0, "it takes no arguments");
  }

  /**
   * Ends the registration of credentials.
   *
   * @param number what {@link #personality} answered
   * @throws ErrnoException EINVAL where none are registered by that number
   * @throws IllegalArgumentException where that is no number of credentials
   */
  public void dropPersonality(int number) throws ErrnoException {
    if (number < 1 || number > MOST_ID) {
      throw new IllegalArgumentException("personality " + number + ": must be 1 to " + MOST_ID);
    }
    register.call(
        RegisterOp.UNREGISTER_PERSONALITY,
        MemorySegment.NULL,
        number,
        "no credentials are registered as " + number);
  }

  /**
   * Sets how many threads the kernel may start for this thread's operations, on whatever ring:
   * bounded ones, for files, whose operations end, and unbounded ones, for all else. More such
   * operations wait for each other. Rings begin with {@link RingOptions#workers}.
   *
   * @param bounded at most, 0 to leave it
   * @param unbounded at most, 0 to leave it
   * @return both before
   * @throws ErrnoException where the kernel refuses
   * @throws IllegalArgumentException where one is negative
   */
  public int[] workers(int bounded, int unbounded) throws ErrnoException {
    if (bounded < 0 || unbounded < 0) {
      throw new IllegalArgumentException(bounded + " and " + unbounded + " workers: at least 0");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment counts = arena.allocateFrom(JAVA_INT, bounded, unbounded);
      register.call(RegisterOp.REGISTER_IOWQ_MAX_WORKERS, counts, 2, "these are too many");
      return counts.toArray(JAVA_INT);
    }
  }
}
