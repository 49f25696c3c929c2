// SPDX-License-Identifier: Apache-2.0
package dev.annulus.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code annulus doctor}. */
@Command(name = "doctor", description = "Tell what this machine offers.")
final class DoctorCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    return 0;
  }
}
