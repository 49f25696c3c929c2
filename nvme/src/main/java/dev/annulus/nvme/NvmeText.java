// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What {@code nvme:} says of controllers and namespaces: in lines with tabs, or in JSON. */
final class NvmeText {
  private static final String CONTROLLERS =
      "#controller\tserial\tmodel\tfirmware\tversion\tnamespaces\tstate\n";
  private static final String NAMESPACES =
      "#namespace\tblock_size\tblocks\tcapacity\tmetadata\taccess\tstate\n";

  private NvmeText() {}

  /** The text for a path, or null where it names what is not there. */
  static String of(NvmePath path, List<Controller> all) {
    if (path.controller() < 0) {
      return path.info() ? json(all) : list(all);
    }
    Controller controller = all.get(path.controller());
    if (path.nsid() == 0) {
      return path.info() ? "{" + json(path.controller(), controller) + "}\n" : list(controller);
    }
    for (NamespaceFacts each : controller.namespaceFacts()) {
      if (each.nsid() == path.nsid()) {
        return "{" + head(path.controller(), controller) + ", " + json(each) + "}\n";
      }
    }
    return null;
  }

  private static String list(List<Controller> all) {
    StringBuilder lines = new StringBuilder(CONTROLLERS);
    for (int i = 0; i < all.size(); i++) {
      ControllerInfo info = all.get(i).info();
      String facts =
          String.join("\t", info.serial(), info.model(), info.firmware(), info.version());
      int namespaces = all.get(i).namespaceFacts().size();
      String state = state(all.get(i));
      lines.append(i + "\t" + facts + "\t" + namespaces + "\t" + state + "\n");
    }
    return lines.toString();
  }

  private static String list(Controller controller) {
    StringBuilder lines = new StringBuilder(NAMESPACES);
    for (NamespaceFacts each : controller.namespaceFacts()) {
      lines.append(Integer.toUnsignedString(each.nsid())).append('\t');
      lines.append(each.blockSize()).append('\t');
      lines.append(Long.toUnsignedString(each.blocks())).append('\t');
      lines.append(Long.toUnsignedString(each.capacity())).append('\t');
      lines.append(each.metadata()).append('\t');
      lines.append(each.readOnly() ? "ro" : "rw").append('\t');
      lines.append(each.unusable() == null ? "usable" : each.unusable()).append('\n');
    }
    return lines.toString();
  }

  private static String state(Controller controller) {
    return controller.hasFailed() ? "failed" : "running";
  }

  private static String json(List<Controller> all) {
    return IntStream.range(0, all.size())
        .mapToObj(i -> "{" + json(i, all.get(i)) + "}")
        .collect(Collectors.joining(", ", "{\"controllers\": [", "]}\n"));
  }

  private static String json(int number, Controller controller) {
    String namespaces =
        controller.namespaceFacts().stream()
            .map(each -> "{" + json(each) + "}")
            .collect(Collectors.joining(", ", ", \"namespaces\": [", "]"));
    return head(number, controller) + namespaces;
  }

  private static String head(int number, Controller controller) {
    ControllerInfo info = controller.info();
    return "\"controller\": "
        + number
        + string("serial", info.serial())
        + string("model", info.model())
        + string("firmware", info.firmware())
        + string("version", info.version())
        + string("state", state(controller))
        + ", \"write_cache\": "
        + info.writeCache()
        + ", \"max_transfer\": "
        + info.maxTransferBytes();
  }

  private static String json(NamespaceFacts facts) {
    return "\"namespace\": "
        + Integer.toUnsignedString(facts.nsid())
        + ", \"block_size\": "
        + facts.blockSize()
        + ", \"size\": "
        + facts.bytes(facts.blocks())
        + ", \"capacity\": "
        + facts.bytes(facts.capacity())
        + ", \"used\": "
        + facts.bytes(facts.used())
        + ", \"metadata\": "
        + facts.metadata()
        + ", \"read_only\": "
        + facts.readOnly()
        + (facts.unusable() == null ? "" : string("unusable", facts.unusable()));
  }

  /** What a device says of itself is printable; quotes and backslashes are all there is to mask. */
  private static String string(String name, String value) {
    String masked = value.replace("\\", "\\\\").replace("\"", "\\\"");
    return ", \"" + name + "\": \"" + masked + "\"";
  }
}
