// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Json;
import dev.annulus.nvme.ControllerCapability;
import dev.annulus.nvme.ControllerField;
import dev.annulus.nvme.IdentifyController;
import dev.annulus.nvme.PowerState;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The Identify Controller structure, with the names that nvme-cli gives its fields. */
final class ControllerText {
  private static final int NAME = 10;

  /** Identifiers and fields of bits. */
  private static final Set<ControllerField> HEXADECIMAL =
      EnumSet.of(
          ControllerField.VID,
          ControllerField.SSVID,
          ControllerField.CNTLID,
          ControllerField.VER,
          ControllerField.RTD3R,
          ControllerField.RTD3E,
          ControllerField.OAES,
          ControllerField.CTRATT,
          ControllerField.RRLS,
          ControllerField.OACS,
          ControllerField.FRMW,
          ControllerField.LPA,
          ControllerField.AVSCC,
          ControllerField.APSTA,
          ControllerField.HCTMA,
          ControllerField.SANICAP,
          ControllerField.SQES,
          ControllerField.CQES,
          ControllerField.ONCS,
          ControllerField.FUSES,
          ControllerField.FNA,
          ControllerField.VWC,
          ControllerField.SGLS,
          ControllerField.CDFS);

  private ControllerText() {}

  private static String name(ControllerField field) {
    return field.name().toLowerCase(Locale.ROOT);
  }

  private static String value(IdentifyController is, ControllerField field) {
    if (field == ControllerField.IEEE) {
      return "%06x".formatted(is.get(field));
    }
    return HEXADECIMAL.contains(field)
        ? "0x" + Long.toHexString(is.get(field))
        : is.big(field).toString();
  }

  static void print(IdentifyController is, boolean words, PrintWriter out) {
    FieldsText text = new FieldsText(out, NAME);
    for (ControllerField field : ControllerField.values()) {
      text.print(name(field), value(is, field), words ? field.words() : "");
      if (field == ControllerField.SSVID) {
        text.print("sn", is.serial());
        text.print("mn", is.model());
        text.print("fr", is.firmware());
      }
    }
    text.print("subnqn", is.subsystem());
    List<PowerState> states = is.powerStates();
    for (int i = 0; i < states.size(); i++) {
      text.print("ps %4d".formatted(i), power(states.get(i)));
    }
    if (words) {
      text.print("offered", offered(is));
    }
  }

  private static String power(PowerState state) {
    return "mp:%.2fW %s enlat:%d exlat:%d rrt:%d rrl:%d rwt:%d rwl:%d"
        .formatted(
            state.maximumMicrowatts() / 1e6,
            state.operational() ? "operational" : "non-operational",
            state.entryMicros(),
            state.exitMicros(),
            state.readThroughput(),
            state.readLatency(),
            state.writeThroughput(),
            state.writeLatency());
  }

  private static String offered(IdentifyController is) {
    StringBuilder all = new StringBuilder();
    for (ControllerCapability each : ControllerCapability.values()) {
      if (is.has(each)) {
        String words = each.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        all.append(all.isEmpty() ? "" : ", ").append(words);
      }
    }
    return all.isEmpty() ? "nothing optional" : all.toString();
  }

  static ObjectNode json(IdentifyController is) {
    ObjectNode json = Json.object();
    for (ControllerField field : ControllerField.values()) {
      json.put(name(field), is.big(field));
    }
    json.put("sn", is.serial()).put("mn", is.model()).put("fr", is.firmware());
    json.put("subnqn", is.subsystem());
    ArrayNode psds = json.putArray("psds");
    for (PowerState state : is.powerStates()) {
      ObjectNode one = psds.addObject().put("max_power_uw", state.maximumMicrowatts());
      one.put("non-operational_state", state.operational() ? 0 : 1);
      one.put("entry_lat", state.entryMicros()).put("exit_lat", state.exitMicros());
      one.put("read_tput", state.readThroughput()).put("read_lat", state.readLatency());
      one.put("write_tput", state.writeThroughput()).put("write_lat", state.writeLatency());
    }
    return json;
  }
}
