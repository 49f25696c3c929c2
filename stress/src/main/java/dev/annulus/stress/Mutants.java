// SPDX-License-Identifier: Apache-2.0
package dev.annulus.stress;

import static dev.annulus.stress.Edit.atReturn;
import static dev.annulus.stress.Edit.before;
import static dev.annulus.stress.Edit.without;
import static dev.annulus.stress.Edit.yields;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies of classes of module ring in which one order is missing, and the test that must find it.
 *
 * <p>A release store or an acquire load is a plain instruction on x86, and so is what a mutant with
 * a weaker one would do there. What such a mutant may do on other processors is done here in the
 * program's order: the tail is stored before the entry, the head before the entry is read, the
 * entry is read before the tail. That the modes themselves stay as they are is AccessTest's to see.
 */
final class Mutants {
  private Mutants() {}

  /**
   * One order that is missing.
   *
   * @param name a directory's
   * @param missing what is
   * @param found the test that finds it, a regular expression
   * @param type the class of module ring that is changed, or empty
   * @param edits of it; none for a change of the tests' own reads
   */
  record Mutant(String name, String missing, String found, String type, List<Edit> edits) {}

  private static final List<Mutant> ALL =
      List.of(
          mutant(
              "publish-without-fence",
              "the fence between the tail's store and the event's load",
              "Wakes[.]One",
              "Producer",
              without("publish", "fullFence")),
          mutant(
              "arm-without-fence",
              "the fence between the event's store and the tail's load",
              "Wakes[.]One",
              "Consumer",
              without("arm", "fullFence")),
          mutant(
              "arm-tail-first",
              "the event's store before the tail's load",
              "Wakes[.]One",
              "Consumer",
              without("arm", "readTail"),
              before("arm", "readTail")),
          mutant(
              "relaxed-for-ever",
              "the look at the event index where the consumer is not relaxed",
              "Wakes[.]One",
              "Producer",
              yields("publish", "getOpaque", 1)),
          mutant(
              "relaxed-without-membarrier",
              "the fences that a relaxed consumer makes for both",
              "Relaxed[.]One",
              "Consumer",
              without("arm", "run"),
              yields("arm", "secondLook", 0)),
          mutant(
              "tail-before-entry",
              "release of the tail's store",
              "Publication[.](Wide|Past64|WideArray)$",
              "Producer",
              atReturn("claim", "publish")),
          mutant(
              "narrow-tail-before-entry",
              "release of the tail's store, 32 bits",
              "Publication[.]Narrow",
              "Producer",
              atReturn("claim", "publish")),
          mutant(
              "batch-entry-by-entry",
              "one store of the tail for a batch",
              "Batches[.](Wide|Swapped)$",
              "Producer",
              atReturn("claim", "publish")),
          mutant(
              "completion-by-halves",
              "one store of the tail for both halves of an extended completion",
              "Completions[.](Extended|Filled)",
              "Producer",
              atReturn("claim", "publish")),
          mutant(
              "head-before-read",
              "release of the head's store",
              "Reuse[.](Wide|Narrow|Together)$",
              "Consumer",
              atReturn("next", "release")),
          mutant(
              "claim-without-head",
              "the head's load before a slot is written",
              "Reuse[.](Wide|Narrow)$",
              "Producer",
              yields("claim", "readHead", 1)),
          mutant(
              "swap-not-stored",
              "the array's store before the tail's",
              "Batches[.]Swapped",
              "Producer",
              without("swap", "name")),
          mutant(
              "wakes-one-late",
              "the event index itself among those that wake",
              "Wakes[.](One|Past64)",
              "Notify",
              yields("crossed", "compareUnsigned", 1)),
          mutant("entry-before-tail", "acquire of the tail's load", "Publication[.]Wide$", ""));

  private static Mutant mutant(
      String name, String missing, String found, String type, Edit... edits) {
    return new Mutant(name, missing, found, type, List.of(edits));
  }

  /**
   * Writes the mutants' classes, each into a directory of its name, and says them, a line each,
   * with tabs between: name, test, whether the tests are to read early, and what is missing.
   *
   * @param arguments the directory
   * @throws IOException where it cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    for (Mutant mutant : ALL) {
      Path directory = Path.of(arguments[0], mutant.name, "dev/annulus/ring");
      Files.createDirectories(directory);
      if (!mutant.type.isEmpty()) {
        Files.write(directory.resolve(mutant.type + ".class"), edited(mutant));
      }
      boolean early = mutant.edits.isEmpty();
      System.out.println(String.join("\t", mutant.name, mutant.found, "" + early, mutant.missing));
    }
  }

  private static byte[] edited(Mutant mutant) throws IOException {
    byte[] content;
    String file = "/dev/annulus/ring/" + mutant.type + ".class";
    try (InputStream in = dev.annulus.ring.Producer.class.getResourceAsStream(file)) {
      content = in.readAllBytes();
    }
    for (Edit edit : mutant.edits) {
      ClassFile files = ClassFile.of();
      int[] done = new int[1];
      ClassTransform transform = edit.transform(() -> done[0]++);
      content = files.transformClass(files.parse(content), transform);
      if (done[0] == 0) {
        throw new IllegalStateException(mutant.name + ": nothing of " + mutant.type + " changed");
      }
    }
    return content;
  }
}
