// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import dev.annulus.cli.spi.CommandException;
import dev.annulus.cli.spi.ExitCode;
import dev.annulus.cli.text.Json;
import dev.annulus.nvme.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code annulus nvme write}. */
@Command(
    name = "write",
    description = {
      "Write blocks from a file, or from standard input; they are durable at the end.",
      "",
      "What is written is whole blocks. A file is written whole where no length is given; standard",
      "input needs one, so that all can be checked before anything is written.",
      "",
      "Example:",
      "  annulus nvme write vfio:0000:05:00.0 -n 1 --start 2048 --from part.bin --force",
      ""
    })
final class WriteCommand extends DeviceCommand {
  @Mixin NamespaceOption namespace;
  @Mixin BlockRange range;

  @Option(
      names = {"-d", "--from"},
      paramLabel = "FILE",
      description = "Where from. Default: standard input.")
  Path file;

  @Mixin Consent consent;

  WriteCommand(Outside outside) {
    super(outside);
  }

  @Override
  void check() throws CommandException, IOException {
    if (range.fault() != null) {
      throw wrong(range.fault());
    }
    if (file == null && !range.hasLength()) {
      throw wrong("standard input has no length: say --blocks or --bytes, or name a file (--from)");
    }
    if (file != null) {
      range.lengthIfNone(Files.size(file));
      if (range.fault() != null) {
        throw new CommandException(ExitCode.USAGE, file + " is empty: nothing is to be written");
      }
    }
  }

  @Override
  void run(Device opened) throws CommandException, IOException {
    Namespace to = opened.namespace(namespace.nsid);
    BlockRange.Range blocks = range.of(to);
    Writable.require(opened, to);
    PlainCommands.require(opened, to);
    long bytes = blocks.count() * to.blockSize();
    DataFile.require(file, bytes);
    String what =
        "write of %s of namespace %s of %s overwrites what is there"
            .formatted(blocks, Integer.toUnsignedString(to.nsid()), opened.name());
    consent.require(outside().terminal(), what, opened.name());
    try (InputStream stream = DataFile.open(file, outside().in());
        BlockPipe pipe = new BlockPipe(opened, to)) {
      pipe.write(blocks, buffer -> DataFile.fill(file, stream, buffer));
    }
    if (output.isJson()) {
      Json.print(
          Json.object()
              .put("nsid", Integer.toUnsignedLong(to.nsid()))
              .put("start", blocks.first())
              .put("blocks", blocks.count())
              .put("bytes", bytes),
          out());
    } else {
      out().println("write: Success, %d bytes from block %d".formatted(bytes, blocks.first()));
    }
  }
}
