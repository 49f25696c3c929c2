// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.path;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The methods of ours that can be reached from some of them, by what stands in the class files. A
 * call of an interface leads nowhere: who implements it is a root of its own.
 */
final class CallGraph {
  private static final String OURS = "dev/annulus/";

  private final Map<String, ClassModel> classes = new HashMap<>();
  private final Map<String, MethodModel> reached = new LinkedHashMap<>();
  private final Deque<MethodModel> pending = new ArrayDeque<>();
  private final Set<String> ends;

  /**
   * Follows all calls from some methods.
   *
   * @param roots each {@code dev.annulus.Class.method}, all with that name
   * @param ends names of classes whose methods are not followed
   */
  CallGraph(List<String> roots, Set<String> ends) {
    this.ends = ends;
    for (String root : roots) {
      int dot = root.lastIndexOf('.');
      String owner = root.substring(0, dot).replace('.', '/');
      String name = root.substring(dot + 1);
      int before = reached.size();
      load(owner).methods().stream()
          .filter(method -> method.methodName().equalsString(name))
          .forEach(method -> add(owner, method));
      if (reached.size() == before && reached.keySet().stream().noneMatch(root::equals)) {
        throw new IllegalArgumentException("there is no method " + root);
      }
    }
    while (!pending.isEmpty()) {
      pending.remove().code().ifPresent(code -> code.forEach(this::follow));
    }
  }

  /** The methods by name and type, roots first. */
  Map<String, MethodModel> reached() {
    return reached;
  }

  private void add(String owner, MethodModel method) {
    String key = owner + "." + method.methodName() + method.methodType();
    if (reached.putIfAbsent(key, method) == null) {
      pending.add(method);
    }
  }

  private void follow(CodeElement element) {
    if (element instanceof InvokeInstruction call) {
      add(call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
    } else if (element instanceof InvokeDynamicInstruction lambda) {
      lambda.bootstrapArgs().stream()
          .filter(DirectMethodHandleDesc.class::isInstance)
          .map(DirectMethodHandleDesc.class::cast)
          .forEach(body -> add(name(body), body.methodName(), body.lookupDescriptor()));
    }
  }

  private static String name(DirectMethodHandleDesc body) {
    String descriptor = body.owner().descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }

  /** Where the method is not the class's own it is inherited. */
  private void add(String owner, String name, String type) {
    if (ends.contains(owner.replace('/', '.'))) {
      return;
    }
    for (String at = owner; at.startsWith(OURS); at = superclass(at)) {
      Optional<MethodModel> found =
          load(at).methods().stream()
              .filter(method -> method.methodName().equalsString(name))
              .filter(method -> method.methodType().equalsString(type))
              .findFirst();
      if (found.isPresent()) {
        add(at, found.get());
        return;
      }
    }
  }

  private String superclass(String name) {
    return load(name).superclass().map(entry -> entry.asInternalName()).orElse("");
  }

  private ClassModel load(String name) {
    return classes.computeIfAbsent(name, CallGraph::parse);
  }

  private static ClassModel parse(String name) {
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
      if (in == null) {
        throw new IllegalArgumentException("there is no class " + name);
      }
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
