// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract with a controller that has SGLs; and what describes which transfer. */
class ModelControllerSglTest extends ControllerContract {
  private static final int PAGE = 4096;

  @Override
  Transport open() {
    return builder(Faults.NONE).build();
  }

  private ModelBuilder builder(Faults faults) {
    Backing backing = Backing.memory(blocks() * blockSize());
    return ModelController.builder().namespace(backing, blockSize()).sgls(true).faults(faults);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void longTransfersAreOneDataBlock(boolean sgls) throws Exception {
    Trouble watch = new Trouble();
    int[] described = new int[2];
    watch.io =
        command -> {
          described[command.sgl() ? 1 : 0]++;
          return 0;
        };
    ModelBuilder builder = builder(watch).sgls(sgls);
    try (Setup setup =
        new Setup(builder, ControllerOptions.DEFAULT.withMaxTransferBytes(PAGE * 16), 64)) {
      assertEquals(sgls, setup.controller.info().sgls());
      setup.queue.read(1, 0, 63, setup.buffer.iova(), 1);
      setup.queue.deallocate(1, 0, 1 << 10, 2);
      setup.finish();
      assertEquals(0, described[1], "below the threshold");
      setup.queue.write(1, 0, 64, setup.buffer.iova() + 4, 3);
      setup.queue.read(1, 0, 2 * 128, setup.buffer.iova() + 508, 4);
      setup.finish();
      assertEquals(sgls ? 3 : 0, described[1]);
      for (int token = 1; token <= 4; token++) {
        setup.outcomes.assertOk(token);
      }
    }
  }

  @Test
  void whatADescriptorMayNotSay() throws Exception {
    Trouble wrong = new Trouble();
    try (Setup setup = new Setup(builder(wrong))) {
      int token = 0;
      for (long[] each :
          new long[][] {
            {0, 32 << 10, 0},
            {1, 32 << 10, StatusCode.SGL_DESCRIPTOR_TYPE_INVALID.value},
            {0x30, 32 << 10, StatusCode.SGL_DESCRIPTOR_TYPE_INVALID.value},
            {0, (32 << 10) - 1, StatusCode.DATA_SGL_LENGTH_INVALID.value},
            {0, (32 << 10) + 512, StatusCode.DATA_SGL_LENGTH_INVALID.value}
          }) {
        wrong.io =
            command -> {
              assertTrue(command.sgl());
              command.prp2 = each[0] << 56 | each[1];
              return 0;
            };
        setup.queue.read(1, 0, 64, setup.buffer.iova(), token);
        setup.finish();
        assertEquals(each[2], setup.outcomes.status(token++) & 0x7FF);
      }
      wrong.io = command -> 0;
    }
  }

  @Test
  void whichControllersHaveThem() {
    assertFalse(Sgl.supported(0));
    assertTrue(Sgl.supported(1));
    assertTrue(Sgl.supported(0xFFF_0002));
    assertFalse(Sgl.supported(3), "reserved");
    assertFalse(Sgl.supported(0x10000));
  }
}
