// SPDX-License-Identifier: Apache-2.0
package dev.annulus.bench.work;

import dev.annulus.bench.measure.Counter;
import dev.annulus.bench.process.Answer;
import dev.annulus.peer.PeerOptions;
import dev.annulus.peer.WaitStrategy;
import dev.annulus.ring.CompletionHandler;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients of one host, of which some are active, in turn: as many of its operations as a batch are
 * waited for, and as many submitted. The others are attached and do nothing.
 */
final class ManyClients implements Worker, CompletionHandler {
  private static final int ROUNDS_A_CLOCK = 8;

  private final List<Client> attached = new ArrayList<>();
  private final Client[] active;
  private final int[] handles;
  private final int batch;
  private final int batchesInFlight;
  private long count;

  private ManyClients(int clients, int active, int batch, int depth, Path socket)
      throws IOException {
    this.active = new Client[active];
    this.handles = new int[active];
    this.batch = batch;
    batchesInFlight = depth / batch;
    PeerOptions options = PeerOptions.DEFAULT.withCredit(depth).withWaiting(WaitStrategy.BUSY_SPIN);
    for (int i = 0; i < clients; i++) {
      attached.add(Client.connect(socket, options));
    }
    for (int i = 0; i < active; i++) {
      // Spread over all, as they would be.
      this.active[i] = attached.get((int) ((long) i * clients / active));
      handles[i] = this.active[i].open("null:", Client.O_RDONLY, 0);
    }
  }

  static Worker open(Arguments arguments) throws IOException {
    return new ManyClients(
        arguments.number(),
        arguments.number(),
        arguments.number(),
        arguments.number(),
        arguments.path());
  }

  @Override
  public Answer run(double seconds) throws IOException {
    long calls = systemCalls();
    count = 0;
    Stopwatch watch = new Stopwatch(seconds);
    for (int i = 0; i < batchesInFlight; i++) {
      for (int one = 0; one < active.length; one++) {
        start(one);
      }
    }
    do {
      for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
        for (int one = 0; one < active.length; one++) {
          finish(one);
          start(one);
        }
      }
    } while (watch.running());
    Answer answer = watch.stop(count);
    long called = systemCalls() - calls;
    for (int i = 0; i < batchesInFlight; i++) {
      for (int one = 0; one < active.length; one++) {
        finish(one);
      }
    }
    return answer.with(Counter.SYSTEM_CALLS.key(), called);
  }

  private void start(int one) {
    Client client = active[one];
    for (int i = 0; i < batch; i++) {
      if (!client.size(handles[one], one)) {
        throw new IllegalStateException("fewer in flight than there is credit for, and none left");
      }
    }
    client.submit();
  }

  private void finish(int one) throws IOException {
    active[one].awaitUninterruptibly(batch);
    if (active[one].reap(this, batch) != batch) {
      throw new IllegalStateException("fewer completions than were waited for");
    }
  }

  @Override
  public void completed(long tag, int result, int flags) {
    if (result != 0) {
      throw new IllegalStateException("the size of null: is " + result);
    }
    count++;
  }

  private long systemCalls() {
    long calls = 0;
    for (Client client : active) {
      calls += client.systemCalls();
    }
    return calls;
  }
}
