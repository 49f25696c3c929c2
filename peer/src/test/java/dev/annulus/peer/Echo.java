// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Futex;
import dev.annulus.ring.Consumer;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A server with a thread for each session, that answers NOPs and works on regions. */
final class Echo implements PeerServer.Handler, AutoCloseable {
  /** Sums the bytes of a buffer. */
  static final int SUM = Opcode.FIRST_OF_APPLICATION;

  /** Sets the bytes of a buffer to the low byte of {@code off}. */
  static final int FILL = Opcode.FIRST_OF_APPLICATION + 1;

  /** Answers {@code off}, which may need 64 bits. */
  static final int TELL = Opcode.FIRST_OF_APPLICATION + 2;

  /** The name of each session's thread. */
  static final String THREAD = "echo";

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final PeerServer server;
  private final int spins;
  private final Map<PeerSession, Worker> workers = new ConcurrentHashMap<>();

  /** Spins for ever, or sleeps at once. */
  Echo(Path path, ServerOptions options, boolean spins) throws ErrnoException {
    this(path, options, spins ? Integer.MAX_VALUE : 0);
  }

  /** Sleeps after so many rounds without work. */
  Echo(Path path, ServerOptions options, int spins) throws ErrnoException {
    this.spins = spins;
    server = PeerServer.listen(path, options, this);
  }

  @Override
  public void attached(PeerSession session) {
    Worker worker = new Worker(session, spins);
    workers.put(session, worker);
    worker.thread.start();
  }

  @Override
  public void gone(PeerSession session) {
    workers.remove(session).stop();
  }

  /** System calls that all live sessions made to wake their clients. */
  long systemCalls() {
    return workers.keySet().stream().mapToLong(PeerSession::systemCalls).sum();
  }

  /** How many sessions are served now. */
  int sessions() {
    return workers.size();
  }

  /** Ends all sessions. */
  void stop() {
    server.close();
  }

  @Override
  public void close() {
    stop();
  }

  private static final class Worker {
    final Thread thread = Thread.ofPlatform().daemon().name(THREAD).unstarted(this::run);
    private final PeerSession session;
    private final int spins;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment stop = arena.allocate(4, 64);
    private final MemorySegment vector = arena.allocate(2 * Futex.WAITV_SIZE, 8);
    private final MemorySegment entry = arena.allocate(SqEntry.SIZE, 64);

    Worker(PeerSession session, int spins) {
      this.session = session;
      this.spins = spins;
    }

    void stop() {
      INT.setVolatile(stop, 0L, 1);
      Futex.wake(stop.address(), 1);
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      session.free();
      arena.close();
    }

    private void run() {
      Consumer sq = session.sq();
      int idle = 0;
      while ((int) INT.getVolatile(stop, 0L) == 0) {
        int ready = sq.available();
        if (ready > 0) {
          serve(sq, ready);
          idle = 0;
        } else if (idle < spins) {
          idle += spins == Integer.MAX_VALUE ? 0 : 1;
          Thread.onSpinWait();
        } else if (!sq.arm(1)) {
          Futex.waitv(vector, 0, session.sqFutex(), sq.tailLow());
          Futex.waitv(vector, 1, stop.address(), 0);
          Futex.awaitAny(vector, 2, 0);
        }
      }
    }

    private void serve(Consumer sq, int ready) {
      for (int i = 0; i < ready; i++) {
        SqEntry.copy(sq.slots(), sq.next(), entry, 0);
        session.post(SqEntry.userData(entry, 0), result());
      }
      sq.release();
      session.complete();
    }

    private long result() {
      int opcode = SqEntry.opcode(entry, 0);
      if (opcode == Opcode.NOP || opcode == TELL) {
        return opcode == TELL ? SqEntry.off(entry, 0) : 0;
      }
      MemorySegment region = session.region(SqEntry.bufIndex(entry, 0));
      long at = SqEntry.addr(entry, 0);
      long length = Integer.toUnsignedLong(SqEntry.len(entry, 0));
      if (region == null || at < 0 || at > region.byteSize() - length) {
        return -Errno.EFAULT;
      }
      MemorySegment buffer = region.asSlice(at, length);
      return switch (opcode) {
        case SUM -> {
          int sum = 0;
          for (long i = 0; i < length; i++) {
            sum += buffer.get(JAVA_BYTE, i) & 0xff;
          }
          yield sum;
        }
        case FILL -> {
          buffer.fill((byte) SqEntry.off(entry, 0));
          yield (int) length;
        }
        default -> -Errno.EINVAL;
      };
    }
  }
}
