// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import dev.annulus.peer.PeerGoneException;
import dev.annulus.peer.PeerOptions;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that does the steps of a history to a device of a host, until it is through or the host
 * is gone. Writes between two flushes are in flight together, in an order of their own each time.
 */
final class Replay implements Runnable {
  private static final int DEPTH = 16;

  private final Path socket;
  private final String url;
  private final History history;
  private final boolean careful;
  private final Random random;
  private final AtomicInteger progress;
  private final List<Step> batch = new ArrayList<>();
  private Client client;
  private long buffer;
  private int plain;
  private int durable;
  private int failure;
  private volatile int committed;
  private volatile Throwable thrown;

  /**
   * Prepares one.
   *
   * @param careful false for one that neither flushes nor writes through the cache
   * @param progress one more with each step of this or others
   */
  Replay(
      Path socket,
      String url,
      History history,
      boolean careful,
      long seed,
      AtomicInteger progress) {
    this.socket = socket;
    this.url = url;
    this.history = history;
    this.careful = careful;
    this.random = new Random(seed);
    this.progress = progress;
  }

  /** Transactions whose last write was told to be complete. */
  int committed() {
    return committed;
  }

  /** What went wrong besides the end of the host, or null. */
  Throwable thrown() {
    return thrown;
  }

  @Override
  public void run() {
    try (Client own = Client.connect(socket, PeerOptions.DEFAULT)) {
      client = own;
      buffer = own.pool().lease((long) DEPTH * Ext4.BLOCK, Ext4.BLOCK);
      plain = own.open(url, Client.O_RDWR, 0);
      durable = own.open(url, Client.O_RDWR | (careful ? Client.O_DSYNC : 0), 0);
      for (Step step : history.steps()) {
        does(step);
      }
      writeBatch();
    } catch (PeerGoneException gone) {
      // Killed, as it should be.
    } catch (IOException | RuntimeException e) {
      thrown = e;
    }
  }

  private void does(Step step) throws IOException {
    switch (step.kind()) {
      case WRITE -> batch.add(step);
      case FLUSH -> {
        writeBatch();
        if (careful) {
          client.sync(plain, 0, 0);
          complete(1);
        }
        progress.incrementAndGet();
      }
      case THROUGH -> {
        writeBatch();
        write(durable, step, 0);
        complete(1);
        committed = Math.max(committed, step.committed());
        progress.incrementAndGet();
      }
    }
  }

  private void writeBatch() throws IOException {
    Collections.shuffle(batch, random);
    for (int done = 0; done < batch.size(); ) {
      int some = Math.min(1 + random.nextInt(DEPTH), batch.size() - done);
      for (int i = 0; i < some; i++) {
        write(plain, batch.get(done + i), i);
      }
      complete(some);
      progress.addAndGet(some);
      done += some;
    }
    batch.clear();
  }

  private void write(int handle, Step step, int place) {
    long at = (long) place * Ext4.BLOCK;
    client.pool().memory(buffer).asSlice(at).copyFrom(MemorySegment.ofArray(step.bytes()));
    client.write(handle, buffer, at, Ext4.BLOCK, (long) step.block() * Ext4.BLOCK, 1);
  }

  private void complete(int count) throws IOException {
    client.submit();
    for (int done = 0; done < count; ) {
      client.awaitUninterruptibly(1);
      done += client.reap((tag, result, flags) -> failure = result < 0 ? result : failure, count);
    }
    if (failure != 0) {
      throw new IOException(url + ": errno " + -failure);
    }
  }
}
