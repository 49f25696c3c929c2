// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Json;
import dev.annulus.nvme.IdentifyNamespace;
import dev.annulus.nvme.LbaFormat;
import dev.annulus.nvme.NamespaceField;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The Identify Namespace structure, with the names that nvme-cli gives its fields. */
final class NamespaceText {
  private static final int NAME = 8;
  private static final String[] PERFORMANCE = {"Best", "Better", "Good", "Degraded"};

  /** Sizes in blocks and fields of bits. */
  private static final Set<NamespaceField> HEXADECIMAL =
      EnumSet.of(
          NamespaceField.NSZE,
          NamespaceField.NCAP,
          NamespaceField.NUSE,
          NamespaceField.NSFEAT,
          NamespaceField.FLBAS,
          NamespaceField.MC,
          NamespaceField.DPC,
          NamespaceField.DPS,
          NamespaceField.NMIC,
          NamespaceField.RESCAP,
          NamespaceField.FPI,
          NamespaceField.NSATTR);

  private NamespaceText() {}

  private static String name(NamespaceField field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  static void print(IdentifyNamespace is, boolean words, PrintWriter out) {
    FieldsText text = new FieldsText(out, NAME);
    for (NamespaceField field : NamespaceField.values()) {
      String value =
          HEXADECIMAL.contains(field)
              ? "0x" + Long.toHexString(is.get(field))
              : is.big(field).toString();
      text.print(name(field), value, words ? field.words() : "");
    }
    text.print("nguid", is.nguid());
    text.print("eui64", is.eui64());
    for (LbaFormat format : is.formats()) {
      String line = words ? spelled(format) : brief(format);
      boolean used = format.index() == is.format().index();
      text.print("lbaf %2d".formatted(format.index()), line + (used ? " (in use)" : ""));
    }
  }

  private static String brief(LbaFormat format) {
    return "ms:%-3d lbads:%-2d rp:%d"
        .formatted(format.metadata(), log2(format), format.performance());
  }

  private static String spelled(LbaFormat format) {
    return "Metadata Size: %d bytes - Data Size: %d bytes - Relative Performance: %d %s"
        .formatted(
            format.metadata(),
            format.blockSize(),
            format.performance(),
            PERFORMANCE[format.performance()]);
  }

  private static int log2(LbaFormat format) {
    return format.blockSize() == 0 ? 0 : Integer.numberOfTrailingZeros(format.blockSize());
  }

  static ObjectNode json(IdentifyNamespace is) {
    ObjectNode json = Json.object();
    for (NamespaceField field : NamespaceField.values()) {
      json.put(name(field), is.big(field));
    }
    json.put("nguid", is.nguid()).put("eui64", is.eui64());
    ArrayNode formats = json.putArray("lbafs");
    for (LbaFormat format : is.formats()) {
      ObjectNode one = formats.addObject().put("ms", format.metadata());
      one.put("ds", log2(format)).put("rp", format.performance());
      one.put("in_use", format.index() == is.format().index());
    }
    return json;
  }
}
