// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.PeerRing;
import dev.annulus.peer.Region;
import dev.annulus.ring.CqEntry;
import dev.annulus.ring.Errno;
import dev.annulus.ring.SqEntry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** One session of a client that writes anything, and its oracle. */
final class HostileClient {
  private static final long CQ_HEAD = 128;
  private static final long CQ_EVENT = 256;

  final Context context;
  final SessionModel model;
  private final SplittableRandom random;
  private final HostBed bed;
  private final PeerRing ring;
  private final MemorySegment memory;
  private final Dispatcher dispatcher;
  private final ProbeScheme probe;
  private final int maxHandles;
  private long tail;
  private long checked;

  /** Attaches with a small queue, so that it fills up and wraps often. */
  HostileClient(SplittableRandom random, HostBed bed) throws IOException {
    this.random = random;
    this.bed = bed;
    dispatcher = bed.dispatcher;
    probe = bed.probe;
    ring = PeerRing.attach(bed.socket, PeerOptions.DEFAULT.withCredit(1 + random.nextInt(32)));
    Region region = ring.share(Mutations.REGION_SIZE);
    for (int i = 0; i < 64; i++) {
      Mutations.urls(random, region.memory());
    }
    maxHandles = 1 + random.nextInt(20);
    context = bed.contexts.add(bed.sessions.next(), maxHandles, 0);
    memory = ring.sq().slots();
    model = new SessionModel(ring, region, bed.start, maxHandles);
    tail = checked = bed.start;
  }

  /** One or some mutations; answers how many. */
  int mutate() {
    switch (random.nextInt(96)) {
      case 0 -> memory.set(JAVA_LONG, 0, Mutations.index(random, tail, model.sqEntries));
      case 1, 8, 9 -> memory.set(JAVA_LONG, CQ_HEAD, Mutations.index(random, checked, 2));
      case 2 -> memory.set(JAVA_LONG, CQ_EVENT + 8L * random.nextInt(2), Mutations.edge(random));
      case 3 -> memory.set(JAVA_LONG, 8L * random.nextInt(64, 512), random.nextLong());
      case 4 -> Mutations.urls(random, model.region);
      case 5, 6, 7 -> Mutations.word(random, memory, model.slot(random.nextLong()));
      default -> {
        return submit();
      }
    }
    return 1;
  }

  private int submit() {
    long room = model.sqEntries - (tail - model.head);
    int count = (int) Math.min(random.nextInt(1, 17), Math.max(room, 0));
    for (int i = 0; i < count; i++) {
      Mutations.entry(random, memory, model.slot(tail++), maxHandles);
    }
    memory.set(JAVA_LONG, 0, tail);
    if (random.nextInt(8) > 0) {
      memory.set(JAVA_LONG, CQ_HEAD, checked);
    }
    return count;
  }

  /** What a fuzzer has come up with: an entry, a word of its own file, or bytes of its region. */
  void apply(ByteBuffer input) {
    switch (input.get() & 3) {
      case 0 -> memory.set(JAVA_LONG, 8L * (input.getShort() & 63), input.getLong());
      case 1 -> write(model.region, (input.getShort() & 0xffff) % (4096 - 16), input, 16);
      default -> {
        write(memory, model.slot(tail++), input, SqEntry.SIZE);
        memory.set(JAVA_LONG, 0, tail);
      }
    }
  }

  private static void write(MemorySegment to, long at, ByteBuffer input, int length) {
    byte[] bytes = new byte[length];
    input.get(bytes, 0, Math.min(length, input.remaining()));
    MemorySegment.copy(bytes, 0, to, JAVA_BYTE, at, length);
  }

  /** One turn of a reactor; the model says what it must do. */
  void turn() {
    probe.full = random.nextInt(4) == 0;
    int budget = random.nextInt(1, 65);
    int expected = model.drain(budget, probe);
    assertEquals(expected, dispatcher.drain(context, budget), "entries taken");
    while (model.violation == null && !model.pending.isEmpty() && random.nextBoolean()) {
      complete();
    }
    dispatcher.flush();
    if (model.violation == null) {
      model.flush();
    }
    assertEquals(model.violation != null, context.ended);
    assertEquals(model.pending.size(), context.runQueue.used());
    assertAnswers();
  }

  private void complete() {
    // Nobody asked for these; a device may make them up.
    dispatcher.complete(Mutations.edge(random) >>> 8 | 1L << 55, random.nextInt());
    dispatcher.complete(probe.later.getFirst() ^ 1L << 16, random.nextInt());
    boolean good = random.nextBoolean();
    boolean open = model.pending.getFirst().open();
    long result = !good ? -1 - random.nextInt(130) : open ? probe.fresh() : random.nextLong() >>> 1;
    result >>>= good && !open ? random.nextInt(63) : 0;
    model.complete(result);
    dispatcher.complete(probe.later.remove(), result);
  }

  /** All that was posted is there to be read, in the file that this client cannot write. */
  private void assertAnswers() {
    MemorySegment server = ring.cq().slots();
    assertEquals(model.published, server.get(JAVA_LONG, 0), "completions published");
    assertEquals(model.published - checked, ring.cq().refresh());
    int next = 0;
    while (checked != model.published) {
      assertAnswer(server, model.posted.get(next++));
    }
    // What this client says that it has taken stays the lie that it was.
    long lie = memory.get(JAVA_LONG, CQ_HEAD);
    ring.cq().release();
    memory.set(JAVA_LONG, CQ_HEAD, lie);
    model.posted.clear();
    if (model.violation == null) {
      assertEquals(model.head, server.get(JAVA_LONG, CQ_HEAD), "entries given back");
    }
  }

  private long nextCompletion() {
    checked++;
    return ring.cq().next();
  }

  private void assertAnswer(MemorySegment server, SessionModel.Answer answer) {
    boolean extended = (int) answer.result() != answer.result();
    if (extended && model.isLast(checked)) {
      assertEquals(CqEntry.IORING_CQE_F_SKIP, CqEntry.flags(server, nextCompletion()));
    }
    long at = nextCompletion();
    assertEquals(answer.userData(), CqEntry.userData(server, at));
    assertEquals(extended ? CqEntry.IORING_CQE_F_32 : 0, CqEntry.flags(server, at));
    if (extended) {
      assertEquals(-Errno.EOVERFLOW, CqEntry.res(server, at));
      assertEquals(answer.result(), CqEntry.extra1(server, at));
      nextCompletion();
    } else {
      assertEquals(answer.result(), CqEntry.res(server, at));
    }
  }

  /** Told by name, and gone with all that it had. */
  void end() {
    if (model.violation == null) {
      ring.close();
    } else {
      PeerGoneException told =
          assertThrows(PeerGoneException.class, () -> ring.await(ring.cq().entries(), 0));
      assertTrue(told.getMessage().contains(model.violation), told::getMessage);
      ring.close();
    }
    assertEquals(context.session, bed.sessions.gone());
    context.ended = true;
    for (int slot = 0; slot < context.runQueue.capacity(); slot++) {
      if (context.runQueue.inUse(slot)) {
        dispatcher.cancel(context, slot);
      }
    }
    while (!probe.later.isEmpty()) {
      long token = probe.later.remove();
      boolean opened = model.pending.remove().open() && random.nextBoolean();
      dispatcher.complete(token, opened ? probe.fresh() : -Errno.ECANCELED);
    }
    assertEquals(0, context.runQueue.used());
    dispatcher.release(context);
    bed.contexts.remove(context);
    context.free();
    assertEquals(0, bed.contexts.size());
    assertTrue(probe.resources.isEmpty(), "resources left open");
  }
}
