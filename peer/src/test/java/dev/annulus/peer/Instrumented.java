// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.annulus.ring.Producer;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A copy of module ring that calls a hook after each store to memory outside the heap: the crash
 * points of {@link Crasher}. The code that is used in earnest stays without them.
 */
final class Instrumented {
  private static final String POINT = "dev.annulus.ring.CrashPoint";
  private static final String HOOK = "hook";
  private static final ClassDesc RUNNABLE = ClassDesc.of("java.lang.Runnable");

  private static final Set<String> OWNERS =
      Set.of("java/lang/invoke/VarHandle", "java/lang/foreign/MemorySegment");

  /** How the methods of both begin that write: {@code setRelease}, {@code copyFrom} and so on. */
  private static final List<String> WRITES =
      List.of("set", "copy", "fill", "compareAnd", "getAnd", "weakCompareAnd");

  private Instrumented() {}

  /** Writes the classes below a directory that does not exist yet. */
  static Path into(Path directory) throws Exception {
    Path own = Path.of(Producer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(own)) {
      instrumentAll(own, directory);
    } else {
      try (FileSystem archive = FileSystems.newFileSystem(own)) {
        instrumentAll(archive.getPath("/"), directory);
      }
    }
    write(directory, POINT.replace('.', '/') + ".class", point());
    return directory;
  }

  private static void instrumentAll(Path from, Path to) throws IOException {
    Path classes = from.resolve("dev/annulus/ring");
    try (Stream<Path> all = Files.list(classes)) {
      for (Path each : all.filter(file -> file.toString().endsWith(".class")).toList()) {
        write(to, from.relativize(each).toString(), instrumented(Files.readAllBytes(each)));
      }
    }
  }

  private static void write(Path directory, String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private static byte[] instrumented(byte[] content) {
    ClassFile files = ClassFile.of();
    return files.transformClass(
        files.parse(content), ClassTransform.transformingMethodBodies(Instrumented::element));
  }

  private static void element(CodeBuilder code, CodeElement element) {
    code.with(element);
    if (element instanceof InvokeInstruction call
        && OWNERS.contains(call.owner().asInternalName())
        && WRITES.stream().anyMatch(call.name().stringValue()::startsWith)) {
      code.invokestatic(ClassDesc.of(POINT), "stored", MTD_void);
    }
  }

  /** {@code public static Runnable hook}, and {@code stored()}, which calls it if there is one. */
  private static byte[] point() {
    ClassDesc self = ClassDesc.of(POINT);
    int open = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
    return ClassFile.of()
        .build(
            self,
            type ->
                type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                    .withSuperclass(CD_Object)
                    .withField(HOOK, RUNNABLE, open)
                    .withMethodBody(
                        "stored",
                        MTD_void,
                        open,
                        code ->
                            code.getstatic(self, HOOK, RUNNABLE)
                                .ifThen(
                                    java.lang.classfile.Opcode.IFNONNULL,
                                    then ->
                                        then.getstatic(self, HOOK, RUNNABLE)
                                            .invokeinterface(RUNNABLE, "run", MTD_void))
                                .return_()));
  }

  /** In the process that runs the copy: from now on each store calls this. */
  static void hook(Runnable stored) throws ReflectiveOperationException {
    Class.forName(POINT).getField(HOOK).set(null, stored);
  }
}
