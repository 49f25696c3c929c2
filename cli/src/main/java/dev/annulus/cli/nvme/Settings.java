// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Units;
import java.util.Map;
import java.util.TreeSet;

/** The settings of a device's URL; those that nobody asked for are refused. */
final class Settings {
  private final DeviceUrl url;
  private final Map<String, String> values;
  private final TreeSet<String> known = new TreeSet<>();

  Settings(DeviceUrl url) {
    this.url = url;
    values = url.settings();
  }

  boolean has(String name) {
    known.add(name);
    return values.containsKey(name);
  }

  /** A size or a number, as users write them; what is not set has a default. */
  long number(String name, long least, long most, long otherwise) throws CommandException {
    if (!has(name)) {
      return otherwise;
    }
    long value;
    try {
      value = Units.parseSize(values.get(name));
    } catch (IllegalArgumentException e) {
      throw wrong(name + ": " + e.getMessage());
    }
    if (value < least || value > most) {
      throw wrong(name + "=" + values.get(name) + ": must be " + least + " to " + most);
    }
    return value;
  }

  /** To be called when all were asked for. */
  void refuseOthers() throws CommandException {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw wrong(
            "no setting '"
                + name
                + "'"
                + (known.isEmpty() ? ": it has none" : ", only " + String.join(", ", known)));
      }
    }
  }

  CommandException wrong(String message) {
    return new CommandException(ExitCode.USAGE, url + ": " + message);
  }
}
