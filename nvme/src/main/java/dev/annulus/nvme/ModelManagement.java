// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Makes and unmakes the model's namespaces, attaches and detaches them. */
final class ModelManagement {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;
  private static final int INVALID_NAMESPACE = StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | DNR;
  private static final int SELECT_MASK = 0xF;

  private final ModelNamespaces namespaces;
  private final ModelTransfer transfer;

  ModelManagement(ModelNamespaces namespaces, ModelTransfer transfer) {
    this.namespaces = namespaces;
    this.transfer = transfer;
  }

  /** Namespace Management. */
  int manage(ModelCommand command) {
    if (!namespaces.managed()) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    }
    return switch (command.cdw10Low() & SELECT_MASK) {
      case 0 -> create(command);
      case 1 -> delete(command.nsid);
      default -> INVALID_FIELD;
    };
  }

  private int create(ModelCommand command) {
    int set = command.cdw11() >>> 24;
    if (set != 0) {
      return StatusCode.IO_COMMAND_SET_NOT_SUPPORTED.value | DNR;
    }
    int status = transfer.receive(command, Identify.SIZE);
    if (status != 0) {
      return status;
    }
    MemorySegment page = transfer.page();
    int flbas = page.get(JAVA_BYTE, Identify.FLBAS);
    long blocks = page.get(JAVA_LONG, Identify.NSZE);
    if (flbas < 0
        || flbas >= ModelFormats.COUNT
        || page.get(JAVA_BYTE, NamespaceField.DPS.offset) != 0) {
      return StatusCode.INVALID_FORMAT.value | DNR;
    }
    if (page.get(JAVA_LONG, Identify.NCAP) != blocks) {
      return StatusCode.THIN_PROVISIONING_NOT_SUPPORTED.value | DNR;
    }
    status = unknownGroups(page);
    return status == 0 ? create(command, blocks, ModelFormats.shift(flbas)) : status;
  }

  /** The model has neither ANA groups nor NVM sets nor endurance groups. */
  private static int unknownGroups(MemorySegment page) {
    if (page.get(JAVA_INT, NamespaceField.ANAGRPID.offset) != 0) {
      return StatusCode.ANA_GROUP_IDENTIFIER_INVALID.value | DNR;
    }
    int others =
        page.get(JAVA_SHORT, NamespaceField.NVMSETID.offset)
            | page.get(JAVA_SHORT, NamespaceField.ENDGID.offset);
    return others == 0 ? 0 : INVALID_FIELD;
  }

  private int create(ModelCommand command, long blocks, int shift) {
    if (blocks == 0) {
      return INVALID_FIELD;
    }
    if (blocks < 0 || blocks > namespaces.left() >>> shift) {
      return StatusCode.NAMESPACE_INSUFFICIENT_CAPACITY.value | DNR;
    }
    int nsid = namespaces.free();
    if (nsid == 0) {
      return StatusCode.NAMESPACE_IDENTIFIER_UNAVAILABLE.value | DNR;
    }
    try {
      namespaces.create(nsid, 1 << shift, blocks << shift);
    } catch (RuntimeException | OutOfMemoryError e) {
      return StatusCode.INTERNAL_ERROR.value;
    }
    command.result = nsid;
    return 0;
  }

  private int delete(int nsid) {
    if (nsid == Identify.ALL_NAMESPACES) {
      int status = 0;
      for (ModelNamespace each : namespaces.all()) {
        status = status == 0 ? delete(each) : status;
      }
      return status;
    }
    ModelNamespace namespace = namespaces.allocated(nsid);
    return namespace == null ? INVALID_NAMESPACE : delete(namespace);
  }

  private int delete(ModelNamespace namespace) {
    if (namespace.backing().readOnly()) {
      return StatusCode.NAMESPACE_IS_WRITE_PROTECTED.value | DNR;
    }
    namespaces.delete(namespace.nsid());
    try {
      namespace.backing().close();
      return 0;
    } catch (IOException | RuntimeException e) {
      return StatusCode.INTERNAL_ERROR.value;
    }
  }

  /** Namespace Attachment; the only controller is this one. */
  int attach(ModelCommand command) {
    if (!namespaces.managed()) {
      return StatusCode.INVALID_COMMAND_OPCODE.value | DNR;
    }
    int select = command.cdw10Low() & SELECT_MASK;
    ModelNamespace namespace = namespaces.allocated(command.nsid);
    if (select > 1 || command.nsid == Identify.ALL_NAMESPACES) {
      return INVALID_FIELD;
    }
    if (namespace == null) {
      return INVALID_NAMESPACE;
    }
    int status = transfer.receive(command, Identify.SIZE);
    if (status != 0) {
      return status;
    }
    MemorySegment page = transfer.page();
    if (page.get(JAVA_SHORT, 0) != 1 || page.get(JAVA_SHORT, 2) != ModelConfig.CONTROLLER) {
      return StatusCode.CONTROLLER_LIST_INVALID.value | DNR;
    }
    boolean wanted = select == 0;
    boolean attached = namespaces.active(command.nsid) != null;
    if (wanted == attached) {
      StatusCode told =
          wanted ? StatusCode.NAMESPACE_ALREADY_ATTACHED : StatusCode.NAMESPACE_NOT_ATTACHED;
      return told.value | DNR;
    }
    namespaces.attach(command.nsid, wanted);
    return 0;
  }
}
