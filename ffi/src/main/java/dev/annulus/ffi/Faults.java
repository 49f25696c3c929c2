// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Set;

/**
 * Makes system calls fail, in tests of what happens then. Where the JVM was started with {@code
 * -Dannulus.faults=true}, calls are linked through here, slowly; in any other JVM this class is
 * asked once a function when it is linked, and a call costs what it costs without it.
 */
public final class Faults {
  private static final boolean ON = Boolean.getBoolean("annulus.faults");

  /** These are made in any case: an error of theirs says nothing about what they release. */
  private static final Set<String> RELEASES = Set.of("close", "munmap");

  private static final MethodHandle CALL = find("call", String.class, MethodHandle.class);
  private static final MethodHandle CALL_WITHOUT_ERRNO =
      find("callWithoutErrno", MethodHandle.class);

  private static volatile Plan plan;

  private Faults() {}

  /** Decides which calls fail. Asked by any thread, before each call. */
  @FunctionalInterface
  public interface Plan {
    /**
     * Asked once a call.
     *
     * @param call the function, such as {@code mmap}, or the system call, such as {@code
     *     io_uring_setup}, where libc has no function for it
     * @return the errno that it fails with, or 0 to let it happen
     */
    int errno(String call);
  }

  /**
   * Whether this JVM can make calls fail.
   *
   * @return true where it was started with {@code -Dannulus.faults=true}
   */
  public static boolean available() {
    return ON;
  }

  /**
   * Follows a plan from now on, in all threads.
   *
   * @param next the plan, or null for none
   * @throws IllegalStateException where this JVM cannot make calls fail
   */
  public static void follow(Plan next) {
    if (!ON) {
      throw new IllegalStateException("start the JVM with -Dannulus.faults=true");
    }
    plan = next;
  }

  /** The handle itself, or where faults are on, one that asks the plan. */
  static MethodHandle wrap(String name, MethodHandle real) {
    return ON ? as(CALL.bindTo(name).bindTo(real), real.type()) : real;
  }

  /** The same for a handle that has no errno. */
  static MethodHandle wrapWithoutErrno(MethodHandle real) {
    return ON ? as(CALL_WITHOUT_ERRNO.bindTo(real), real.type()) : real;
  }

  private static MethodHandle as(MethodHandle call, MethodType type) {
    return call.asCollector(Object[].class, type.parameterCount()).asType(type);
  }

  private static MethodHandle find(String name, Class<?>... bound) {
    MethodType type = MethodType.methodType(Object.class, bound);
    try {
      return MethodHandles.lookup()
          .findStatic(Faults.class, name, type.appendParameterTypes(Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unused") // by CALL
  private static Object call(String name, MethodHandle real, Object[] arguments) throws Throwable {
    String call = name.equals("syscall") ? Syscall.name((long) arguments[1]) : name;
    Plan followed = plan;
    int errno = followed == null ? 0 : followed.errno(call);
    if (errno == 0) {
      return real.invokeWithArguments(arguments);
    }
    if (RELEASES.contains(call)) {
      real.invokeWithArguments(arguments);
    }
    if (call.equals("posix_spawnp")) {
      return errno; // its way to fail
    }
    Native.fail((MemorySegment) arguments[0], errno);
    return failed(real);
  }

  /** The caller makes the call again where errno is told: that is the one that the plan decides. */
  @SuppressWarnings("unused") // by CALL_WITHOUT_ERRNO
  private static Object callWithoutErrno(MethodHandle real, Object[] arguments) throws Throwable {
    return plan == null ? real.invokeWithArguments(arguments) : failed(real);
  }

  private static Object failed(MethodHandle real) {
    return real.type().returnType() == long.class ? (Object) (-1L) : (Object) (-1);
  }
}
