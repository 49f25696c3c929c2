// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.TransferException;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.NvmeException;
import dev.annulus.peer.PeerGoneException;
import dev.annulus.ring.ErrnoException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells users of errors: one message, the right exit status, a stack trace only when asked for. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String NATIVE_ACCESS = "--enable-native-access=dev.annulus.ffi";

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult result) {
    if (e instanceof ParameterException wrong) {
      return handleParseException(wrong, new String[0]);
    }
    Annulus annulus = (Annulus) line.getCommandSpec().root().userObject();
    return report(e, line.getErr(), annulus.debug);
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("annulus: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(e, err);
    err.println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.status();
  }

  /** Prints what went wrong; answers the exit status. */
  static int report(Throwable e, PrintWriter err, boolean debug) {
    CommandException told = classify(e);
    if (!told.getMessage().isEmpty()) {
      err.println("annulus: " + told.getMessage());
    }
    if (debug) {
      e.printStackTrace(err);
    }
    err.flush();
    return told.code().status();
  }

  /** Anything that can be thrown, in the user's words. */
  static CommandException classify(Throwable e) {
    return switch (e) {
      case CommandException told -> told;
      case PeerGoneException gone ->
          new CommandException(ExitCode.HOST_GONE, gone.getMessage(), gone);
      case TransferException failed ->
          new CommandException(Errnos.transferring(failed.errno()), failed.getMessage(), failed);
      case ErrnoException failed ->
          new CommandException(Errnos.code(failed.errno()), failed.getMessage(), failed);
      case NvmeException failed ->
          new CommandException(Errnos.code(failed), Errnos.describe(failed), failed);
      case NoSuchFileException missing ->
          new CommandException(ExitCode.NOT_FOUND, "no such file: " + missing.getFile(), missing);
      case AccessDeniedException denied ->
          new CommandException(ExitCode.DENIED, "permission denied: " + denied.getFile(), denied);
      case FileSystemException failed when Errnos.isNoSpace(failed.getReason()) ->
          new CommandException(ExitCode.NO_SPACE, failed.getMessage(), failed);
      case IOException failed -> new CommandException(ExitCode.IO, text(failed), failed);
      default -> nativeAccessDenied(e) ? notEnabled(e) : internal(e);
    };
  }

  private static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static boolean nativeAccessDenied(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalCallerException) {
        return true;
      }
    }
    return false;
  }

  private static CommandException notEnabled(Throwable e) {
    return new CommandException(
        ExitCode.USAGE,
        "Java refuses system calls to this program; run ./annulus, or java with " + NATIVE_ACCESS,
        e);
  }

  private static CommandException internal(Throwable e) {
    return new CommandException(
        ExitCode.INTERNAL,
        "internal error: "
            + e
            + ". This is a fault of annulus "
            + Version.number()
            + ": run the command again with --debug, and send what it prints, with the output of"
            + " 'annulus doctor', to the maintainers (README.md)",
        e);
  }
}
