// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final String ERASE = "\r\033[K";

  private final StringWriter text = new StringWriter();
  private long now;

  private Progress progress(boolean shown, long total) {
    return new Progress(new PrintWriter(text), shown, "file:/a", total, () -> now);
  }

  private void at(Progress progress, long millis, long moved) {
    now = millis * 1_000_000;
    progress.accept(moved);
  }

  @Test
  void drawsAtMostTenTimesASecond() {
    Progress progress = progress(true, 4 << 20);
    for (int millis = 0; millis <= 1000; millis++) {
      at(progress, millis, 1 << 20);
    }
    progress.close();
    // From 300 ms to 1000 ms, every 100 ms; and the last takes the line away.
    assertEquals(8 + 1, text.toString().split("\r", -1).length - 1);
  }

  @Test
  void tellsHowFarItIs() {
    Progress progress = progress(true, 4 << 20);
    at(progress, 500, 1 << 20);
    assertEquals(ERASE + "file:/a: 1.0 MiB of 4.0 MiB, 25 %, 2 MiB/s", text.toString());
  }

  @Test
  void doesWithoutATotal() {
    Progress progress = progress(true, 0);
    at(progress, 1000, 1 << 20);
    assertEquals(ERASE + "file:/a: 1.0 MiB, 1 MiB/s", text.toString());
  }

  @Test
  void isSilentWhereThereIsNoTerminal() {
    Progress progress = progress(false, 100);
    at(progress, 5000, 50);
    progress.close();
    assertEquals("", text.toString());
  }

  @Test
  void leavesNothingOfAShortCopy() {
    Progress progress = progress(true, 100);
    at(progress, 100, 100);
    progress.close();
    assertEquals("", text.toString());
  }
}
