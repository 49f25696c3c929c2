// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Writes the structures that Identify answers with. */
final class ModelIdentify {
  private static final int INVALID_NAMESPACE =
      StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | NvmeStatus.DO_NOT_RETRY;

  /** The part of the namespaces' names that is the same for all. */
  private static final long NAME = 0x414E_4E55_4C55_5300L;

  private final ModelConfig config;
  private final ModelZoneIdentify zones;

  ModelIdentify(ModelConfig config) {
    this.config = config;
    zones = new ModelZoneIdentify(config);
  }

  /** Writes the structure that a command asks for; 0 or the status to fail with. */
  int write(ModelCommand command, MemorySegment page) {
    page.fill((byte) 0);
    return switch (command.cdw10Low() & 0xFF) {
      case Identify.CNS_NAMESPACE -> namespace(command.nsid, page);
      case Identify.CNS_CONTROLLER -> controller(page);
      case Identify.CNS_ACTIVE_NAMESPACES -> active(command.nsid, page);
      case Identify.CNS_NAMESPACE_DESCRIPTORS -> descriptors(command.nsid, page);
      case ZoneIdentify.CNS_NAMESPACE, ZoneIdentify.CNS_CONTROLLER, ZoneIdentify.CNS_COMMAND_SETS ->
          zones.write(command, page);
      default -> StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;
    };
  }

  private int controller(MemorySegment page) {
    text(page, Identify.SN, Identify.SN_LENGTH, ModelConfig.SERIAL);
    text(page, Identify.MN, Identify.MN_LENGTH, ModelConfig.MODEL);
    text(page, Identify.FR, Identify.FR_LENGTH, ModelConfig.FIRMWARE);
    page.set(JAVA_BYTE, Identify.MDTS, (byte) config.mdts());
    page.set(JAVA_SHORT, Identify.CNTLID, (short) 1);
    page.set(JAVA_INT, Identify.VER, ModelConfig.VERSION);
    page.set(JAVA_BYTE, Identify.CNTRLTYPE, (byte) 1);
    int commands = config.shadowDoorbells() ? Identify.OACS_DOORBELL_BUFFER : 0;
    page.set(JAVA_SHORT, Identify.OACS, (short) commands);
    page.set(JAVA_BYTE, Identify.ACL, (byte) (ModelConfig.ADMIN_LIMIT - 1));
    page.set(JAVA_BYTE, Identify.AERL, (byte) (ModelConfig.ADMIN_LIMIT - 1));
    page.set(JAVA_BYTE, Identify.FRMW, (byte) 3); // one slot, read-only
    page.set(JAVA_BYTE, Identify.LPA, (byte) (1 << 2));
    page.set(JAVA_BYTE, Identify.ELPE, (byte) (ModelConfig.ERROR_ENTRIES - 1));
    page.set(JAVA_SHORT, Identify.WCTEMP, (short) 343);
    page.set(JAVA_SHORT, Identify.CCTEMP, (short) 353);
    page.set(JAVA_BYTE, Identify.SQES, (byte) (Sqe.SHIFT << 4 | Sqe.SHIFT));
    page.set(JAVA_BYTE, Identify.CQES, (byte) (Cqe.SHIFT << 4 | Cqe.SHIFT));
    page.set(JAVA_INT, Identify.NN, config.namespaces().size());
    page.set(JAVA_INT, Identify.SGLS, config.sgls() ? 1 : 0);
    optionalCommands(page);
    // A cache, and Flush with all namespaces' identifier flushes all.
    page.set(JAVA_BYTE, Identify.VWC, (byte) 7);
    page.asSlice(Identify.SUBNQN).setString(0, ModelConfig.SUBSYSTEM);
    return 0;
  }

  private static void optionalCommands(MemorySegment page) {
    int optional =
        Identify.ONCS_COMPARE
            | Identify.ONCS_WRITE_UNCORRECTABLE
            | Identify.ONCS_DSM
            | Identify.ONCS_WRITE_ZEROES
            | Identify.ONCS_VERIFY
            | Identify.ONCS_COPY;
    page.set(JAVA_SHORT, Identify.ONCS, (short) optional);
    page.set(JAVA_SHORT, Identify.FUSES, (short) Identify.FUSES_COMPARE_AND_WRITE);
    page.set(JAVA_SHORT, Identify.ACWU, (short) (ModelFused.BLOCKS - 1));
    page.set(JAVA_SHORT, Identify.OCFS, (short) 1);
  }

