// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Formats the model's namespaces, and sanitizes all of them; both are done when they return. */
final class ModelErase {
  private static final int DNR = NvmeStatus.DO_NOT_RETRY;
  private static final int INVALID_FIELD = StatusCode.INVALID_FIELD_IN_COMMAND.value | DNR;

  /** Format NVM, CDW10: format in 3:0 and 13:12, metadata and protection 8:4, erase in 11:9. */
  private static final int PROTECTION_MASK = 0x1F0;

  private static final int MOST_ERASE = 2;

  private final ModelNamespaces namespaces;
  private final ModelTransfer transfer;
  private final ModelLogs logs;
  private final ModelEvents events;

  ModelErase(
      ModelNamespaces namespaces, ModelTransfer transfer, ModelLogs logs, ModelEvents events) {
    this.namespaces = namespaces;
    this.transfer = transfer;
    this.logs = logs;
    this.events = events;
  }

  /** Format NVM, of one attached namespace or of all. */
  int format(ModelCommand command) {
    int word = command.cdw10Low();
    int format = word & 0xF | word >>> 8 & 0x30;
    List<ModelNamespace> those = new ArrayList<>();
    if (command.nsid == Identify.ALL_NAMESPACES) {
      namespaces.forEach(those::add);
    } else if (namespaces.active(command.nsid) != null) {
      those.add(namespaces.active(command.nsid));
    } else {
      return StatusCode.INVALID_NAMESPACE_OR_FORMAT.value | DNR;
    }
    if ((word >>> 9 & 7) > MOST_ERASE) {
      return INVALID_FIELD;
    }
    if ((word & PROTECTION_MASK) != 0
        || those.stream().anyMatch(each -> !ModelFormats.fits(each, format))) {
      return StatusCode.INVALID_FORMAT.value | DNR;
    }
    int status = zero(those);
    for (ModelNamespace each : those) {
      if (status == 0) {
        namespaces.replace(ModelFormats.format(each, format));
      }
    }
    return status;
  }

  private static int zero(List<ModelNamespace> those) {
    if (those.stream().anyMatch(each -> each.backing().readOnly())) {
      return StatusCode.NAMESPACE_IS_WRITE_PROTECTED.value | DNR;
    }
    try {
      for (ModelNamespace each : those) {
        each.backing().zero(0, each.backing().size());
        each.backing().flush();
      }
      return 0;
    } catch (IOException | RuntimeException | InternalError e) {
      return StatusCode.INTERNAL_ERROR.value;
    }
  }

  /** Sanitize: of all that is allocated. */
  int sanitize(ModelCommand command) {
    int action = command.cdw10Low() & 7;
    if (action == 0 || action > SanitizeSpec.Action.CRYPTOGRAPHIC_ERASE.code) {
      return INVALID_FIELD;
    }
    if (action == SanitizeSpec.Action.EXIT_FAILURE.code) {
      return 0;
    }
    int status = zero(namespaces.all());
    if (status == 0 && action == SanitizeSpec.Action.OVERWRITE.code) {
      status = overwrite(command.cdw11());
    }
    if (status == 0) {
      logs.sanitized(command.cdw10Low());
      events.raise(EventKind.SANITIZED, LogPage.SANITIZE);
    }
    return status;
  }

  private int overwrite(int pattern) {
    MemorySegment page = transfer.page();
    for (long at = 0; at < page.byteSize(); at += Integer.BYTES) {
      page.set(JAVA_INT_UNALIGNED, at, pattern);
    }
    try {
      for (ModelNamespace each : namespaces.all()) {
        long size = each.backing().size();
        for (long at = 0; at < size; at += page.byteSize()) {
          each.backing().write(at, page, 0, Math.min(page.byteSize(), size - at));
        }
      }
      return 0;
    } catch (IOException | RuntimeException | InternalError e) {
      return StatusCode.INTERNAL_ERROR.value;
    }
  }
}
