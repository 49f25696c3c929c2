// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.NvmeException;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  @ParameterizedTest
  @CsvSource({
    "1, 5", // EPERM
    "2, 4", // ENOENT
    "4, 9", // EINTR
    "5, 9", // EIO
    "9, 5", // EBADF: opened the other way
    "13, 5", // EACCES
    "18, 5", // EXDEV: leaves the root
    "19, 2", // ENODEV: no such scheme
    "20, 4", // ENOTDIR
    "21, 2", // EISDIR
    "22, 2", // EINVAL
    "27, 6", // EFBIG
    "28, 6", // ENOSPC
    "30, 5", // EROFS
    "36, 2", // ENAMETOOLONG
    "40, 5", // ELOOP
    "122, 6", // EDQUOT
    "9999, 9"
  })
  void errorNumbersHaveAnExitStatus(int errno, int status) {
    assertEquals(status, Errnos.code(errno).status());
  }

  static Stream<Arguments> exceptions() {
    return Stream.of(
        Arguments.of(new CommandException(ExitCode.DIFFERS, "x"), 1),
        Arguments.of(new ErrnoException("open", 2), 4),
        Arguments.of(new PeerGoneException("gone"), 8),
        Arguments.of(new NvmeException("the controller is gone"), 9),
        Arguments.of(new NvmeException("read", 0x281, "x"), 9), // Unrecovered Read Error
        Arguments.of(new NvmeException("read", 0x00B, "x"), 4), // Invalid Namespace or Format
        Arguments.of(new NvmeException("write", 0x020, "x"), 5), // Namespace is Write Protected
        Arguments.of(new NvmeException("write", 0x081, "x"), 6), // Capacity Exceeded
        Arguments.of(new NvmeException("read", 0x080, "x"), 2), // LBA Out of Range
        Arguments.of(new NoSuchFileException("/x"), 4),
        Arguments.of(new AccessDeniedException("/x"), 5),
        Arguments.of(new FileSystemException("/x", null, "No space left on device"), 6),
        Arguments.of(new FileSystemException("/x", null, "Read error"), 9),
        Arguments.of(new IOException(), 9),
        Arguments.of(new IllegalStateException("x"), 70),
        Arguments.of(new ExceptionInInitializerError(new IllegalCallerException("native")), 2),
        Arguments.of(new OutOfMemoryError("x"), 70));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void exceptionsHaveAnExitStatusAndAMessage(Throwable e, int status) {
    StringWriter text = new StringWriter();
    assertEquals(status, Failures.report(e, new PrintWriter(text), false));
    assertTrue(text.toString().matches("annulus: [^\n]+\n"), text.toString());
  }

  @Test
  void aStatusIsToldInWordsAndAsAnErrorNumber() {
    StringWriter text = new StringWriter();
    NvmeException failed = new NvmeException("write", 0x4020, "lift the protection");
    assertEquals(5, Failures.report(failed, new PrintWriter(text), false));
    assertEquals(
        "annulus: write: Namespace is Write Protected (SCT 0h, SC 20h, do not retry):"
            + " lift the protection [EROFS (Read-only file system)]\n",
        text.toString());
  }

  @Test
  void theStackTraceIsShownWhenAskedForOnly() {
    StringWriter text = new StringWriter();
    Failures.report(new IOException("x"), new PrintWriter(text), false);
    assertFalse(text.toString().contains("\tat "));
    Failures.report(new IOException("x"), new PrintWriter(text), true);
    assertTrue(text.toString().contains("\tat "));
  }

  @Test
  void anInternalErrorSaysWhereToReport() {
    String message = Failures.classify(new NullPointerException("p")).getMessage();
    assertTrue(message.contains("internal error: java.lang.NullPointerException: p"), message);
    assertTrue(message.contains("--debug") && message.contains("maintainers"), message);
  }

  @Test
  void anUnknownSchemeIsToldWithThoseThatThereAre() {
    String message = Errnos.opening("foo:/x", 19, List.of("file:", "sys:")).getMessage();
    assertEquals(
        "open foo:/x: ENODEV (No such device): this host has no scheme 'foo:', only file:, sys:",
        message);
  }

  @Test
  void aPathThatLeavesTheRootSaysSo() {
    assertTrue(
        Errnos.opening("file:/../x", 18, List.of())
            .getMessage()
            .contains("leaves the root of file:"));
  }

  @Test
  void everyExitStatusIsOfItsOwn() {
    long distinct = Stream.of(ExitCode.values()).mapToInt(ExitCode::status).distinct().count();
    assertEquals(ExitCode.values().length, distinct);
  }
}
