// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals to other processes. */
final class Signals {
  private Signals() {}

  static void send(String name, int process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Integer.toString(process)).start();
    assertTrue(kill.waitFor(20, TimeUnit.SECONDS));
    assertEquals(0, kill.exitValue());
  }
}
