// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The contract of metadata on the model, in every format; and what only the model has. */
class ModelMetadataTest extends MetadataContract {
  @Override
  Transport open() {
    ModelBuilder builder = ModelController.builder().maxTransfer(3);
    builder.namespace(Backing.memory(1 << 18), 512);
    for (int type = 0; type <= 3; type++) {
      for (int size : new int[] {8, 16, 64}) {
        builder.namespace(
            Backing.memory(1 << 19), 512, new BlockMetadata(size, false, type, type == 2));
        builder.namespace(
            Backing.memory(1 << 19), 512, new BlockMetadata(size, true, type, type != 2));
      }
    }
    builder.namespace(Backing.memory(2 << 20), 4096, new BlockMetadata(8, false, 1, false));
    builder.namespace(Backing.memory(2 << 20), 4096, new BlockMetadata(128, true, 1, false));
    return builder.threaded(true).build();
  }

  @Test
  void namespacesSayWhatTheyCarry() {
    assertEquals(27, controller.namespaces().size());
    assertEquals(BlockMetadata.NONE, controller.namespaces().getFirst().metadata());
    assertEquals(new BlockMetadata(8, false, 2, true), controller.namespaces().get(13).metadata());
    assertEquals(
        new BlockMetadata(128, true, 1, false), controller.namespaces().getLast().metadata());
    assertEquals((1 << 19) / (512 + 64), controller.namespaces().get(5).blocks());
  }

  @Test
  void newAndDeallocatedBlocksReadAsTheSpecificationHasThem() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      FormattedBlocks in = blocks(each, 0).random(1);
      assertOk(each, in.read(nvm(each).withProtection(all(each, false, 3, 0xFFFF)), 200, 1));
      assertArrayEquals(new byte[in.count() * each.blockSize()], in.data());
      byte[] expected = new byte[each.metadata().size()];
      int at = each.metadata().protectionOffset();
      Arrays.fill(expected, at, at + 8, (byte) 0xFF);
      assertArrayEquals(expected, Arrays.copyOf(in.metadata(), expected.length));
      assertOk(each, nvm(each).writeZeroes(200, 1, true, 2));
      assertOk(each, in.read(nvm(each), 200, 3));
      assertArrayEquals(
          new byte[expected.length],
          Arrays.copyOf(in.metadata(), expected.length),
          "zeroes without the controller's action");
    }
  }

  @Test
  void comparesAndWritesWithMetadata() throws Exception {
    for (Namespace each : namespaces(any -> true)) {
      FormattedBlocks before = blocks(each, 0).random(1).generate(90, Protection.BY_HOST);
      FormattedBlocks after = blocks(each, 1).random(2).generate(90, Protection.BY_HOST);
      FormattedBlocks now = blocks(each, 2);
      assertOk(each, before.write(nvm(each), 90, 1));
      assertOk(each, before.compareAndWrite(nvm(each), 90, after, 2));
      assertOk(each, now.read(nvm(each), 90, 3));
      assertArrayEquals(after.data(), now.data());
      assertArrayEquals(after.metadata(), now.metadata());
      assertFails(
          StatusCode.COMPARE_FAILURE, each, before.compareAndWrite(nvm(each), 90, after, 4));
    }
  }

  @Test
  void copiesWriteTheInformationAnew() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 0x11, 0xFFFF);
      Protection act = all(each, true, 0x11, 0xFFFF);
      FormattedBlocks out = blocks(each, 0).random(1).generate(100, tags);
      FormattedBlocks in = blocks(each, 1);
      assertOk(each, out.write(nvm(each), 100, 1));
      try (CopyRanges ranges = CopyRanges.allocate(controller.dma(), 2)) {
        ranges.add(102, 3, tags).add(100, 2, tags);
        assertOk(each, nvm(each).withProtection(act).copy(ranges, 150, 2));
        assertOk(each, in.read(nvm(each).withProtection(tags), 150, 3));
        assertEquals(0, in.check(150, tags));
        assertOk(each, nvm(each).copy(ranges, 160, 4));
        out.flip(out.dataAt(1));
        assertOk(each, out.write(nvm(each), 100, 5));
        assertFails(
            StatusCode.END_TO_END_GUARD_CHECK_ERROR,
            each,
            nvm(each).withProtection(act).copy(ranges, 170, 6));
        assertEquals(1, outcomes.result(6), "ranges that were copied");
      }
    }
  }
}
