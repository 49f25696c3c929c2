// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.nvme.NvmeException;
import dev.annulus.nvme.NvmeStatus;
import dev.annulus.ring.Errno;
import java.util.List;

/** What an error number of an operation means to a user: exit status, cause, what to do. */
final class Errnos {
  private Errnos() {}

  /** The exit status for an error number. */
  static ExitCode code(int errno) {
    return switch (errno) {
      case Errno.ENODEV, Errno.EINVAL, Errno.EISDIR, Errno.ENAMETOOLONG -> ExitCode.USAGE;
      case Errno.ENOENT, Errno.ENOTDIR, Errno.ENXIO -> ExitCode.NOT_FOUND;
      case Errno.EACCES, Errno.EPERM, Errno.EROFS, Errno.EXDEV, Errno.ELOOP, Errno.EBADF ->
          ExitCode.DENIED;
      case Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG -> ExitCode.NO_SPACE;
      default -> ExitCode.IO;
    };
  }

  /** The exit status where what failed was open: a device that is gone was no mistake of a user. */
  static ExitCode transferring(int errno) {
    return errno == Errno.ENODEV ? ExitCode.IO : code(errno);
  }

  /** The exit status for a controller's failure; a namespace that is not there is not found. */
  static ExitCode code(NvmeException e) {
    int errno = e.errno();
    return errno == Errno.ENODEV ? ExitCode.NOT_FOUND : code(errno);
  }

  /** A controller's failure with its error number, where a command's status has one. */
  static String describe(NvmeException e) {
    boolean command = e.status() != NvmeStatus.SUCCESS;
    return e.getMessage() + (command ? " [" + Errno.describe(e.errno()) + "]" : "");
  }

  /** Whether the reason that {@code java.nio} gives is a lack of space. */
  static boolean isNoSpace(String reason) {
    return reason != null
        && (reason.contains("No space left") || reason.contains("quota exceeded"));
  }

  /** A resource that could not be opened. */
  static CommandException opening(String url, int errno, List<String> schemes) {
    return new CommandException(
        code(errno), "open " + url + ": " + Errno.describe(errno) + remedy(url, errno, schemes));
  }

  private static String remedy(String url, int errno, List<String> schemes) {
    String scheme = Urls.scheme(url);
    return switch (errno) {
      case Errno.ENODEV ->
          ": this host has no scheme '" + scheme + ":', only " + String.join(", ", schemes);
      case Errno.ENOENT, Errno.ENOTDIR -> ": " + missing(scheme);
      case Errno.EXDEV ->
          ": the path leaves the root of file:; neither .. nor a link may lead out of it";
      case Errno.ELOOP -> ": a loop of links, or a link of /proc, which file: does not follow";
      case Errno.EROFS -> ": the host serves it for reading only";
      case Errno.EACCES, Errno.EPERM ->
          scheme.equals("shm")
              ? ": shm: is memory between two programs, which a command cannot read"
              : ": the host's user may not do that";
      case Errno.EISDIR -> ": it is a directory; name a file in it";
      case Errno.EMFILE -> ": too many handles are open";
      case Errno.EBUSY -> ": somebody else has it open, one of you alone (O_EXCL)";
      case Errno.ENOTUNIQ -> ": several controllers have this serial number; cat nvme:/ has all";
      case Errno.ENXIO ->
          scheme.equals("nvme")
              ? ": the controller has failed; the host has to be started again"
              : ": nobody reads that pipe";
      case Errno.ENOSPC, Errno.EDQUOT -> ": make room on that disk, and try again";
      default -> "";
    };
  }

  private static String missing(String scheme) {
    return switch (scheme) {
      case "file" -> "no such file below the root of file:";
      case "nvme" ->
          "no such device; nvme:0/1 is namespace 1 of the first serve --nvme, cat nvme:/ has all";
      case "sys" -> "there is sys:counters";
      case "null" -> "null: has nothing after the colon";
      default -> "its scheme has no such resource";
    };
  }
}
