// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A reactor's contexts by number, and those among them that are polled. */
final class ContextTable {
  private Context[] byId = new Context[16];
  private final List<Context> polled = new ArrayList<>();
  private final List<Context> retiring = new ArrayList<>();
  private int count;

  /** Adds a context for a session, polled at first. */
  Context add(PeerSession session, int maxHandles, long now) {
    int id = 0;
    while (id < byId.length && byId[id] != null) {
      id++;
    }
    if (id == byId.length) {
      byId = Arrays.copyOf(byId, 2 * id);
    }
    Context context = new Context(id, session, maxHandles);
    context.lastActive = now;
    byId[id] = context;
    polled.add(context);
    count++;
    return context;
  }

  /** The context of a number that a token carries, or null. */
  Context get(int id) {
    return id < byId.length ? byId[id] : null;
  }

  Context of(PeerSession session) {
    for (Context context : byId) {
      if (context != null && context.session == session) {
        return context;
      }
    }
    return null;
  }

  /** All contexts, those that end included. */
  List<Context> all() {
    return Arrays.stream(byId).filter(Objects::nonNull).toList();
  }

  List<Context> polled() {
    return polled;
  }

  /** Contexts whose client is gone and that wait for their last operation. */
  List<Context> retiring() {
    return retiring;
  }

  void poll(Context context) {
    polled.add(context);
  }

  void remove(Context context) {
    byId[context.id] = null;
    polled.remove(context);
    count--;
  }

  int size() {
    return count;
  }
}
