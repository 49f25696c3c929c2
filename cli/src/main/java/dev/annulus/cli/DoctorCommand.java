// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.option.JsonOption;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Facts;
import dev.annulus.cli.text.Json;
import dev.annulus.uring.UringProbe;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code annulus doctor}. */
@Command(
    name = "doctor",
    description = {
      "Tell what this machine offers: io_uring, futexes, limits; what is forbidden, by what, and",
      "what to do about it.",
      "",
      "The exit status is 0 where io_uring is usable, and 10 where only the stand-in is.",
      ""
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec spec;

  @Mixin JsonOption output;

  @Override
  public Integer call() {
    UringProbe probe = UringProbe.run();
    Limits files = Limits.read("Max open files");
    List<Finding> around = new Surroundings(probe, Path.of("/")).all();
    PrintWriter out = spec.commandLine().getOut();
    if (output.isJson()) {
      Json.print(json(probe, files, around), out);
    } else {
      print(probe, around, new Facts(out));
    }
    return (probe.usable() ? ExitCode.OK : ExitCode.NO_IO_URING).status();
  }

  static void print(UringProbe probe, List<Finding> around, Facts facts) {
    facts.print("kernel", "Linux " + probe.kernel() + " " + System.getProperty("os.arch"));
    facts.print("JDK", Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
    facts.print("io_uring", probe.usable() ? "usable" : "NOT usable: " + probe.refusal());
    if (probe.usable()) {
      facts.print("  set-up flags", probe.setupFlags());
      facts.print("    refused", probe.missingSetupFlags());
      RingFlags.of(probe).forEach(flag -> facts.print("    " + flag.name(), flag.toString()));
      facts.print("  features", probe.features());
      facts.print("  opcodes", probe.opcodes());
      facts.print("    missing", probe.missingOpcodes());
      facts.print("  futex opcodes", has(probe, "FUTEX_WAIT") && has(probe, "FUTEX_WAKE"));
      facts.print("    self-test", selfTest(probe));
      facts.print("  WAITID", has(probe, "WAITID"));
    }
    facts.print("io_uring_disabled", disabled(probe.ioUringDisabled()));
    facts.print("seccomp filter", probe.seccomp());
    facts.print("futex_waitv", probe.futexWaitv());
    facts.print("idle clients", idle(probe));
    around.forEach(finding -> facts.print(finding.name(), finding.toString()));
    facts.print("verdict", verdict(probe));
  }

  private static boolean has(UringProbe probe, String opcode) {
    return probe.opcodes().contains(opcode);
  }

  private static String selfTest(UringProbe probe) {
    return probe.futexFault().isEmpty() ? "passed: no wake-up lost or late" : probe.futexFault();
  }

  private static String idle(UringProbe probe) {
    if (!probe.usable()) {
      return "waited for by the stand-in's thread";
    }
    return probe.futexFault().isEmpty()
        ? "waited for by FUTEX_WAIT on the host's ring"
        : "waited for by a thread ("
            + (probe.futexWaitv() ? "futex_waitv" : "looking each 2 ms")
            + "), not on the host's ring: "
            + probe.futexFault();
  }

  private static String disabled(int value) {
    return switch (value) {
      case -1 -> "no such setting (before Linux 6.6)";
      case 0 -> "0: allowed to all";
      case 1 -> "1: allowed to root and to the group kernel.io_uring_group";
      default -> value + ": forbidden to all";
    };
  }

  private static String verdict(UringProbe probe) {
    return probe.usable()
        ? "hosts on this machine use io_uring"
        : "hosts on this machine use the stand-in, a pool of threads: the same, but slower";
  }

  private static ObjectNode json(UringProbe probe, Limits files, List<Finding> around) {
    ObjectNode json = Json.object();
    json.put("annulus", Version.number()).put("kernel", probe.kernel());
    json.put("arch", System.getProperty("os.arch"));
    json.put("jdk", Runtime.version().toString());
    json.put("io_uring_usable", probe.usable()).put("refusal", probe.refusal());
    fill(json.putArray("setup_flags"), probe.setupFlags());
    fill(json.putArray("missing_setup_flags"), probe.missingSetupFlags());
    fill(json.putArray("features"), probe.features());
    fill(json.putArray("opcodes"), probe.opcodes());
    fill(json.putArray("missing_opcodes"), probe.missingOpcodes());
    json.put("futex_fault", probe.futexFault());
    json.put("io_uring_disabled", probe.ioUringDisabled()).put("seccomp", probe.seccomp());
    json.put("futex_waitv", probe.futexWaitv()).put("memlock_bytes", probe.memlock());
    json.put("idle_clients", idle(probe));
    fill(json.putObject("default_flags"), RingFlags.of(probe));
    fill(json.putObject("surroundings"), around);
    json.put("open_files_soft", files.soft()).put("open_files_hard", files.hard());
    return json;
  }

  private static void fill(ObjectNode object, List<Finding> findings) {
    for (Finding finding : findings) {
      ObjectNode one = object.putObject(finding.name().toLowerCase(Locale.ROOT).replace(' ', '_'));
      one.put("value", finding.value()).put("change", finding.change());
    }
  }

  private static void fill(ArrayNode array, List<String> values) {
    values.forEach(array::add);
  }
}
