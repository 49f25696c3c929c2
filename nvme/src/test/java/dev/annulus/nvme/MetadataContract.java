// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Metadata and protection information, on all namespaces of a controller that have any; the same
 * for each kind of controller.
 */
@Timeout(60)
abstract class MetadataContract extends DeviceContract {
  /** A transport to a controller whose namespaces have 256 blocks or more. */
  @Override
  abstract Transport open() throws Exception;

  static final int GUARD = Protection.GUARD;
  static final int APPLICATION = Protection.APPLICATION_TAG;
  static final int REFERENCE = Protection.REFERENCE_TAG;
  static final int BUFFER = 2 << 20;

  private static final int BLOCKS = 5;

  MetadataContract() {
    super(63, BUFFER);
  }

  /** The namespaces with metadata that are so and so. */
  List<Namespace> namespaces(Predicate<BlockMetadata> like) {
    List<Namespace> all =
        controller.namespaces().stream()
            .filter(each -> each.metadata().size() > 0 && like.test(each.metadata()))
            .toList();
    assumeFalse(all.isEmpty(), "the controller has no namespace of this format");
    return all;
  }

  List<Namespace> protectedNamespaces() {
    return namespaces(each -> each.protectionType() != 0);
  }

  FormattedBlocks blocks(Namespace namespace, int number) {
    return new FormattedBlocks(buffer, number * (BUFFER / 4L), namespace, BLOCKS);
  }

  /** All that can be checked with a type of protection. */
  static Protection all(Namespace namespace, boolean byController, int tag, int mask) {
    int type = namespace.metadata().protectionType();
    int checks = GUARD | APPLICATION | (type == 3 ? 0 : REFERENCE);
    return new Protection(byController, checks, tag, mask, type == 2 ? 77 : 0);
  }

  NvmCommands nvm(Namespace namespace) {
    return queue.nvm(namespace.nsid());
  }

  /** The status of the one command that is in flight. */
  int finish(boolean accepted) throws NvmeException {
    assertTrue(accepted, "the queue is full");
    outcomes.clear();
    Setup.finish(queue, outcomes);
    assertEquals(1, outcomes.size(), "completed once");
    return outcomes.status(outcomes.order().getFirst());
  }

  void assertOk(Namespace namespace, boolean accepted) throws NvmeException {
    assertEquals("Successful Completion", NvmeStatus.name(finish(accepted)), "" + namespace);
  }

  void assertFails(StatusCode status, Namespace namespace, boolean accepted) throws NvmeException {
    assertEquals(status.words, NvmeStatus.name(finish(accepted)), "" + namespace);
  }

  @Test
  void dataAndMetadataAreReadAsWritten() throws Exception {
    for (Namespace each : namespaces(any -> true)) {
      FormattedBlocks out = blocks(each, 0).random(each.nsid()).generate(10, Protection.BY_HOST);
      FormattedBlocks in = blocks(each, 1);
      assertOk(each, out.write(nvm(each), 10, 1));
      assertOk(each, in.read(nvm(each), 10, 2));
      assertArrayEquals(out.data(), in.data());
      assertArrayEquals(out.metadata(), in.metadata());
    }
  }

