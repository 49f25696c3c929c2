// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a controller: {@code model:FILE[:SIZE][?NAME=VALUE&...]}, {@code vfio:ADDRESS} or
 * {@code qemu:FILE[?...]}.
 *
 * @param text as it was typed
 * @param scheme how it is reached
 * @param target what follows the scheme, without the settings
 * @param settings what follows the question mark
 */
public record DeviceUrl(String text, Scheme scheme, String target, Map<String, String> settings) {
  /** How a controller is reached. */
  public enum Scheme {
    /** Software of this process, over a file or memory. */
    MODEL,

    /** Hardware, by {@code vfio-pci}. */
    VFIO,

    /** A QEMU that is started for it. */
    QEMU
  }

  /** Bytes of a block of a model that nobody has asked for others. */
  public static final int MODEL_BLOCK_SIZE = 4096;

  private static final Pattern URL =
      Pattern.compile("(model|vfio|qemu):([^?]*)(?:\\?(.*))?", Pattern.DOTALL);
  private static final Pattern PCI =
      Pattern.compile("(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
  private static final Pattern KERNEL = Pattern.compile("/dev/nvme\\d+(n\\d+)?|nvme\\d+(n\\d+)?");

  /**
   * Whether a text names a controller, and not a file.
   *
   * @param text anything
   * @return whether it begins with one of the schemes
   */
  public static boolean isOne(String text) {
    return URL.matcher(text).matches();
  }

  /**
   * Reads a name.
   *
   * @param text as typed
   * @return its parts
   * @throws CommandException where it is none, with what may have been meant
   */
  public static DeviceUrl parse(String text) throws CommandException {
    Matcher url = URL.matcher(text);
    if (!url.matches()) {
      throw wrong(
          "'"
              + text
              + "' names no controller: model:FILE[:SIZE], vfio:PCI-ADDRESS or qemu:FILE"
              + meant(text));
    }
    Scheme scheme =
        switch (url.group(1)) {
          case "model" -> Scheme.MODEL;
          case "vfio" -> Scheme.VFIO;
          default -> Scheme.QEMU;
        };
    String target = url.group(2);
    if (target.isEmpty()) {
      throw wrong(text + ": nothing after the colon; " + example(scheme));
    }
    return new DeviceUrl(text, scheme, target, settings(text, url.group(3)));
  }

  private static String example(Scheme scheme) {
    return switch (scheme) {
      case MODEL -> "name a file, as in model:disk.img:64M, or memory, as in model::64M";
      case VFIO -> "name a PCI address, as in vfio:0000:05:00.0; annulus nvme list shows them";
      case QEMU -> "name a file that its disk is in, as in qemu:disk.img";
    };
  }

  private static String meant(String text) {
    if (PCI.matcher(text).matches()) {
      String domain = text.indexOf(':') == text.lastIndexOf(':') ? "0000:" : "";
      return ". Did you mean vfio:" + domain + text + " ?";
    }
    if (KERNEL.matcher(text).matches()) {
      return ". That is a device of the kernel's driver: annulus nvme list shows its PCI address";
    }
    return text.indexOf(':') < 0 ? ". Did you mean model:" + text + " ?" : "";
  }

  private static Map<String, String> settings(String text, String query) throws CommandException {
    Map<String, String> settings = new LinkedHashMap<>();
    if (query == null || query.isEmpty()) {
      return settings;
    }
    for (String setting : query.split("&", -1)) {
      int equals = setting.indexOf('=');
      if (equals < 1
          || settings.put(setting.substring(0, equals), setting.substring(equals + 1)) != null) {
        throw wrong(text + ": '" + setting + "' is no setting, or is there twice: NAME=VALUE&...");
      }
    }
    return settings;
  }

  private static CommandException wrong(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  @Override
  public String toString() {
    return text;
  }
}
