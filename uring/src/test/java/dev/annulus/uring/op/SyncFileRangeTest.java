// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.annulus.ring.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SyncFileRangeTest extends OperationTest {
  private static final int SYNC_FILE_RANGE_WRITE = 2;

  @Test
  void startsWriting() throws IOException {
    assertEquals(0, run(new SyncFileRange(file("f"), 0, 4096, SYNC_FILE_RANGE_WRITE)));
    fails(Errno.ESPIPE, new SyncFileRange(pipe()[0], 0, 0, SYNC_FILE_RANGE_WRITE));
    assertThrows(IllegalArgumentException.class, () -> new SyncFileRange(0, 0, -1, 0));
  }
}
