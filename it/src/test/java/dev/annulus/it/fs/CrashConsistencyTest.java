// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.fs;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.nvme.Backing;
import dev.annulus.nvme.Controller;
import dev.annulus.nvme.ControllerOptions;
import dev.annulus.nvme.DmaBuffer;
import dev.annulus.nvme.ModelController;
import dev.annulus.nvme.QueuePair;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host is killed while a file system is written through it, on devices that lose what was not
 * flushed: with its journal replayed, it is consistent, and has all that was committed.
 */
@Timeout(value = 300, unit = SECONDS, threadMode = SEPARATE_THREAD)
class CrashConsistencyTest {
  /** Hosts that are killed; each has several devices, which are a point each. */
  private static final int KILLS = Integer.getInteger("annulus.fs.kills", 7);

  private static final int DEVICES = 8;
  private static final int CHECKPOINTS = 3;
  private static final int TRANSACTIONS = 4;

  private final long seed = Long.getLong("annulus.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  @TempDir Path temporary;
  private Ext4 ext4;
  private History history;

  /** How a device was left: how many of its transactions had been told to be durable. */
  private record Left(Path image, int committed) {}

  @BeforeEach
  void make() throws Exception {
    System.out.println("seed " + seed);
    ext4 = new Ext4(temporary);
    history = History.make(temporary, ext4, random, CHECKPOINTS, TRANSACTIONS);
  }

  @Test
  void whatWasCommittedIsThereAndTheRestIsConsistent() throws Exception {
    int[] found = new int[history.transactions() + 1];
    int more = 0;
    int points = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int total = DEVICES * history.steps().size();
      for (Left left : kill(true, 1 + random.nextInt(total - 1))) {
        int state = recovered(left);
        assertTrue(
            state >= left.committed,
            () -> "seed " + seed + ": " + left + " but has the state of " + state);
        found[state]++;
        more += state > left.committed ? 1 : 0;
        points++;
      }
    }
    System.out.printf(
        "%d crash points in %d steps: states %s; %d had a transaction that nobody was told of%n",
        points, history.steps().size(), java.util.Arrays.toString(found), more);
    assertEquals(KILLS * DEVICES, points);
  }

  /** The same without flushes: what the test is for must be seen. */
  @Test
  void withoutFlushesItBreaks() throws Exception {
    int broken = 0;
    for (Left left : kill(false, DEVICES * history.steps().size() / 2)) {
      try {
        broken += recovered(left) < left.committed ? 1 : 0;
      } catch (AssertionError inconsistent) {
        broken++;
      }
    }
    System.out.println(broken + " of " + DEVICES + " are broken without flushes");
    assertTrue(broken > 0, "seed " + seed);
  }

  /** Nothing is lost where nothing is killed: the history itself is sound. */
  @Test
  void anUnbrokenHistoryEndsInItsLastState() throws Exception {
    for (Left left : kill(true, Integer.MAX_VALUE)) {
      assertEquals(history.transactions(), left.committed);
      assertEquals(history.transactions(), recovered(left));
    }
  }

  /** Writes to all devices of a host, and kills it when so many steps are done, or all. */
  private List<Left> kill(boolean careful, int steps) throws Exception {
    Path socket = temporary.resolve("host.sock");
    Files.deleteIfExists(socket);
    List<String> arguments = new ArrayList<>(List.of(socket.toString()));
    List<Path> images = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      Path image = temporary.resolve("device" + i);
      history.copyStart(image);
      images.add(image);
      arguments.addAll(List.of(image.toString(), Long.toString(random.nextLong())));
    }
    AtomicInteger progress = new AtomicInteger();
    List<Replay> replays = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try (Victim host = Victim.start(CrashHost.class, CrashHost.READY, arguments)) {
      for (int i = 0; i < DEVICES; i++) {
        String url = "nvme:/" + i + "/1";
        replays.add(new Replay(socket, url, history, careful, random.nextLong(), progress));
        threads.add(Thread.ofPlatform().start(replays.getLast()));
      }
      while (progress.get() < steps && threads.stream().anyMatch(Thread::isAlive)) {
        Thread.sleep(0, 100_000);
      }
      host.kill();
    }
    List<Left> left = new ArrayList<>();
    for (int i = 0; i < DEVICES; i++) {
      threads.get(i).join();
      assertNull(replays.get(i).thrown(), "seed " + seed);
      left.add(new Left(images.get(i), replays.get(i).committed()));
    }
    return left;
  }

  /** The state that a device is in after its journal was replayed; fails where it is in none. */
  private int recovered(Left left) throws Exception {
    Path copy = temporary.resolve("recovered.img");
    readByAnotherDriver(left.image, copy);
    ext4.replay(copy);
    ext4.assertConsistent(copy);
    FileTree files = ext4.files(copy);
    for (int state = left.committed; state >= 0; state--) {
      if (history.state(state).equals(files)) {
        return state;
      }
    }
    int next = Math.min(left.committed + 1, history.transactions());
    assertEquals(history.state(next), files, () -> "seed " + seed + ": neither, of " + left);
    return next;
  }

  private static void readByAnotherDriver(Path image, Path copy) throws IOException {
    int size = Math.toIntExact(Files.size(image));
    try (ModelController model =
            ModelController.builder().namespace(Backing.file(image, size), Ext4.BLOCK).build();
        Controller controller = Controller.start(model, ControllerOptions.DEFAULT);
        QueuePair queue = controller.openQueuePair(64)) {
      DmaBuffer buffer = controller.dma().allocate(size, Ext4.BLOCK);
      int[] status = {-1};
      assertTrue(queue.read(1, 0, size / Ext4.BLOCK, buffer.iova(), 1));
      queue.ring();
      while (status[0] < 0) {
        queue.poll((token, answer, result) -> status[0] = answer, 1);
      }
      assertEquals(0, status[0]);
      Files.write(copy, buffer.memory().toArray(ValueLayout.JAVA_BYTE));
      controller.dma().free(buffer);
    }
  }
}
