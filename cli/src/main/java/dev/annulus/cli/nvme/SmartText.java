// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.text.Json;
import dev.annulus.nvme.SmartLog;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The health log, with the names that nvme-cli gives its fields. */
final class SmartText {
  private static final int NAME = 36;
  private static final int FREEZING = 273;
  private static final BigInteger GIGABYTE = BigInteger.valueOf(1_000_000_000);
  private static final String[] WARNINGS = {
    "available spare low",
    "temperature",
    "reliability degraded",
    "read only",
    "memory backup failed",
    "persistent memory"
  };

  private SmartText() {}

  static void print(SmartLog log, PrintWriter out) {
    FieldsText text = new FieldsText(out, NAME);
    text.print("critical_warning", warning(log.warning()));
    text.print("temperature", celsius(log.temperature()));
    text.print("available_spare", log.spare() + "%");
    text.print("available_spare_threshold", log.spareThreshold() + "%");
    text.print("percentage_used", log.used() + "%");
    text.print("data_units_read", units(log.unitsRead(), log.bytesRead()));
    text.print("data_units_written", units(log.unitsWritten(), log.bytesWritten()));
    text.print("host_read_commands", log.reads());
    text.print("host_write_commands", log.writes());
    text.print("controller_busy_time", log.busyMinutes());
    text.print("power_cycles", log.powerCycles());
    text.print("power_on_hours", log.powerOnHours());
    text.print("unsafe_shutdowns", log.unsafeShutdowns());
    text.print("media_errors", log.mediaErrors());
    text.print("num_err_log_entries", log.errorEntries());
    text.print("Warning Temperature Time", log.warningMinutes());
    text.print("Critical Composite Temperature Time", log.criticalMinutes());
    for (int i = 0; i < log.sensors().size(); i++) {
      if (log.sensors().get(i) != 0) {
        text.print("Temperature Sensor " + (i + 1), celsius(log.sensors().get(i)));
      }
    }
    for (int i = 0; i < 2; i++) {
      text.print(thermal(i, "Trans Count"), log.thermalTransitions().get(i));
    }
    for (int i = 0; i < 2; i++) {
      text.print(thermal(i, "Total Time"), log.thermalSeconds().get(i));
    }
  }

  private static String thermal(int index, String what) {
    return "Thermal Management T" + (index + 1) + " " + what;
  }

  private static String units(BigInteger units, BigInteger bytes) {
    return units + " (" + bytes.divide(GIGABYTE) + " GB)";
  }

  private static String celsius(int kelvin) {
    return kelvin == 0 ? "not told" : kelvin - FREEZING + " C (" + kelvin + " K)";
  }

  private static String warning(int bits) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < WARNINGS.length; i++) {
      if ((bits >>> i & 1) != 0) {
        words.add(WARNINGS[i]);
      }
    }
    String number = bits == 0 ? "0" : "0x" + Integer.toHexString(bits);
    return words.isEmpty() ? number : number + " (" + String.join(", ", words) + ")";
  }

  static ObjectNode json(SmartLog log) {
    ObjectNode json = Json.object().put("critical_warning", log.warning());
    json.put("temperature", log.temperature()).put("avail_spare", log.spare());
    json.put("spare_thresh", log.spareThreshold()).put("percent_used", log.used());
    json.put("data_units_read", log.unitsRead()).put("data_units_written", log.unitsWritten());
    json.put("host_read_commands", log.reads()).put("host_write_commands", log.writes());
    json.put("controller_busy_time", log.busyMinutes()).put("power_cycles", log.powerCycles());
    json.put("power_on_hours", log.powerOnHours());
    json.put("unsafe_shutdowns", log.unsafeShutdowns()).put("media_errors", log.mediaErrors());
    json.put("num_err_log_entries", log.errorEntries());
    json.put("warning_temp_time", log.warningMinutes());
    json.put("critical_comp_time", log.criticalMinutes());
    for (int i = 0; i < log.sensors().size(); i++) {
      if (log.sensors().get(i) != 0) {
        json.put("temperature_sensor_" + (i + 1), log.sensors().get(i));
      }
    }
    for (int i = 0; i < 2; i++) {
      json.put("thm_temp" + (i + 1) + "_trans_count", log.thermalTransitions().get(i));
      json.put("thm_temp" + (i + 1) + "_total_time", log.thermalSeconds().get(i));
    }
    return json;
  }
}
