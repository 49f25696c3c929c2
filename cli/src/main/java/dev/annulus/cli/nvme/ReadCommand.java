// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Namespace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code annulus nvme read}. */
@Command(
    name = "read",
    description = {
      "Read blocks into a file, or to standard output.",
      "",
      "Examples:",
      "  annulus nvme read vfio:0000:05:00.0 --blocks 1 | xxd",
      "  annulus nvme read model:disk.img --offset 1M --bytes 64K --to part.bin",
      ""
    })
final class ReadCommand extends DeviceCommand {
  private static final String BROKEN_PIPE = "Broken pipe";

  @Mixin NamespaceOption namespace;
  @Mixin BlockRange range;

  @Option(
      names = {"-d", "--to"},
      paramLabel = "FILE",
      description = "Where to; a file that is there is replaced. Default: standard output.")
  Path file;

  ReadCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() {
    if (range.fault() != null) {
      throw wrong(range.fault());
    }
    if (output.isJson() && file == null) {
      throw wrong("--json needs --to: standard output would have both");
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace from = opened.namespace(namespace.nsid);
    BlockRange.Range blocks = range.of(from);
    PlainCommands.require(opened, from);
    String name = file == null ? "standard output" : file.toString();
    OutputStream stream = file == null ? outside().out() : Files.newOutputStream(file);
    try (BlockPipe pipe = new BlockPipe(opened, from)) {
      WritableByteChannel channel = Channels.newChannel(stream);
      pipe.read(blocks, buffer -> write(channel, buffer, name));
      stream.flush();
    } catch (FileSystemException e) {
      if (BROKEN_PIPE.equals(e.getReason())) {
        // Whoever reads has read enough, as head does: nothing to complain of.
        throw new CommandException(ExitCode.IO, "");
      }
      throw e;
    } finally {
      if (file != null) {
        stream.close();
      }
    }
    if (output.isJson()) {
      Json.print(
          Json.object()
              .put("nsid", Integer.toUnsignedLong(from.nsid()))
              .put("start", blocks.first())
              .put("blocks", blocks.count())
              .put("bytes", blocks.count() * from.blockSize()),
          out());
    }
  }

  private static void write(WritableByteChannel channel, ByteBuffer buffer, String name)
      throws IOException {
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(name, null, e.getMessage());
    }
  }
}
