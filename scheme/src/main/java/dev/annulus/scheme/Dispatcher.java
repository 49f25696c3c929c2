// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.ring.Consumer;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.RingViolationException;
import dev.annulus.uring.Ring;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The path of an entry through a reactor: copied, checked, handed to its scheme; and of a
 * completion back to its client.
 */
final class Dispatcher implements Services {
  private static final System.Logger LOG = System.getLogger("dev.annulus.scheme");

  private final Ring ring;
  private final ContextTable contexts;
  private final Counters counters;
  private final Watches watches = new Watches(this);
  private final List<Scheme> schemes = new ArrayList<>();
  private final Request request;
  private final OpenUrl openUrl;
  private final ViolationHandler violations;
  private Context[] dirty = new Context[16];
  private int dirtyCount;
  private long now;

  /** What to do with a client that broke the protocol. */
  interface ViolationHandler {
    void violated(Context context, RingViolationException violation);
  }

  Dispatcher(
      Ring ring,
      ContextTable contexts,
      Counters counters,
      Arena arena,
      ViolationHandler violations) {
    this.ring = ring;
    this.contexts = contexts;
    this.counters = counters;
    this.violations = violations;
    request = new Request(arena);
    openUrl = new OpenUrl(arena, schemes);
  }

  void add(String name, Scheme scheme) {
    schemes.add(scheme);
    openUrl.add(name);
    counters.add(name);
  }

  List<Scheme> schemes() {
    return schemes;
  }

  Watches watches() {
    return watches;
  }

  void now(long nanos) {
    now = nanos;
  }

  /** Takes at most {@code budget} entries of a client; answers how many were taken. */
  int drain(Context context, int budget) {
    Consumer sq = context.sq();
    int taken = 0;
    try {
      int ready = Math.min(sq.available(), budget);
      while (taken < ready) {
        request.load(context.session, sq.slots(), sq.next());
        if (!take(context)) {
          sq.putBack();
          break;
        }
        taken++;
      }
      sq.release();
    } catch (RingViolationException violation) {
      violations.violated(context, violation);
    }
    context.operations += taken;
    counters.operations += taken;
    return taken;
  }

  /**
   * Takes all entries that a client has published and that there is room for: it will not be
   * drained any more. One that goes on writing has no more than its credit served.
   */
  void takeWhatIsLeft(Context context) {
    int left = context.runQueue.capacity();
    int taken;
    do {
      taken = context.ended ? 0 : drain(context, left);
      left -= taken;
    } while (taken > 0 && left > 0);
  }

  /** Asks the schemes of all pending operations of a client to end them early. */
  void cancelAll(Context context) {
    for (int slot = 0; slot < context.runQueue.capacity(); slot++) {
      if (context.runQueue.inUse(slot)) {
        cancel(context, slot);
      }
    }
  }

  /** Starts one operation; answers false where it has to wait in the client's ring. */
  private boolean take(Context context) {
    RunQueue runQueue = context.runQueue;
    int slot = runQueue.next();
    if (slot < 0) {
      throw new RingViolationException(
          "credit", "more operations without completion than the credit of " + runQueue.capacity());
    }
    long token = Token.operation(context.id, runQueue.generation(slot), slot);
    int opcode = request.opcode();
    int scheme = opcode == Opcode.OPEN_URL ? -1 : context.handles.scheme(request.handle());
    long result = route(context, opcode, scheme, token);
    if (result == Scheme.BUSY) {
      return false;
    }
    if (result == Scheme.PENDING) {
      runQueue.take(
          request.userData(),
          opcode,
          opcode == Opcode.OPEN_URL ? openUrl.scheme() : scheme,
          request.note(),
          now);
      return true;
    }
    counters.atOnce++;
    post(context, request.userData(), result);
    return true;
  }

  private long route(Context context, int opcode, int scheme, long token) {
    if (request.flags() != 0) {
      return -Errno.EINVAL; // links, drains and buffer selection are not offered on this ring
    }
    try {
      return switch (opcode) {
        case Opcode.NOP -> 0;
        case Opcode.OPEN_URL -> open(context, token);
        case Opcode.ASYNC_CANCEL -> cancel(context);
        default -> perform(context, opcode, scheme, token);
      };
    } catch (RingViolationException e) {
      throw e;
    } catch (RuntimeException e) {
      counters.schemeFailures++;
      LOG.log(System.Logger.Level.ERROR, "scheme failed on " + Opcode.name(opcode), e);
      return -Errno.EIO;
    }
  }

