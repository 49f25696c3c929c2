// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli.option;

import dev.annulus.cli.text.Units;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as {@link Units#parseSize} reads them. */
public final class SizeConverter implements ITypeConverter<Long> {
  /** For picocli. */
  public SizeConverter() {}

  @Override
  public Long convert(String value) {
    try {
      return Units.parseSize(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
