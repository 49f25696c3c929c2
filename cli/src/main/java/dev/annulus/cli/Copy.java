// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.End;
import dev.annulus.cli.copy.End.Kind;
import dev.annulus.cli.copy.InOrder;
import dev.annulus.cli.copy.Plan;
import dev.annulus.cli.copy.Transfer;
import dev.annulus.cli.copy.Window;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Units;
import dev.annulus.scheme.Client;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * Copies between two URLs: looks at both ends before anything is lost, and says what is left behind
 * when it fails. Made for one copy.
 */
final class Copy {
  private static final int DEFAULT_MODE = 0666;

  private final Attached host;
  private final Window window;
  private final long most;

  /**
   * What a copy did.
   *
   * @param bytes moved
   * @param padding zeros written after them, to fill up the target's last block
   * @param syncNanos how long the flush at the end took
   * @param systemCalls that the client made
   */
  record Result(long bytes, long padding, long syncNanos, long systemCalls, Transfer transfer) {}

  Copy(Attached host, Window window, long most) {
    this.host = host;
    this.window = window;
    this.most = most;
  }

  /** What watches a copy: takes the bytes in order, and counts those that have arrived. */
  interface Watch extends AutoCloseable {
    /** Told once, before anything is written. */
    LongConsumer begins(long length);

    @Override
    void close();
  }

  Result run(String sourceUrl, String targetUrl, InOrder consumer, Watch watch)
      throws CommandException, IOException {
    End source = host.open(sourceUrl, Client.O_RDONLY, 0);
    refuseDirectory(source);
    End target = openTarget(source, targetUrl);
    long length = check(source, target);
    Plan plan = new Plan(source, target, most, consumer, watch.begins(length));
    Transfer transfer = new Transfer(host.client(), window, plan);
    long calls = host.client().systemCalls();
    try {
      transfer.run();
      calls = host.client().systemCalls() - calls;
      long start = System.nanoTime();
      transfer.sync();
      long syncNanos = System.nanoTime() - start;
      target.close(host.client());
      source.close(host.client());
      long moved = transfer.moved();
      return new Result(moved, target.wholeBlocks(moved) - moved, syncNanos, calls, transfer);
    } catch (IOException e) {
      throw incomplete(e, target, transfer.moved(), length);
    } finally {
      watch.close();
    }
  }

  private static CommandException incomplete(IOException e, End target, long moved, long length) {
    CommandException cause = Failures.classify(e);
    if (target.kind() == Kind.NOTHING) {
      return cause;
    }
    return new CommandException(
        cause.code(), cause.getMessage() + "; " + incomplete(target.url(), moved, length), e);
  }

  /** What is left behind. */
  static String incomplete(String url, long moved, long length) {
    if (moved == length) {
      return url + " may be incomplete";
    }
    String of = length == Long.MAX_VALUE ? "" : " of " + Units.count(length);
    return url + " is incomplete: " + Units.count(moved) + of + " bytes";
  }

  private static void refuseDirectory(End end) throws CommandException {
    if (end.kind() == Kind.DIRECTORY) {
      throw new CommandException(
          ExitCode.USAGE, end.url() + " is a directory; name a file, directories are not copied");
    }
  }

  /** Opens the target; a file is emptied only once it is sure that it is not the source. */
  private End openTarget(End source, String url) throws CommandException, IOException {
    int mode = source.kind() == Kind.FILE ? source.stat().mode() & 0777 : DEFAULT_MODE;
    End target = host.open(url, Client.O_WRONLY | Client.O_CREAT, mode);
    refuseDirectory(target);
    if (isSame(source, target)) {
      throw new CommandException(
          ExitCode.USAGE, source.url() + " and " + url + " are the same; nothing was copied");
    }
    if (target.kind() != Kind.FILE || target.size() == 0) {
      return target;
    }
    target.close(host.client());
    return host.open(url, Client.O_WRONLY | Client.O_TRUNC, 0);
  }

  /** The host tells no device numbers; two files that agree in all this would be a wonder. */
  private static boolean isSame(End source, End target) {
    boolean sameScheme = Urls.scheme(source.url()).equals(Urls.scheme(target.url()));
    if (source.kind() != target.kind() || !sameScheme) {
      return false;
    }
    boolean tells = source.kind() == Kind.FILE || source.kind() == Kind.BLOCKS;
    return tells && source.stat().inode() != 0 && source.stat().equals(target.stat());
  }

  /** Checks sizes; answers how many bytes will be moved, if that is known. */
  private long check(End source, End target) throws CommandException {
    for (End end : new End[] {source, target}) {
      if (window.blockSize() % end.blockSize() != 0) {
        throw new CommandException(
            ExitCode.USAGE,
            "%s has blocks of %d bytes; --block-size %d is no multiple of that"
                .formatted(end.url(), end.blockSize(), window.blockSize()));
      }
    }
    long length = source.endsUnknown() ? most : Math.min(source.size(), most);
    if (target.kind() == Kind.BLOCKS && !source.endsUnknown() && length > target.size()) {
      throw new CommandException(
          ExitCode.NO_SPACE,
          "%s has %s bytes, and %s to copy; nothing was written"
              .formatted(target.url(), Units.count(target.size()), Units.count(length)));
    }
    return length;
  }
}
