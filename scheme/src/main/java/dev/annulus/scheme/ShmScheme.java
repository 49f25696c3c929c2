// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.annulus.ffi.Files;
import dev.annulus.peer.PeerEnd;
import dev.annulus.peer.PeerSession;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code shm:NAME} is memory for queues between two clients: who creates the name has one end, who
 * opens it has the other. The host makes the memory, brings the two together, and has no part in
 * what follows: its end is not theirs.
 *
 * <p>A name goes when it has been opened, when the creator's handle is closed, and with its
 * session. It belongs to its creator's user; {@link ShmPath} says how it is written.
 */
public final class ShmScheme implements Scheme {
  private static final int FLAGS = Files.O_ACCMODE | Files.O_CREAT | Files.O_EXCL | Files.O_CLOEXEC;

  private final ShmNames names;
  private final int maxNames;
  private final long maxBytes;
  private final Map<Long, End> ends = new HashMap<>();
  private final Map<PeerSession, Usage> usages = new HashMap<>();
  private long next;
  private long created;
  private long opened;

  private ShmScheme(ShmNames names, int maxNames, long maxBytes) {
    this.names = names;
    this.maxNames = maxNames;
    this.maxBytes = maxBytes;
  }

  /** An open handle: its end of the memory, until that is offered to the client. */
  private static final class End {
    final PeerEnd end;
    final ShmNames.Key key;
    final ShmObject object;
    final PeerSession creator;
    boolean offered;

    End(PeerEnd end, ShmNames.Key key, ShmObject object, PeerSession creator) {
      this.end = end;
      this.key = key;
      this.object = object;
      this.creator = creator;
    }

    long bytes() {
      return end.ownBytes() + end.otherBytes();
    }
  }

  /** What a client has created and not closed. */
  private static final class Usage {
    int names;
    long bytes;
  }

  /**
   * Makes the scheme: 16 names and 64 MiB a client.
   *
   * @return its factory
   */
  public static SchemeFactory factory() {
    return factory(16, 64L << 20);
  }

  /**
   * Makes the scheme.
   *
   * @param maxNames names that a client may have created and not closed; each holds four
   *     descriptors of the host's until its ends are taken
   * @param maxBytes bytes of all their memory, of both ends
   * @return its factory, for one host
   */
  public static SchemeFactory factory(int maxNames, long maxBytes) {
    ShmNames names = new ShmNames();
    return new SchemeFactory() {
      @Override
      public String name() {
        return "shm";
      }

      @Override
      public Scheme create(Services services) {
        return new ShmScheme(names, maxNames, maxBytes);
      }
    };
  }

  @Override
  public long open(Request request, MemorySegment path) {
    int flags = request.opFlags();
    if ((flags & ~FLAGS) != 0) {
      return -Errno.EINVAL;
    }
    if ((flags & Files.O_ACCMODE) != Files.O_RDWR) {
      return -Errno.EACCES; // each end writes
    }
    if (path.byteSize() > ShmPath.MAX) {
      return -Errno.ENAMETOOLONG;
    }
    ShmPath parsed =
        ShmPath.parse(new String(path.toArray(JAVA_BYTE), StandardCharsets.ISO_8859_1));
    if (parsed == null) {
      return -Errno.EINVAL;
    }
    int caller = request.session().caller().uid();
    ShmNames.Key key =
        new ShmNames.Key(parsed.user() == -1 ? caller : parsed.user(), parsed.name());
    if ((flags & Files.O_CREAT) == 0) {
      return openNamed(request, key);
    }
    if (key.user() != caller) {
      return -Errno.EACCES;
    }
    if ((flags & Files.O_EXCL) == 0) {
      long there = openNamed(request, key);
      if (there != -Errno.ENOENT) {
        return there;
      }
    }
    return create(request, key, parsed);
  }

  private long openNamed(Request request, ShmNames.Key key) {
    ShmObject object = names.get(key);
    if (object == null) {
      return -Errno.ENOENT;
    }
    if (!object.allows(request.session().caller())) {
      return -Errno.EACCES;
    }
    PeerEnd second = object.takeSecond();
    names.remove(key, object);
    if (second == null) {
      return -Errno.ENOENT; // somebody was faster
    }
    opened++;
    return add(new End(second, key, object, null));
  }

  private long create(Request request, ShmNames.Key key, ShmPath path) {
    if (path.firstBytes() == 0 || path.secondBytes() == 0) {
      return -Errno.EINVAL;
    }
    if (names.get(key) != null) {
      return -Errno.EEXIST;
    }
    PeerSession session = request.session();
    Usage usage = usages.getOrDefault(session, new Usage());
    long bytes = path.firstBytes() + path.secondBytes();
    if (usage.names == maxNames || bytes > maxBytes - usage.bytes) {
      return -Errno.EDQUOT;
    }
    PeerEnd[] pair;
    try {
      pair = PeerEnd.pair(path.firstBytes(), path.secondBytes());
    } catch (ErrnoException e) {
      return -e.errno();
    }
    ShmObject object = new ShmObject(session.caller(), (int) request.offset() & 0777, pair[1]);
    if (!names.add(key, object)) {
      pair[0].close();
      pair[1].close();
      // Another reactor's client was faster; without O_EXCL, its end may be opened.
      return (request.opFlags() & Files.O_EXCL) != 0 ? -Errno.EEXIST : BUSY;
    }
    created++;
    usage.names++;
    usage.bytes += bytes;
    usages.put(session, usage);
    return add(new End(pair[0], key, object, session));
  }

  private long add(End end) {
    long resource = next;
    next = next + 1 & Integer.MAX_VALUE;
    ends.put(resource, end);
    return resource;
  }

  @Override
  public long perform(Request request) {
    return switch (request.opcode()) {
      case Opcode.OFFER -> offer(request);
      case Opcode.SIZE -> ends.get(request.resource()).bytes();
      case Opcode.CLOSE -> {
        release(request.resource());
        yield 0;
      }
      default -> -Errno.EINVAL;
    };
  }

  private long offer(Request request) {
    End end = ends.get(request.resource());
    if (end.offered) {
      return -Errno.EALREADY;
    }
    int ticket = request.session().offer(end.end);
    end.offered = ticket >= 0;
    return ticket;
  }

  @Override
  public void cancel(long token) {}

  @Override
  public void release(long resource) {
    End end = ends.remove(resource);
    if (end == null) {
      return;
    }
    if (!end.offered) {
      end.end.close();
    }
    if (end.creator != null) {
      names.remove(end.key, end.object);
      PeerEnd second = end.object.takeSecond();
      if (second != null) {
        second.close();
      }
      Usage usage = usages.get(end.creator);
      usage.names--;
      usage.bytes -= end.bytes();
      if (usage.names == 0) {
        usages.remove(end.creator);
      }
    }
  }

  @Override
  public String counters() {
    return "\"created\": %d, \"opened\": %d, \"handles\": %d"
        .formatted(created, opened, ends.size());
  }

  @Override
  public void close() {}
}
