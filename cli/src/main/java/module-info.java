// SPDX-License-Identifier: Apache-2.0

/** The {@code annulus} command. Other modules may add subcommands to it. */
module dev.annulus.cli {
  requires dev.annulus.ffi;
  requires dev.annulus.nvme;
  requires dev.annulus.scheme;
  requires HdrHistogram;
  requires info.picocli;
  requires tools.jackson.databind;

  exports dev.annulus.cli.spi;

  opens dev.annulus.cli to
      info.picocli;
  opens dev.annulus.cli.nvme to
      info.picocli;
  opens dev.annulus.cli.option to
      info.picocli;

  uses dev.annulus.cli.spi.Extension;
}