  private long perform(Context context, int opcode, int scheme, long token) {
    if (opcode > Opcode.OFFER) {
      return -Errno.EINVAL;
    }
    if (scheme < 0) {
      return -Errno.EBADF;
    }
    request.bind(token, context.handles.resource(request.handle()));
    long result = schemes.get(scheme).perform(request);
    if (opcode == Opcode.CLOSE && result != Scheme.BUSY) {
      context.handles.remove(request.handle());
    }
    return result;
  }

  private long open(Context context, long token) {
    if (context.handles.full()) {
      return -Errno.EMFILE;
    }
    request.bind(token, 0);
    long result = openUrl.open(request);
    return result >= 0 ? context.handles.add(openUrl.scheme(), result) : result;
  }

  /** {@code addr} is the user data of the operation to cancel, as on a kernel ring. */
  private long cancel(Context context) {
    int slot = context.runQueue.find(request.addr());
    if (slot < 0) {
      return -Errno.ENOENT;
    }
    cancel(context, slot);
    return 0;
  }

  /** Asks the scheme of a pending operation to end it early. */
  void cancel(Context context, int slot) {
    long token = Token.operation(context.id, context.runQueue.generation(slot), slot);
    schemes.get(context.runQueue.scheme(slot)).cancel(token);
  }

  /** The context with the operation that a token names, or null. */
  private Context pending(long token) {
    Context context = contexts.get(Token.context(token));
    return context != null && context.runQueue.matches(Token.slot(token), Token.generation(token))
        ? context
        : null;
  }

  @Override
  public int note(long token) {
    Context context = pending(token);
    return context == null ? 0 : context.runQueue.note(Token.slot(token));
  }

  @Override
  public void complete(long token, long result) {
    Context context = pending(token);
    if (context == null) {
      counters.stray++;
      return;
    }
    int slot = Token.slot(token);
    RunQueue runQueue = context.runQueue;
    int scheme = runQueue.scheme(slot);
    long answer = result;
    int opcode = runQueue.opcode(slot);
    if (opcode >= Opcode.OPEN_URL) {
      answer =
          opcode == Opcode.OPEN_URL
              ? opened(context, scheme, result)
              : schemes.get(scheme).finish(runQueue.note(slot), result);
    }
    counters.hop(scheme).record(now - runQueue.started(slot));
    long userData = runQueue.userData(slot);
    runQueue.give(slot);
    try {
      post(context, userData, answer);
    } catch (RingViolationException violation) {
      violations.violated(context, violation);
    }
  }

  private long opened(Context context, int scheme, long resource) {
    if (resource < 0) {
      return resource;
    }
    if (context.ended || context.handles.full()) {
      schemes.get(scheme).release(resource);
      return -Errno.EMFILE;
    }
    return context.handles.add(scheme, resource);
  }

  private void post(Context context, long userData, long result) {
    context.post(userData, result);
    if (!context.dirty) {
      context.dirty = true;
      if (dirtyCount == dirty.length) {
        dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
      }
      dirty[dirtyCount++] = context;
    }
  }

  /** Makes all completions that were posted visible: one release store a client. */
  void flush() {
    for (int i = 0; i < dirtyCount; i++) {
      dirty[i].dirty = false;
      dirty[i].flush();
      dirty[i] = null;
    }
    dirtyCount = 0;
  }

  /** Lets go of everything that an ended client had open. */
  void release(Context context) {
    HandleTable handles = context.handles;
    for (int handle = 0; handle < handles.end(); handle++) {
      int scheme = handles.scheme(handle);
      if (scheme >= 0) {
        schemes.get(scheme).release(handles.resource(handle));
        handles.remove(handle);
      }
    }
    for (Scheme scheme : schemes) {
      scheme.forget(context.session);
    }
  }

  @Override
  public Ring ring() {
    return ring;
  }

  @Override
  public long claim() {
    long at = ring.claim();
    if (at < 0) {
      submit();
      at = ring.claim();
    }
    return at;
  }

  /** Hands all claimed entries to the kernel; answers how many. */
  int submit() {
    int count;
    try {
      count = ring.submit();
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
    if (ring.pending() == 0) {
      for (int i = 0; i < schemes.size(); i++) {
        schemes.get(i).submitted();
      }
    }
    return count;
  }

  @Override
  public void watch(int eventfd) {
    watches.add(eventfd);
  }
}
