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

  private static final int INVALID_FIELD =
      StatusCode.INVALID_FIELD_IN_COMMAND.value | NvmeStatus.DO_NOT_RETRY;

  /** OACS: Format NVM, namespace management. */
  private static final int OACS_FORMAT = 1 << 1;

  private static final int OACS_NAMESPACES = 1 << 3;

  /** LPA: effects, offsets. */
  private static final int LPA = 1 << 1 | 1 << 2;

  /** SANICAP: cryptographic erase, block erase, overwrite. */
  private static final int SANICAP = 7;

  /** FNA: cryptographic erase. */
  private static final int FNA_CRYPTOGRAPHIC = 1 << 2;

  /** ONCS: saving features, the clock. */
  private static final int ONCS_SAVE = 1 << 4;

  private static final int ONCS_TIMESTAMP = 1 << 6;

  /** Power descriptors: maximum power in 10 mW, and "not operational". */
  private static final int POWER_STATE = 2048;

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
      case Identify.CNS_NAMESPACE -> namespace(command.nsid, config.namespace(command.nsid), page);
      case Identify.CNS_CONTROLLER -> controller(page);
      case Identify.CNS_ACTIVE_NAMESPACES -> list(command.nsid, config.namespaces(), page);
      case Identify.CNS_NAMESPACE_DESCRIPTORS -> descriptors(command.nsid, page);
      case Identify.CNS_SET_NAMESPACE ->
          special(command)
              ? zones.write(command, page)
              : ofSet(command, config.namespace(command.nsid) != null);
      case Identify.CNS_SET_CONTROLLER ->
          special(command) ? zones.write(command, page) : ofSet(command, true);
      case Identify.CNS_INDEPENDENT_NAMESPACE -> independent(command.nsid, page);
      case Identify.CNS_COMMAND_SETS -> commandSets(command, page);
      default -> ofManagement(command, page);
    };
  }

  /** The structures that only namespace management makes sense of. */
  private int ofManagement(ModelCommand command, MemorySegment page) {
    if (!config.namespaces().managed()) {
      return INVALID_FIELD;
    }
    return switch (command.cdw10Low() & 0xFF) {
      case Identify.CNS_ALLOCATED_NAMESPACES -> list(command.nsid, config.namespaces().all(), page);
      case Identify.CNS_ALLOCATED_NAMESPACE ->
          namespace(command.nsid, config.namespaces().allocated(command.nsid), page);
      case Identify.CNS_ATTACHED_CONTROLLERS -> controllersOf(command, page);
      case Identify.CNS_CONTROLLERS -> controllers(command, true, page);
      default -> INVALID_FIELD;
    };
  }

  private int controller(MemorySegment page) {
    text(page, Identify.SN, Identify.SN_LENGTH, ModelConfig.SERIAL);
    text(page, Identify.MN, Identify.MN_LENGTH, ModelConfig.MODEL);
    text(page, Identify.FR, Identify.FR_LENGTH, ModelConfig.FIRMWARE);
    page.set(JAVA_BYTE, Identify.MDTS, (byte) config.mdts());
    page.set(JAVA_SHORT, Identify.CNTLID, (short) ModelConfig.CONTROLLER);
    page.set(JAVA_INT, Identify.VER, ModelConfig.VERSION);
    page.set(JAVA_BYTE, Identify.CNTRLTYPE, (byte) 1);
    page.set(JAVA_BYTE, Identify.ACL, (byte) (ModelConfig.ADMIN_LIMIT - 1));
    page.set(JAVA_BYTE, Identify.AERL, (byte) (ModelConfig.ADMIN_LIMIT - 1));
    page.set(JAVA_BYTE, Identify.FRMW, (byte) 3); // one slot, read-only
    page.set(JAVA_BYTE, Identify.LPA, (byte) LPA);
    page.set(JAVA_BYTE, Identify.ELPE, (byte) (ModelConfig.ERROR_ENTRIES - 1));
    page.set(JAVA_SHORT, Identify.WCTEMP, (short) ModelConfig.WARM);
    page.set(JAVA_SHORT, Identify.CCTEMP, (short) 353);
    page.set(JAVA_BYTE, Identify.SQES, (byte) (Sqe.SHIFT << 4 | Sqe.SHIFT));
    page.set(JAVA_BYTE, Identify.CQES, (byte) (Cqe.SHIFT << 4 | Cqe.SHIFT));
    page.set(JAVA_INT, Identify.NN, config.namespaces().limit());
    management(page);
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
            | Identify.ONCS_COPY
            | ONCS_SAVE
            | ONCS_TIMESTAMP;
    page.set(JAVA_SHORT, Identify.ONCS, (short) optional);
    page.set(JAVA_SHORT, Identify.FUSES, (short) Identify.FUSES_COMPARE_AND_WRITE);
    page.set(JAVA_SHORT, Identify.ACWU, (short) (ModelFused.BLOCKS - 1));
    page.set(JAVA_SHORT, Identify.OCFS, (short) 1);
  }

  /** What concerns formats, namespaces and power. */
  private void management(MemorySegment page) {
    boolean managed = config.namespaces().managed();
    put(page, ControllerField.OAES, ModelAdmin.NAMESPACE_NOTICES);
    put(page, ControllerField.CTRATT, 1); // host identifiers of 16 bytes
    int commands = OACS_FORMAT | (managed ? OACS_NAMESPACES : 0);
    commands |= config.shadowDoorbells() ? Identify.OACS_DOORBELL_BUFFER : 0;
    put(page, ControllerField.OACS, commands);
    put(page, ControllerField.SANICAP, SANICAP);
    put(page, ControllerField.FNA, FNA_CRYPTOGRAPHIC);
    put(page, ControllerField.MNAN, config.namespaces().limit());
    put(page, ControllerField.NPSS, ModelConfig.POWER_STATES - 1);
    page.set(JAVA_SHORT, POWER_STATE, (short) 800);
    page.set(JAVA_INT, POWER_STATE + PowerState.SIZE, 2 << 24 | 50);
    if (managed) {
      page.set(JAVA_LONG, ControllerField.TNVMCAP.offset, config.namespaces().total());
      page.set(JAVA_LONG, ControllerField.UNVMCAP.offset, config.namespaces().left());
    }
  }

  private static void put(MemorySegment page, ControllerField field, long value) {
    for (int i = 0; i < field.width; i++) {
      page.set(JAVA_BYTE, field.offset + i, (byte) (value >>> 8 * i));
    }
  }

  private static void text(MemorySegment page, int at, int length, String value) {
    byte[] bytes = ("%-" + length + "s").formatted(value).getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, page, JAVA_BYTE, at, length);
  }

  private int namespace(int nsid, ModelNamespace namespace, MemorySegment page) {
    if (nsid == Identify.ALL_NAMESPACES && config.namespaces().managed()) {
      formats(page);
      return 0;
    }
    if (namespace == null) {
      // All zeroes for one that could be there.
      return nsid > 0 && nsid <= config.namespaces().limit() ? 0 : INVALID_NAMESPACE;
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
    page.set(JAVA_LONG, NamespaceField.NVMCAP.offset, namespace.backing().size());
    format(namespace, page);
    return 0;
  }

  private static void format(ModelNamespace namespace, MemorySegment page) {
    BlockMetadata metadata = namespace.metadata();
    int protection =
        metadata.protectionType() | (metadata.protectionFirst() ? Identify.DPS_FIRST : 0);
    int extended = metadata.extended() ? Identify.FLBAS_EXTENDED : 0;
    page.set(JAVA_BYTE, Identify.FLBAS, (byte) (ModelFormats.of(namespace) | extended));
    page.set(JAVA_BYTE, Identify.MC, (byte) (metadata.size() == 0 ? 0 : 3));
    page.set(JAVA_BYTE, Identify.DPC, (byte) (metadata.protectionType() == 0 ? 0 : 0x1F));
    page.set(JAVA_BYTE, Identify.DPS, (byte) protection);
    formats(page);
    if (!namespace.dataOnly()) {
      page.set(JAVA_BYTE, Identify.NLBAF, (byte) ModelFormats.OWN);
      int own = namespace.blockShift() << 16 | metadata.size();
      page.set(JAVA_INT, Identify.LBAF + 4L * ModelFormats.OWN, own);
    }
  }

  private static void formats(MemorySegment page) {
    page.set(JAVA_BYTE, Identify.NLBAF, (byte) (ModelFormats.COUNT - 1));
    for (int i = 0; i < ModelFormats.COUNT; i++) {
      page.set(JAVA_INT, Identify.LBAF + 4L * i, ModelFormats.shift(i) << 16);
    }
  }

  private boolean special(ModelCommand command) {
    return config.zoned() && command.cdw11() >>> 24 != 0;
  }

  /** The NVM command set has nothing special to say. */
  private static int ofSet(ModelCommand command, boolean exists) {
    if (command.cdw11() >>> 24 != 0) {
      return INVALID_FIELD;
    }
    return exists ? 0 : INVALID_NAMESPACE;
  }

  private int independent(int nsid, MemorySegment page) {
    ModelNamespace namespace = config.namespace(nsid);
    if (namespace == null) {
      return INVALID_NAMESPACE;
    }
    int readOnly = namespace.backing().readOnly() ? 1 : 0;
    page.set(JAVA_BYTE, IndependentNamespace.NSATTR, (byte) readOnly);
    page.set(JAVA_BYTE, IndependentNamespace.NSTAT, (byte) 1);
    return 0;
  }

  private int commandSets(ModelCommand command, MemorySegment page) {
    int controller = command.cdw10Low() >>> 16;
    if (controller != 0xFFFF && controller != ModelConfig.CONTROLLER) {
      return INVALID_FIELD;
    }
    if (config.zoned()) {
      return zones.write(command, page);
    }
    page.set(JAVA_LONG, 0, 1); // the NVM command set alone
    return 0;
  }

  private int controllersOf(ModelCommand command, MemorySegment page) {
    return config.namespaces().allocated(command.nsid) == null
        ? INVALID_NAMESPACE
        : controllers(command, config.namespace(command.nsid) != null, page);
  }

  /** The only controller, where it is meant and not before the first asked for. */
  private static int controllers(ModelCommand command, boolean meant, MemorySegment page) {
    if (meant && command.cdw10Low() >>> 16 <= ModelConfig.CONTROLLER) {
      page.set(JAVA_SHORT, 0, (short) 1);
      page.set(JAVA_SHORT, 2, (short) ModelConfig.CONTROLLER);
    }
    return 0;
  }

  private static int list(int after, Iterable<ModelNamespace> all, MemorySegment page) {
    // The two highest identifiers mean "all" and "none".
    if (Integer.compareUnsigned(after, 0xFFFF_FFFE) >= 0) {
      return INVALID_NAMESPACE;
    }
    long at = 0;
    for (ModelNamespace each : all) {
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
