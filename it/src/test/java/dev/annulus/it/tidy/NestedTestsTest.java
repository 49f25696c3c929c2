// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.tidy;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/**
 * The contract suites are run by nested classes, one for each kind of ring. Surefire passes over
 * all nested classes unless it is told what to pass over in their place: for a time they were run
 * by nobody but who named them.
 */
class NestedTestsTest {
  @Test
  void areNotPassedOver() throws IOException {
    String build = Files.readString(Tree.here().root().resolve("pom.xml"));
    String surefire = build.substring(build.indexOf("<artifactId>maven-surefire-plugin"));
    String plugin = surefire.substring(0, surefire.indexOf("</plugin>"));
    assertTrue(plugin.contains("<exclude>**/none</exclude>"), "the default would be back");
  }
}