  @Test
  void whatTheHostWritesTheControllerChecks() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 0xBEE, 0xFFFF);
      NvmCommands nvm = nvm(each).withProtection(tags);
      FormattedBlocks out = blocks(each, 0).random(each.nsid()).generate(20, tags);
      FormattedBlocks in = blocks(each, 1);
      assertOk(each, out.write(nvm, 20, 1));
      assertOk(each, in.read(nvm, 20, 2));
      assertArrayEquals(out.metadata(), in.metadata());
      assertEquals(0, in.check(20, tags));
      out.flip(out.dataAt(3) + 100);
      assertFails(StatusCode.END_TO_END_GUARD_CHECK_ERROR, each, out.write(nvm, 20, 3));
      out.flip(out.dataAt(3) + 100);
      out.flip(out.protectionAt(4));
      assertFails(StatusCode.END_TO_END_GUARD_CHECK_ERROR, each, out.write(nvm, 20, 4));
      out.flip(out.protectionAt(4));
      out.flip(out.protectionAt(2) + 3);
      assertFails(StatusCode.END_TO_END_APPLICATION_TAG_CHECK_ERROR, each, out.write(nvm, 20, 5));
      NvmCommands masked = nvm(each).withProtection(all(each, false, 0xBEE, 0xFF00));
      assertOk(each, out.write(masked, 20, 6));
      assertFails(StatusCode.END_TO_END_APPLICATION_TAG_CHECK_ERROR, each, in.read(nvm, 20, 7));
      out.flip(out.protectionAt(2) + 3);
      out.flip(out.protectionAt(0) + 7);
      if (each.metadata().protectionType() == 3) {
        assertOk(each, out.write(nvm, 20, 8));
      } else {
        assertFails(StatusCode.END_TO_END_REFERENCE_TAG_CHECK_ERROR, each, out.write(nvm, 20, 8));
      }
    }
  }

  @Test
  void whatTheMediumHasWrongIsFoundByReadingAndVerifying() throws Exception {
    boolean verifies = (controller.info().optionalCommands() & Identify.ONCS_VERIFY) != 0;
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 0, 0);
      NvmCommands nvm = nvm(each).withProtection(tags);
      FormattedBlocks out = blocks(each, 0).random(each.nsid()).generate(30, tags);
      FormattedBlocks in = blocks(each, 1);
      out.flip(out.dataAt(4));
      assertOk(each, out.write(nvm(each), 30, 1));
      assertOk(each, in.read(nvm(each), 30, 2));
      StatusCode guard = StatusCode.END_TO_END_GUARD_CHECK_ERROR;
      assertEquals(guard.value, in.check(30, tags));
      assertFails(guard, each, in.read(nvm, 30, 3));
      if (verifies) {
        assertFails(guard, each, nvm.verify(30, BLOCKS, 4));
        assertOk(each, nvm.verify(30, BLOCKS - 1, 5));
        assertOk(each, nvm(each).verify(30, BLOCKS, 6));
      }
    }
  }

  @Test
  void whatTheControllerWritesTheHostChecks() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      Protection act = all(each, true, 0xCAFE, 0xFFFF);
      Protection tags = all(each, false, 0xCAFE, 0xFFFF);
      FormattedBlocks in = blocks(each, 1);
      byte[] data = write(each, act);
      assertOk(each, in.read(nvm(each).withProtection(tags), 40, 2));
      assertEquals(0, in.check(40, tags), "" + each);
      assertArrayEquals(data, in.data());
      in.flip(in.protectionAt(1));
      assertOk(each, in.write(nvm(each), 40, 3));
      NvmCommands acting = nvm(each).withProtection(act);
      assertFails(
          StatusCode.END_TO_END_GUARD_CHECK_ERROR,
          each,
          strips(each) ? acting.read(40, BLOCKS, buffer.iova(), 4) : in.read(acting, 40, 4));
    }
  }

  private static boolean strips(Namespace namespace) {
    return namespace.metadata().size() == 8;
  }

  /** Has the controller write the information of blocks from 40; answers their data. */
  private byte[] write(Namespace namespace, Protection act) throws NvmeException {
    NvmCommands nvm = nvm(namespace).withProtection(act);
    if (!strips(namespace)) {
      FormattedBlocks out = blocks(namespace, 0).random(5);
      assertOk(namespace, out.write(nvm, 40, 1));
      return out.data();
    }
    byte[] data = new byte[BLOCKS * namespace.blockSize()];
    new Random(6).nextBytes(data);
    MemorySegment.copy(data, 0, buffer.memory(), JAVA_BYTE, 0, data.length);
    assertOk(namespace, nvm.write(40, BLOCKS, buffer.iova(), 1));
    long back = BUFFER / 2;
    buffer.memory().set(JAVA_BYTE, back + data.length, (byte) 0x5A);
    assertOk(namespace, nvm.read(40, BLOCKS, buffer.iova() + back, 1));
    byte[] now = new byte[data.length];
    MemorySegment.copy(buffer.memory(), JAVA_BYTE, back, now, 0, now.length);
    assertArrayEquals(data, now, "stripped");
    assertEquals(0x5A, buffer.memory().get(JAVA_BYTE, back + data.length), "one byte too far");
    return data;
  }

  @Test
  void deallocatedBlocksAreNotChecked() throws Exception {
    int bits = Identify.ONCS_DSM;
    assumeTrue(
        (controller.info().optionalCommands() & bits) == bits,
        "the controller does not offer Dataset Management");
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 1, 0xFFFF);
      FormattedBlocks in = blocks(each, 0).random(1).generate(50, tags);
      assertOk(each, in.write(nvm(each), 50, 1));
      assertOk(each, nvm(each).deallocate(50, BLOCKS, 2));
      assertOk(each, in.read(nvm(each).withProtection(tags), 50, 3));
    }
  }

  @Test
  void zeroesWithInformationOfTheControllers() throws Exception {
    assumeTrue(
        (controller.info().optionalCommands() & Identify.ONCS_WRITE_ZEROES) != 0,
        "the controller does not offer Write Zeroes");
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 9, 0xFFFF);
      FormattedBlocks in = blocks(each, 0).random(1);
      assertOk(each, in.write(nvm(each), 60, 1));
      NvmCommands acting = nvm(each).withProtection(all(each, true, 9, 0xFFFF));
      assertOk(each, acting.writeZeroes(60, BLOCKS, false, 2));
      assertOk(each, in.read(nvm(each).withProtection(tags), 60, 3));
      assertEquals(0, in.check(60, tags));
      assertArrayEquals(new byte[BLOCKS * each.blockSize()], in.data());
    }
  }

  @Test
  void comparesAllButProtectionInformation() throws Exception {
    assumeTrue(
        (controller.info().optionalCommands() & Identify.ONCS_COMPARE) != 0,
        "the controller does not offer Compare");
    for (Namespace each : namespaces(any -> true)) {
      FormattedBlocks out = blocks(each, 0).random(each.nsid()).generate(70, Protection.BY_HOST);
      assertOk(each, out.write(nvm(each), 70, 1));
      assertOk(each, out.compare(nvm(each), 70, 2));
      out.flip(out.dataAt(BLOCKS - 1) + each.blockSize() - 1);
      assertFails(StatusCode.COMPARE_FAILURE, each, out.compare(nvm(each), 70, 3));
      out.flip(out.dataAt(BLOCKS - 1) + each.blockSize() - 1);
      if (each.metadata().protectionType() == 0 || !strips(each)) {
        boolean first = each.metadata().protectionFirst();
        out.flip(out.metadataAt(2) + (first ? each.metadata().size() - 1 : 0));
        assertFails(StatusCode.COMPARE_FAILURE, each, out.compare(nvm(each), 70, 4));
      }
    }
  }

  @Test
  void longTransfersAreSplitWithTheirMetadataAndTags() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      Protection tags = all(each, false, 0x77, 0xFFFF);
      NvmCommands nvm = nvm(each).withProtection(tags);
      int most = BUFFER / 2 / (each.blockSize() + each.metadata().size()) - 1;
      int count = (int) Math.min(Math.min(most, nvm.longestTransfer()), each.blocks() - 1);
      FormattedBlocks out =
          new FormattedBlocks(buffer, 0, each, count).random(each.nsid()).generate(1, tags);
      FormattedBlocks in = new FormattedBlocks(buffer, BUFFER / 2, each, count);
      assertOk(each, out.write(nvm, 1, 1));
      assertOk(each, in.read(nvm, 1, 2));
      assertArrayEquals(out.data(), in.data());
      assertArrayEquals(out.metadata(), in.metadata());
    }
  }

  @Test
  void whatTheTypeDoesNotAllowIsRefused() throws Exception {
    for (Namespace each : protectedNamespaces()) {
      NvmCommands nvm = nvm(each);
      int type = each.metadata().protectionType();
      Protection wrong =
          type == 3 ? Protection.BY_HOST : type == 1 ? new Protection(false, 0, 0, 0, 1) : null;
      if (wrong != null) {
        assertThrows(IllegalArgumentException.class, () -> nvm.withProtection(wrong));
      }
      Protection act = all(each, true, 0, 0);
      FormattedBlocks out = blocks(each, 0);
      assertThrows(
          IllegalArgumentException.class, () -> out.compare(nvm.withProtection(act), 0, 1));
      long iova = buffer.iova();
      if (out.separate()) {
        assertThrows(IllegalArgumentException.class, () -> nvm.read(0, 1, iova, 1));
        assertThrows(IllegalArgumentException.class, () -> nvm.read(0, 1, iova, iova + 2, 1));
      } else {
        assertThrows(IllegalArgumentException.class, () -> nvm.read(0, 1, iova, iova, 1));
      }
      if (strips(each)) {
        NvmCommands stripping = nvm.withProtection(act);
        assertThrows(IllegalArgumentException.class, () -> stripping.write(0, 1, iova, iova, 1));
      }
      assertEquals(0, queue.inFlight());
    }
  }

  /** Type 1: the first reference tag must be the first block's number. */
  @Test
  void theDeviceRefusesAWrongFirstTag() throws Exception {
    for (Namespace each : namespaces(any -> any.protectionType() == 1)) {
      long reads = (long) Protection.REFERENCE_TAG << NvmOpcode.PRCHK_SHIFT;
      long bytes = each.blockSize() + each.metadata().size();
      int nsid = each.nsid();
      boolean accepted = queue.command(NvmOpcode.READ, nsid, 5, reads, 6, buffer.iova(), bytes, 1);
      assertFails(StatusCode.INVALID_PROTECTION_INFORMATION, each, accepted);
    }
  }
}
