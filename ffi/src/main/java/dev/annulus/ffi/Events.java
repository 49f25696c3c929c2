// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Waiting on descriptors: {@code eventfd(2)}, {@code epoll(7)}. */
public final class Events {
  /** Readable. */
  public static final int EPOLLIN = 1;

  /** Writable. */
  public static final int EPOLLOUT = 4;

  /** Error on the descriptor; always reported. */
  public static final int EPOLLERR = 8;

  /** Hung up; always reported. */
  public static final int EPOLLHUP = 0x10;

  /** The other end will send no more. */
  public static final int EPOLLRDHUP = 0x2000;

  /** Report once, then no more until the descriptor is added again. */
  public static final int EPOLLONESHOT = 1 << 30;

  private static final int EFD_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  // struct epoll_event is packed on x86-64 only
  private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
  private static final int EVENT_SIZE = PACKED ? 12 : 16;
  private static final int EVENT_DATA = PACKED ? 4 : 8;

  private static final MethodHandle EVENTFD =
      Native.link("eventfd", Native.INT, Native.INT, Native.INT);
  private static final MethodHandle EVENTFD_WRITE =
      Native.link("eventfd_write", Native.INT, Native.INT, Native.LONG);
  private static final MethodHandle EVENTFD_READ =
      Native.link("eventfd_read", Native.INT, Native.INT, Native.POINTER);
  private static final MethodHandle EPOLL_CREATE1 =
      Native.link("epoll_create1", Native.INT, Native.INT);
  private static final MethodHandle EPOLL_CTL =
      Native.link("epoll_ctl", Native.INT, Native.INT, Native.INT, Native.INT, Native.POINTER);
  private static final MethodHandle EPOLL_WAIT =
      Native.link("epoll_wait", Native.INT, Native.INT, Native.POINTER, Native.INT, Native.INT);

  private Events() {}

  /**
   * {@code eventfd(2)}, close-on-exec.
   *
   * @param nonBlocking whether reading 0 answers {@code -EAGAIN}, also to a ring that reads it
   * @return descriptor or {@code -errno}
   */
  public static int eventfd(boolean nonBlocking) {
    MemorySegment state = Native.capture();
    int flags = EFD_CLOEXEC | (nonBlocking ? EFD_NONBLOCK : 0);
    try {
      return Native.result((int) EVENTFD.invokeExact(state, 0, flags), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Adds 1 to an eventfd. Who sleeps may sleep for ever where that is lost: what fails is tried a
   * second time.
   *
   * @param fd eventfd
   * @return 0 or {@code -errno}; EAGAIN where it is full, and so readable
   */
  public static int signal(int fd) {
    MemorySegment state = Native.capture();
    try {
      int told = Native.result((int) EVENTFD_WRITE.invokeExact(state, fd, 1L), state);
      return told == 0
          ? told
          : Native.result((int) EVENTFD_WRITE.invokeExact(state, fd, 1L), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Reads an eventfd and sets it to 0.
   *
   * @param fd eventfd
   * @return 0, or {@code -EAGAIN} where a non-blocking one was 0
   */
  public static int drain(int fd) {
    MemorySegment state = Native.capture();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(8, 8);
      return Native.result((int) EVENTFD_READ.invokeExact(state, fd, value), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code epoll_create1(2)}, close-on-exec.
   *
   * @return descriptor or {@code -errno}
   */
  public static int epoll() {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) EPOLL_CREATE1.invokeExact(state, EPOLL_CLOEXEC), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * {@code EPOLL_CTL_ADD}, level-triggered unless {@link #EPOLLONESHOT} is among the bits.
   *
   * @param epoll the epoll descriptor
   * @param fd what to watch
   * @param events {@code EPOLL*} bits
   * @param data comes back with its events
   * @return 0 or {@code -errno}
   */
  public static int add(int epoll, int fd, int events, long data) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(EVENT_SIZE, 8);
      event.set(JAVA_INT, 0, events);
      event.set(JAVA_LONG_UNALIGNED, EVENT_DATA, data);
      return control(epoll, EPOLL_CTL_ADD, fd, event);
    }
  }

  /**
   * {@code EPOLL_CTL_DEL}.
   *
   * @param epoll the epoll descriptor
   * @param fd what is watched
   * @return 0 or {@code -errno}
   */
  public static int remove(int epoll, int fd) {
    return control(epoll, EPOLL_CTL_DEL, fd, MemorySegment.NULL);
  }

  private static int control(int epoll, int operation, int fd, MemorySegment event) {
    MemorySegment state = Native.capture();
    try {
      return Native.result((int) EPOLL_CTL.invokeExact(state, epoll, operation, fd, event), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * Memory for the answers of {@link #await}.
   *
   * @param arena owns it
   * @param most events an answer
   * @return the memory
   */
  public static MemorySegment buffer(Arena arena, int most) {
    return arena.allocate((long) EVENT_SIZE * most, 8);
  }

  /**
   * {@code epoll_wait(2)}. Blocks.
   *
   * @param epoll the epoll descriptor
   * @param buffer from {@link #buffer}
   * @param timeoutMillis longest wait, or -1 for none
   * @return how many events, 0 after the time-out, or {@code -errno}
   */
  public static int await(int epoll, MemorySegment buffer, int timeoutMillis) {
    MemorySegment state = Native.capture();
    int most = (int) (buffer.byteSize() / EVENT_SIZE);
    try {
      return Native.result(
          (int) EPOLL_WAIT.invokeExact(state, epoll, buffer, most, timeoutMillis), state);
    } catch (Throwable e) {
      throw Native.unexpected(e);
    }
  }

  /**
   * The bits of one event.
   *
   * @param buffer filled by {@link #await}
   * @param index which event
   * @return {@code EPOLL*} bits
   */
  public static int events(MemorySegment buffer, int index) {
    return buffer.get(JAVA_INT_UNALIGNED, (long) index * EVENT_SIZE);
  }

  /**
   * The data of one event.
   *
   * @param buffer filled by {@link #await}
   * @param index which event
   * @return what {@link #add} was given
   */
  public static long data(MemorySegment buffer, int index) {
    return buffer.get(JAVA_LONG_UNALIGNED, (long) index * EVENT_SIZE + EVENT_DATA);
  }
}
