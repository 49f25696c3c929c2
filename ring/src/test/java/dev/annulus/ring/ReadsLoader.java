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
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Loads this package anew, with every read of memory handed to {@link Reads}. A way to read that it
 * does not know is an error: nothing gets past it.
 */
final class ReadsLoader extends ClassLoader {
  private static final String PACKAGE = ReadsLoader.class.getPackageName() + ".";
  private static final ClassDesc READS = Reads.class.describeConstable().orElseThrow();
  private static final String SEGMENT = "java/lang/foreign/MemorySegment";
  private static final String HANDLE = "java/lang/invoke/VarHandle";

  /** They set the scene, or are what the others talk to. */
  private static final Set<String> AS_THEY_ARE = Set.of("TestQueue", "FetchScenes");

  /** They read no memory. */
  private static final Set<String> HARMLESS =
      Set.of(
          "set",
          "setRelease",
          "setOpaque",
          "setVolatile",
          "fullFence",
          "acquireFence",
          "address",
          "byteSize",
          "asReadOnly",
          "asSlice",
          "fill",
          "toString");

  ReadsLoader() {
    super(ReadsLoader.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(PACKAGE) || name.equals(Reads.class.getName())) {
      return super.loadClass(name, resolve);
    }
    Class<?> loaded = findLoadedClass(name);
    return loaded == null ? define(name) : loaded;
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    String simple = name.substring(PACKAGE.length());
    try (InputStream in = ReadsLoader.class.getResourceAsStream(simple + ".class")) {
      if (in == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] bytes = in.readAllBytes();
      if (!AS_THEY_ARE.contains(simple.split("\\$")[0])) {
        bytes = transformed(bytes);
      }
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] transformed(byte[] bytes) {
    ClassFile file = ClassFile.of();
    return file.transformClass(
        file.parse(bytes), ClassTransform.transformingMethodBodies(ReadsLoader::transform));
  }

  private static void transform(CodeBuilder builder, CodeElement element) {
    if (element instanceof InvokeInstruction call) {
      String owner = call.owner().asInternalName();
      String name = call.name().stringValue();
      if ((owner.equals(SEGMENT) || owner.equals(HANDLE)) && !HARMLESS.contains(name)) {
        read(builder, call, owner, name);
        return;
      }
    }
    builder.with(element);
  }

  private static void read(CodeBuilder builder, InvokeInstruction call, String owner, String name) {
    MethodTypeDesc type = call.typeSymbol();
    boolean ordered = owner.equals(HANDLE) && name.matches("get(Acquire|Opaque|Volatile)?");
    if (!ordered && !(owner.equals(SEGMENT) && name.equals("get"))) {
      throw new IllegalStateException("how does this read memory? " + owner + "." + name + type);
    }
    boolean isInt = type.returnType().equals(ConstantDescs.CD_int);
    String target = !ordered ? "get" : isInt ? "orderedInt" : "ordered";
    ClassDesc receiver = ClassDesc.ofInternalName(owner);
    builder.invokestatic(READS, target, type.insertParameterTypes(0, receiver));
  }
}
