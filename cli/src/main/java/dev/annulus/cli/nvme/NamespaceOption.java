// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.nvme;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option {@code -n}. */
final class NamespaceOption {
  @Option(
      names = {"-n", "--namespace-id"},
      paramLabel = "NSID",
      converter = Nsid.class,
      description = "The namespace; may be left out where there is only one.")
  Integer nsid;

  /** Identifiers are unsigned numbers of 32 bits, from 1; all ones is none of one namespace. */
  static final class Nsid implements ITypeConverter<Integer> {
    private static final long MOST = 0xFFFF_FFFEL;

    @Override
    public Integer convert(String text) {
      long value;
      try {
        value = Long.decode(text);
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + text + "' is no number");
      }
      if (value < 1 || value > MOST) {
        throw new TypeConversionException("namespace " + text + ": must be 1 to " + MOST);
      }
      return (int) value;
    }
  }
}
