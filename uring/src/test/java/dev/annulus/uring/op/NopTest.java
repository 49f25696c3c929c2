// SPDX-License-Identifier: Apache-2.0
package dev.annulus.uring.op;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.annulus.ring.ErrnoException;
import org.junit.jupiter.api.Test;

class NopTest extends OperationTest {
  @Test
  void completes() throws ErrnoException {
    assertEquals(0, run(new Nop()));
  }
}
