// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.ModelController;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/**
 * Types commands, which see one model that stays on between them, {@code model:kept}, unless it is
 * null; what else a URL names is opened as it is.
 */
final class Typed implements AutoCloseable {
  private static final int FAILED = 99;

  final ModelController model;
  final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path root = Path.of("/nonexistent");
  private byte[] input = {};
  private String answer;
  private String question = "";
  private Exception thrown;

  Typed(ModelController model) {
    this.model = model;
  }

  Typed input(byte[] bytes) {
    input = bytes;
    return this;
  }

  Typed root(Path value) {
    root = value;
    return this;
  }

  /** Somebody is there and answers this. */
  Typed answer(String text) {
    answer = text;
    return this;
  }

  String question() {
    return question;
  }

  private Outside outside() {
    PciBus bus = new PciBus(root);
    RealDevices real = new RealDevices(bus);
    Devices devices =
        (url, options) ->
            url.target().equals("kept")
                ? Device.start(url.text(), model, options, () -> {})
                : real.open(url, options);
    return new Outside(devices, bus, new Somebody(), new ByteArrayInputStream(input), data);
  }

  private int run(String... arguments) {
    thrown = null;
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = NvmeCommand.line(outside());
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, failed, result) -> {
      if (e instanceof CommandLine.ParameterException wrong) {
        return failed.getParameterExceptionHandler().handleParseException(wrong, arguments);
      }
      thrown = e;
      return FAILED;
    });
    return line.execute(arguments);
  }

  /** What a command prints that does what it should. */
  String done(String... arguments) {
    int status = run(arguments);
    assertEquals(0, status, () -> err + " " + thrown);
    assertEquals("", err.toString());
    return out.toString();
  }

  JsonNode json(String... arguments) throws IOException {
    return Json.parse(done(arguments));
  }

  /** A command that is refused for a reason that is not the way it is typed; answers which. */
  String refused(ExitCode code, String part, String... arguments) {
    int status = run(arguments);
    assertEquals(FAILED, status, () -> out + " " + err);
    CommandException told = assertInstanceOf(CommandException.class, thrown);
    assertEquals(code, told.code(), told.getMessage());
    assertTrue(told.getMessage().contains(part), told.getMessage());
    assertEquals("", out.toString());
    return told.getMessage();
  }

  /** A command that the device lets fail. */
  <T extends Exception> T failed(Class<T> type, String... arguments) {
    assertEquals(FAILED, run(arguments), () -> out + " " + err);
    return assertInstanceOf(type, thrown);
  }

  /** A command that is typed wrongly. */
  void wrong(String part, String... arguments) {
    assertEquals(ExitCode.USAGE.status(), run(arguments), () -> out + " " + thrown);
    assertTrue(err.toString().contains(part), err.toString());
    assertEquals("", out.toString());
  }

  @Override
  public void close() {
    if (model != null) {
      model.close();
    }
  }

  private final class Somebody implements Terminal {
    @Override
    public boolean isThere() {
      return answer != null;
    }

    @Override
    public String ask(String text) {
      question = text;
      return answer;
    }
  }
}
