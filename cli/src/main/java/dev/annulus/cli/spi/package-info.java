// SPDX-License-Identifier: Apache-2.0

/**
 * What a module adds to the {@code annulus} command; it needs no change of the command itself.
 *
 * <p>An {@link dev.annulus.cli.spi.Extension} is found by {@link java.util.ServiceLoader} when the
 * command starts, made once, and used on the main thread alone. It owns what it opens, and closes
 * it before its command returns: the JVM ends right after.
 *
 * <pre>{@code
 * module dev.annulus.bench {
 *   requires dev.annulus.cli;
 *   requires info.picocli;
 *   provides dev.annulus.cli.spi.Extension with dev.annulus.bench.BenchExtension;
 *   opens dev.annulus.bench to info.picocli;
 * }
 *
 * public final class BenchExtension implements Extension {
 *   public Object command() {
 *     return new BenchCommand();            // @Command(name = "bench"), Callable<Integer>
 *   }
 * }
 * }</pre>
 */
package dev.annulus.cli.spi;
