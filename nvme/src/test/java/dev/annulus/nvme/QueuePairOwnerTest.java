// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A queue pair belongs to the thread that opened it. */
@Timeout(20)
class QueuePairOwnerTest {
  @Test
  void anotherThreadIsRefused() throws Exception {
    ModelBuilder builder = ModelController.builder().namespace(Backing.memory(4096), 512);
    try (Setup setup = new Setup(builder)) {
      Throwable[] thrown = new Throwable[1];
      Thread other =
          Thread.ofPlatform()
              .start(() ->
                  thrown[0] =
                      assertThrows(WrongThreadException.class, () -> setup.queue.flush(1, 1)));
      other.join();
      assertTrue(thrown[0].getMessage().contains("open one for each thread"));
    }
  }
}
