// SPDX-License-Identifier: Apache-2.0
package dev.annulus.ring;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Loads this package's classes anew, with a call of {@link AccessCounts#hit} before every access to
 * memory: each method of {@code VarHandle}, fences too, by its name; {@code MemorySegment}'s {@code
 * get} and {@code set}; each lock.
 */
final class CountingLoader extends ClassLoader {
  private static final String PACKAGE = "dev.annulus.ring.";
  private static final ClassDesc COUNTS = ClassDesc.of(AccessCounts.class.getName());
  private static final MethodTypeDesc HIT =
      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

  CountingLoader() {
    super(CountingLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE) || name.equals(AccessCounts.class.getName())) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        byte[] bytes = instrumented(name);
        loaded = defineClass(name, bytes, 0, bytes.length);
      }
      return loaded;
    }
  }

  private byte[] instrumented(String name) throws ClassNotFoundException {
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      ClassFile files = ClassFile.of();
      return files.transformClass(
          files.parse(in.readAllBytes()),
          ClassTransform.transformingMethodBodies(CountingLoader::count));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void count(CodeBuilder code, CodeElement element) {
    String kind = kind(element);
    if (kind != null) {
      code.ldc(kind).invokestatic(COUNTS, "hit", HIT);
    }
    code.with(element);
  }

  /** What an instruction counts as, or null. */
  static String kind(CodeElement element) {
    if (element instanceof MonitorInstruction) {
      return "lock";
    }
    if (!(element instanceof InvokeInstruction call)) {
      return null;
    }
    String owner = call.owner().asInternalName();
    String method = call.name().stringValue();
    if (owner.equals("java/lang/invoke/VarHandle")) {
      return method;
    }
    boolean plain = owner.equals("java/lang/foreign/MemorySegment");
    return plain && (method.equals("get") || method.equals("set")) ? method : null;
  }
}
