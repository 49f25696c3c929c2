// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The only place that links C functions. All of them are libc's, found by the default lookup. */
@SuppressWarnings("restricted") // this module is the one with native access
final class Native {
  static final MemoryLayout INT = JAVA_INT;
  static final MemoryLayout LONG = JAVA_LONG;
  static final MemoryLayout POINTER = ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Where a call leaves its errno: one per thread, so that no other call can overwrite it. */
  private static final ThreadLocal<MemorySegment> CAPTURE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Native() {}

  /**
   * Links a C function that sets errno. The handle's first parameter is the capture segment.
   *
   * @param name the C name
   * @param returns the result's layout, {@link #INT} or {@link #LONG}
   * @param parameters the parameters' layouts
   */
  static MethodHandle link(String name, MemoryLayout returns, MemoryLayout... parameters) {
    // Safety: the descriptor below each caller states the C prototype; errno is captured before the
    // JVM can run other code on this thread.
    return Faults.wrap(
        name,
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(returns, parameters),
            Linker.Option.captureCallState("errno")));
  }

  /** As {@link #link}, for a variadic C function whose first {@code fixed} parameters are named. */
  static MethodHandle linkVariadic(
      String name, int fixed, MemoryLayout returns, MemoryLayout... parameters) {
    // Safety: as in link; the variadic parameters are passed as the C caller of this prototype
    // would.
    return Faults.wrap(
        name,
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(returns, parameters),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(fixed)));
  }

  /** As {@link #linkVariadic}, but errno is lost, which makes the call a little faster. */
  static MethodHandle linkVariadicWithoutErrno(
      String name, int fixed, MemoryLayout returns, MemoryLayout... parameters) {
    // Safety: as in linkVariadic.
    return Faults.wrapWithoutErrno(
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow(name),
            FunctionDescriptor.of(returns, parameters),
            Linker.Option.firstVariadicArg(fixed)));
  }

  /** This thread's capture segment. */
  static MemorySegment capture() {
    return CAPTURE.get();
  }

  /** Leaves an errno as a call that failed does. */
  static void fail(MemorySegment capture, int errno) {
    ERRNO.set(capture, 0L, errno);
  }

  /** The kernel's way to answer: the result, or -errno where it is -1. */
  static int result(int result, MemorySegment capture) {
    return result == -1 ? -(int) ERRNO.get(capture, 0L) : result;
  }

  /** The kernel's way to answer: the result, or -errno where it is -1. */
  static long result(long result, MemorySegment capture) {
    return result == -1L ? -(int) ERRNO.get(capture, 0L) : result;
  }

  /**
   * What comes out where a call is made: a misuse, such as memory that was freed, or an error of
   * the JVM, which are passed on. A linked handle throws nothing that is checked.
   */
  static AssertionError unexpected(Throwable failure) {
    return switch (failure) {
      case RuntimeException misuse -> throw misuse;
      case Error error -> throw error;
      default -> new AssertionError("a linked system call threw " + failure, failure);
    };
  }

  /** Gives a range that the kernel mapped its bounds and lifetime. */
  static MemorySegment mapping(long address, long size, Arena arena) {
    // Safety: mmap returned `address` for `size` bytes; the arena unmaps it, once, when it closes.
    return MemorySegment.ofAddress(address)
        .reinterpret(size, arena, unused -> Memory.unmap(address, size));
  }

  /** Looks at memory that a caller of a system call would point the kernel to. */
  static MemorySegment view(long address, long size) {
    // Safety: the stand-in reads here what the kernel would read; its caller answers for the
    // address.
    return MemorySegment.ofAddress(address).reinterpret(size);
  }
}
