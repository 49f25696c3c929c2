// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this command, its JDK and its kernel. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "annulus " + number(),
      "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
      System.getProperty("os.name")
          + " "
          + System.getProperty("os.version")
          + " "
          + System.getProperty("os.arch")
    };
  }

  /** The version that the module was built as. */
  static String number() {
    return Version.class.getModule().isNamed()
        ? Version.class.getModule().getDescriptor().rawVersion().orElse("(not a release)")
        : "(not a release)";
  }
}
