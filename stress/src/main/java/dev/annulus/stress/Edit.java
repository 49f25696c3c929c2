// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** A change of one method's code; counts the places that it changed. */
interface Edit {
  /** The change of a class. */
  ClassTransform transform(Runnable changed);

  private static ClassTransform in(String method, CodeTransform code) {
    return ClassTransform.transformingMethodBodies(
        model -> model.methodName().equalsString(method), code);
  }

  /** Leaves calls out: their arguments are made and dropped. */
  static Edit without(String method, String called) {
    return changed ->
        in(
            method,
            (code, element) -> {
              if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                changed.run();
                drop(code, call);
              } else {
                code.with(element);
              }
            });
  }

  /** In place of calls, their answer: all but the last of several with other arguments stay. */
  static Edit yields(String method, String called, int answer) {
    return changed -> {
      boolean[] first = {true};
      return in(
          method,
          (code, element) -> {
            if (first[0]
                && element instanceof InvokeInstruction call
                && call.name().equalsString(called)) {
              first[0] = false;
              changed.run();
              drop(code, call);
              if (call.typeSymbol().returnType().descriptorString().equals("J")) {
                code.loadConstant((long) answer);
              } else {
                code.loadConstant(answer);
              }
            } else {
              code.with(element);
            }
          });
    };
  }

  /** Calls another method of the class, which takes nothing, before it returns. */
  static Edit atReturn(String method, String called) {
    return changed ->
        (classes, element) -> {
          if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
            ClassDesc self = model.parent().orElseThrow().thisClass().asSymbol();
            MethodTypeDesc type = typeOf(model, called);
            classes.transformMethod(
                model,
                java.lang.classfile.MethodTransform.transformingCode((code, each) -> {
                  if (each instanceof ReturnInstruction) {
                    changed.run();
                    call(code, self, called, type);
                  }
                  code.with(each);
                }));
          } else {
            classes.with(element);
          }
        };
  }

  /** Calls another method of the class, which takes nothing, before all that it does. */
  static Edit before(String method, String called) {
    return changed ->
        (classes, element) -> {
          if (element instanceof MethodModel model && model.methodName().equalsString(method)) {
            ClassDesc self = model.parent().orElseThrow().thisClass().asSymbol();
            MethodTypeDesc type = typeOf(model, called);
            boolean[] begun = {false};
            classes.transformMethod(
                model,
                java.lang.classfile.MethodTransform.transformingCode(
                    (CodeBuilder code, CodeElement each) -> {
                      if (!begun[0]) {
                        begun[0] = true;
                        changed.run();
                        call(code, self, called, type);
                      }
                      code.with(each);
                    }));
          } else {
            classes.with(element);
          }
        };
  }

  private static MethodTypeDesc typeOf(MethodModel model, String called) {
    return model.parent().orElseThrow().methods().stream()
        .filter(each -> each.methodName().equalsString(called))
        .filter(each -> each.methodTypeSymbol().parameterCount() == 0)
        .findFirst()
        .orElseThrow()
        .methodTypeSymbol();
  }

  private static void call(CodeBuilder code, ClassDesc self, String called, MethodTypeDesc type) {
    code.aload(0).invokevirtual(self, called, type);
    if (!type.returnType().descriptorString().equals("V")) {
      code.pop();
    }
  }

  private static void drop(CodeBuilder code, InvokeInstruction call) {
    MethodTypeDesc type = call.typeSymbol();
    for (int i = type.parameterCount() - 1; i >= 0; i--) {
      if (TypeKind.from(type.parameterType(i)).slotSize() == 2) {
        code.pop2();
      } else {
        code.pop();
      }
    }
    if (call.opcode() != Opcode.INVOKESTATIC) {
      code.pop();
    }
  }
}
