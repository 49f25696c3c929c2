// SPDX-License-Identifier: Apache-2.0
package dev.annulus.testkit;

import dev.annulus.ffi.Seccomp;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs another main class in a process from which io_uring was taken away by a seccomp filter. */
public final class Forbidden {
  private Forbidden() {}

  /**
   * Installs the filter, then runs the other class's {@code main}.
   *
   * @param arguments {@code EPERM} or {@code ENOSYS}; {@code MODULE/CLASS}; and that class's
   *     arguments
   * @throws ReflectiveOperationException where there is no such class
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    int errno =
        switch (arguments[0]) {
          case "EPERM" -> 1;
          case "ENOSYS" -> 38;
          default -> throw new IllegalArgumentException("EPERM or ENOSYS, not " + arguments[0]);
        };
    int result = Seccomp.forbidIoUring(errno);
    if (result < 0) {
      throw new IllegalStateException("seccomp refused the filter, errno " + -result);
    }
    String[] target = arguments[1].split("/");
    Module module = ModuleLayer.boot().findModule(target[0]).orElseThrow();
    Class<?> main = Class.forName(module, target[1]);
    String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
    try {
      main.getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("main of " + arguments[1] + " failed", e.getCause());
    }
  }
}
