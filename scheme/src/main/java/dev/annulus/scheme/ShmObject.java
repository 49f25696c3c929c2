// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import dev.annulus.peer.PeerEnd;
import dev.annulus.peer.ServerOptions.Caller;
import java.util.concurrent.atomic.AtomicReference;

/** One name that was created, until its second end is taken. */
final class ShmObject {
  private final int user;
  private final int group;
  private final int mode;

  /** The end for who opens it: whoever takes it out has it, be it to close it. */
  private final AtomicReference<PeerEnd> second;

  ShmObject(Caller creator, int mode, PeerEnd second) {
    user = creator.uid();
    group = creator.gid();
    this.mode = mode;
    this.second = new AtomicReference<>(second);
  }

  /** Both ends write: whoever may not both read and write may not open. */
  boolean allows(Caller caller) {
    if (caller.uid() == user) {
      return (mode & 0600) == 0600;
    }
    int bits = caller.gid() == group ? 0060 : 0006;
    return (mode & bits) == bits;
  }

  /** The second end, once; null ever after. From any thread. */
  PeerEnd takeSecond() {
    return second.getAndSet(null);
  }
}
