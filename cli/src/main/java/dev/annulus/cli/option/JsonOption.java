// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.option;

import picocli.CommandLine.Option;

/** The option {@code --json}. */
public final class JsonOption {
  @Option(names = "--json", description = "Print the result as JSON, and nothing else.")
  private boolean json;

  /** Not given yet. */
  public JsonOption() {}

  /**
   * Whether it was given.
   *
   * @return true where the result is for a program
   */
  public boolean isJson() {
    return json;
  }
}
