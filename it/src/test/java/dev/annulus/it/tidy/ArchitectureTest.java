// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dependencies point one way: what was compiled uses only modules before its own. */
class ArchitectureTest {
  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    Path root = Tree.here().root();
    List<Path> built =
        ModuleRules.ORDER.stream()
            .map(module -> root.resolve(module).resolve("target/classes"))
            .filter(Files::isDirectory)
            .toList();
    classes = new ClassFileImporter().importPaths(built);
    assertTrue(
        classes.containPackage(packageOf("ring")), "build all modules first: ./dev test, or build");
  }

  static List<String> modules() {
    return ModuleRules.ORDER.subList(0, ModuleRules.ORDER.size() - 1);
  }

  @ParameterizedTest
  @MethodSource("modules")
  void usesOnlyModulesBeforeIt(String module) {
    List<String> after =
        ModuleRules.ORDER.subList(ModuleRules.ORDER.indexOf(module) + 1, ModuleRules.ORDER.size());
    mayNotUse(module, after.stream()).check(classes);
  }

  @Test
  void ringIsPureMemory() {
    mayNotUse("ring", Stream.of("ffi")).check(classes);
  }

  @Test
  void findsWhatItLooksFor() {
    assumeTrue(classes.containPackage(packageOf("peer")), "peer is not built: nothing uses ring");
    ArchRule broken = mayNotUse("peer", Stream.of("ring"));
    assertThrows(AssertionError.class, () -> broken.check(classes));
  }

  private static ArchRule mayNotUse(String module, Stream<String> others) {
    return noClasses()
        .that()
        .resideInAPackage(packageOf(module) + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others.map(other -> packageOf(other) + "..").toArray(String[]::new))
        .allowEmptyShould(true);
  }

  private static String packageOf(String module) {
    return "dev.annulus." + module;
  }
}
