// SPDX-License-Identifier: Apache-2.0
package dev.annulus.scheme;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The host reads what a client can write in two places, once in each: it copies an entry, and it
 * copies a URL. All other reads are of memory of its own. Whoever adds a read has to say here whose
 * memory that is.
 */
@Timeout(value = 60, unit = SECONDS)
class SharedReadsTest {
  /** Ways to read memory; the entries' own methods read each field that they name. */
  private static final Set<String> READERS =
      Set.of(
          "java/lang/foreign/MemorySegment",
          "dev/annulus/ring/SqEntry",
          "dev/annulus/ring/CqEntry",
          "java/lang/invoke/VarHandle");

  private static final Set<String> NO_READ =
      Set.of(
          "set",
          "fill",
          "address",
          "byteSize",
          "asSlice",
          "asReadOnly",
          "ofArray",
          "setRelease",
          "setOpaque",
          "setVolatile");

  /** All reads there are: whose memory it is, then in which methods and how many. */
  private static final Map<String, String> READS =
      Map.of(
          "a client's, once each",
          "Request.load=1 OpenUrl.open=1",
          "the copy of an entry",
          "Request.addr=1 Request.buffer=1 Request.flags=1 Request.handle=1 Request.ioprio=1"
              + " Request.length=1 Request.offset=1 Request.opFlags=1 Request.opcode=1"
              + " Request.userData=1",
          "the copy of a URL",
          "OpenUrl.colon=1 OpenUrl.find=1 FileScheme.writePath=2 ShmScheme.open=1 SysScheme.open=1",
          "the run queue's own",
          "RunQueue.generation=1 RunQueue.inUse=1 RunQueue.note=1 RunQueue.opcode=1"
              + " RunQueue.scheme=1 RunQueue.started=1 RunQueue.take=1 RunQueue.userData=1",
          "the host's own, written by the kernel or by itself",
          "FileSizes.give=2 Snapshot.read=1",
          "in the client: a caller's array; the server's answer in a region, each field once",
          "Control.open=1 FileStat.read=8");

  private static Map<String, Integer> reads(ClassModel model) {
    Map<String, Integer> reads = new TreeMap<>();
    String name = model.thisClass().asInternalName();
    String simple = name.substring(name.lastIndexOf('/') + 1);
    for (MethodModel method : model.methods()) {
      method
          .code()
          .ifPresent(code ->
              code.forEach(element -> {
                if (element instanceof InvokeInstruction call && isRead(call)) {
                  String where = simple + "." + method.methodName().stringValue();
                  reads.merge(where, 1, Integer::sum);
                }
              }));
    }
    return reads;
  }

  /** A setter of an entry's field has what it sets behind segment and offset. */
  private static boolean isRead(InvokeInstruction call) {
    boolean entry = call.owner().asInternalName().startsWith("dev/annulus/ring/");
    boolean sets = entry && call.typeSymbol().returnType().descriptorString().equals("V");
    String name = call.name().stringValue();
    return READERS.contains(call.owner().asInternalName())
        && !NO_READ.contains(name)
        && (!sets || name.equals("copy"));
  }

  private static ClassModel parse(Path file) throws IOException {
    return ClassFile.of().parse(file);
  }

  private static Path classes(Class<?> of) throws URISyntaxException {
    return Path.of(of.getResource(of.getSimpleName() + ".class").toURI()).getParent();
  }

  @Test
  void memoryOfClientsIsReadInTwoPlaces() throws Exception {
    Map<String, Integer> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(classes(Dispatcher.class))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        found.putAll(reads(parse(file)));
      }
    }
    Map<String, Integer> known = new TreeMap<>();
    for (String place : String.join(" ", READS.values()).split(" ")) {
      String[] words = place.split("=");
      known.put(words[0], Integer.parseInt(words[1]));
    }
    assertEquals(known, found, "whose memory is it? Say it in READS");
  }

  /** Checks the URL where the client can write, then copies it. */
  static final class Broken {
    private Broken() {}

    static boolean open(MemorySegment region, MemorySegment url) {
      boolean good = region.get(ValueLayout.JAVA_BYTE, 0) != 0;
      MemorySegment.copy(region, 0, url, 0, url.byteSize());
      return good;
    }
  }

  @Test
  void secondReadIsSeen() throws Exception {
    Path file = classes(SharedReadsTest.class).resolve("SharedReadsTest$Broken.class");
    assertEquals(Map.of("SharedReadsTest$Broken.open", 2), reads(parse(file)));
  }
}
