// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import dev.annulus.cli.copy.End;
import dev.annulus.cli.copy.InOrder;
import dev.annulus.cli.copy.Plan;
import dev.annulus.cli.copy.Transfer;
import dev.annulus.cli.copy.Window;
import dev.annulus.cli.option.SizeConverter;
import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.scheme.Client;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code annulus cat}. */
@Command(
    name = "cat",
    description = {
      "Write what a URL contains to standard output.",
      "",
      "Examples:",
      "  annulus cat sys:counters",
      "  annulus cat nvme:/                       the controllers; nvme:/0 its namespaces",
      "  annulus cat nvme:0/1 --bytes 4096 | xxd",
      ""
    })
final class CatCommand implements Callable<Integer> {
  private static final String BROKEN_PIPE = "Broken pipe";

  @Parameters(paramLabel = "URL", description = "What to read.")
  String url;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      converter = SizeConverter.class,
      description = "Read this many bytes at most (K, M, G, T: powers of 1024).")
  Long bytes;

  @Mixin TuningOptions tuning;
  @Mixin SocketOption socket;

  @Override
  public Integer call() throws CommandException, IOException {
    Urls.check(url);
    Path path = socket.forClient();
    try (Attached host = Attached.to(path, tuning.depth());
        FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      End source = host.open(url, Client.O_RDONLY, 0);
      if (source.kind() == End.Kind.DIRECTORY) {
        throw new CommandException(ExitCode.USAGE, url + " is a directory; name a file in it");
      }
      long most = bytes == null ? Long.MAX_VALUE : bytes;
      Plan plan = new Plan(source, null, most, writingTo(out.getChannel()), moved -> {});
      try (Window window = Window.of(host.client(), tuning.depth(), tuning.blockSize())) {
        new Transfer(host.client(), window, plan).run();
      }
      source.close(host.client());
      return ExitCode.OK.status();
    } catch (FileSystemException e) {
      if (BROKEN_PIPE.equals(e.getReason())) {
        // Whoever reads has read enough, as head does: nothing to complain of.
        return ExitCode.IO.status();
      }
      throw e;
    }
  }

  private static InOrder writingTo(WritableByteChannel out) {
    return bytes -> {
      ByteBuffer buffer = bytes.asByteBuffer();
      try {
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      } catch (IOException e) {
        throw new FileSystemException("standard output", null, e.getMessage());
      }
    };
  }
}