  private static void text(MemorySegment page, int at, int length, String value) {
    byte[] bytes = ("%-" + length + "s").formatted(value).getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, page, JAVA_BYTE, at, length);
  }

  private int namespace(int nsid, MemorySegment page) {
    ModelNamespace namespace = config.namespace(nsid);
    if (namespace == null) {
      return INVALID_NAMESPACE;
    }
    page.set(JAVA_LONG, Identify.NSZE, namespace.blocks());
    page.set(JAVA_LONG, Identify.NCAP, namespace.blocks());
    page.set(JAVA_LONG, Identify.NUSE, namespace.blocks());
    page.set(JAVA_BYTE, Identify.DLFEAT, (byte) (1 | Identify.DLFEAT_WRITE_ZEROES));
    if (namespace.zones() == null) {
      page.set(JAVA_SHORT, Identify.MSSRL, (short) ModelCopy.RANGE_BLOCKS);
      page.set(JAVA_INT, Identify.MCL, ModelCopy.BLOCKS);
      page.set(JAVA_BYTE, Identify.MSRC, (byte) (ModelCopy.RANGES - 1));
    }
    page.set(JAVA_BYTE, Identify.NSATTR, (byte) (namespace.backing().readOnly() ? 1 : 0));
    uniqueName(page, Identify.NGUID, nsid);
    format(namespace, page);
    return 0;
  }

  private static void format(ModelNamespace namespace, MemorySegment page) {
    BlockMetadata metadata = namespace.metadata();
    int protection =
        metadata.protectionType() | (metadata.protectionFirst() ? Identify.DPS_FIRST : 0);
    page.set(JAVA_BYTE, Identify.FLBAS, (byte) (metadata.extended() ? Identify.FLBAS_EXTENDED : 0));
    page.set(JAVA_BYTE, Identify.MC, (byte) (metadata.size() == 0 ? 0 : 3));
    page.set(JAVA_BYTE, Identify.DPC, (byte) (metadata.protectionType() == 0 ? 0 : 0x1F));
    page.set(JAVA_BYTE, Identify.DPS, (byte) protection);
    page.set(JAVA_INT, Identify.LBAF, namespace.blockShift() << 16 | metadata.size());
  }

  private int active(int after, MemorySegment page) {
    // The two highest identifiers mean "all" and "none".
    if (Integer.compareUnsigned(after, 0xFFFF_FFFE) >= 0) {
      return INVALID_NAMESPACE;
    }
    long at = 0;
    for (ModelNamespace each : config.namespaces()) {
      if (Integer.compareUnsigned(each.nsid(), after) > 0 && at < page.byteSize()) {
        page.set(JAVA_INT, at, each.nsid());
        at += Integer.BYTES;
      }
    }
    return 0;
  }

  private int descriptors(int nsid, MemorySegment page) {
    ModelNamespace namespace = config.namespace(nsid);
    if (namespace == null) {
      return INVALID_NAMESPACE;
    }
    page.set(JAVA_BYTE, Identify.NIDT, (byte) Identify.NIDT_NGUID);
    page.set(JAVA_BYTE, Identify.NIDL, (byte) 16);
    uniqueName(page, Identify.NID, nsid);
    long second = Identify.NID + 16;
    page.set(JAVA_BYTE, second + Identify.NIDT, (byte) Identify.NIDT_CSI);
    page.set(JAVA_BYTE, second + Identify.NIDL, (byte) 1);
    int csi = namespace.zones() == null ? ZoneIdentify.CSI_NVM : ZoneIdentify.CSI_ZONED;
    page.set(JAVA_BYTE, second + Identify.NID, (byte) csi);
    return 0;
  }

  private static void uniqueName(MemorySegment page, long at, int nsid) {
    page.set(JAVA_LONG_UNALIGNED, at, Long.reverseBytes(NAME));
    page.set(JAVA_LONG_UNALIGNED, at + 8, Long.reverseBytes(nsid));
  }
}
