// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import java.nio.channels.SelectionKey;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Learns that a platform thread is interrupted while it is in a system call: the base class of
 * selectors is the one public way to be told so. Of a selector it has nothing else.
 */
final class Interrupts extends AbstractSelector {
  private final Runnable rouse;
  private Thread sleeper;

  /**
   * Prepares.
   *
   * @param rouse called by the thread that interrupts, between {@link #from} and {@link #to}; also
   *     a little later
   */
  Interrupts(Runnable rouse) {
    super(null);
    this.rouse = rouse;
  }

  /** From here on the calling thread wants to be roused. It then looks at its status once more. */
  void from() {
    sleeper = Thread.currentThread();
    begin();
  }

  /** From here on it does not. */
  void to() {
    end();
  }

  /** The thread's own call, where it was interrupted before, finds nobody asleep. */
  @Override
  public Interrupts wakeup() {
    if (Thread.currentThread() != sleeper) {
      rouse.run();
    }
    return this;
  }

  private static UnsupportedOperationException noSelector() {
    return new UnsupportedOperationException("not a selector");
  }

  @Override
  protected void implCloseSelector() {
    throw noSelector();
  }

  @Override
  protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object with) {
    throw noSelector();
  }

  @Override
  public Set<SelectionKey> keys() {
    throw noSelector();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    throw noSelector();
  }

  @Override
  public int selectNow() {
    throw noSelector();
  }

  @Override
  public int select(long timeout) {
    throw noSelector();
  }

  @Override
  public int select() {
    throw noSelector();
  }
}
