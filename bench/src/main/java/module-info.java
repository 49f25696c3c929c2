// SPDX-License-Identifier: Apache-2.0

/** Comparisons with others' rings, each side in processes of its own, and JMH. Not published. */
module dev.annulus.bench {
  requires dev.annulus.cli;
  requires dev.annulus.ffi;
  requires dev.annulus.nvme;
  requires dev.annulus.peer;
  requires dev.annulus.ring;
  requires dev.annulus.scheme;
  requires dev.annulus.uring;
  requires info.picocli;
  requires io.aeron.client;
  requires io.aeron.driver;
  requires jdk.management;
  requires jdk.unsupported; // ExtendedOpenOption.DIRECT
  requires org.agrona;
  requires tools.jackson.databind;

  opens dev.annulus.bench to
      info.picocli;

  provides dev.annulus.cli.spi.Extension with
      dev.annulus.bench.BenchExtension;
}
