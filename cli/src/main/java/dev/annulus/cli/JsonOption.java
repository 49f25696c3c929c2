// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import picocli.CommandLine.Option;

/** The option {@code --json}. */
final class JsonOption {
  @Option(names = "--json", description = "Print the result as JSON, and nothing else.")
  boolean json;
}
