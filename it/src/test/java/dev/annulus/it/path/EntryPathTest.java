// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.path;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * RFC 1, section 3: an entry and its completion meet no atomic read-modify-write, no volatile store
 * and no lock, from the client to the kernel and back. Looked for in the class files, in whatever
 * the path's methods call.
 */
@Timeout(value = 60, unit = SECONDS, threadMode = SEPARATE_THREAD)
class EntryPathTest {
  private static final List<String> PATH =
      List.of(
          "dev.annulus.ring.Producer.claim",
          "dev.annulus.ring.Producer.unclaim",
          "dev.annulus.ring.Producer.swap",
          "dev.annulus.ring.Producer.publish",
          "dev.annulus.ring.Consumer.available",
          "dev.annulus.ring.Consumer.refresh",
          "dev.annulus.ring.Consumer.next",
          "dev.annulus.ring.Consumer.putBack",
          "dev.annulus.ring.Consumer.release",
          "dev.annulus.ring.Consumer.arm",
          "dev.annulus.ring.CqWriter.post",
          "dev.annulus.ring.CqWriter.postExtended",
          "dev.annulus.ring.CqReader.take",
          "dev.annulus.peer.PeerRing.submit",
          "dev.annulus.peer.PeerRing.reap",
          "dev.annulus.peer.PeerQueues.publish",
          "dev.annulus.peer.PeerSession.post",
          "dev.annulus.peer.PeerSession.complete",
          "dev.annulus.peer.PeerSession.region",
          "dev.annulus.uring.KernelRing.claim",
          "dev.annulus.uring.KernelRing.submit",
          "dev.annulus.uring.KernelRing.await",
          "dev.annulus.uring.KernelRing.reap",
          "dev.annulus.scheme.Dispatcher.drain",
          "dev.annulus.scheme.Dispatcher.complete",
          "dev.annulus.scheme.Dispatcher.flush",
          "dev.annulus.scheme.FileScheme.perform",
          "dev.annulus.scheme.FileScheme.finish",
          "dev.annulus.nvme.NvmeScheme.perform",
          "dev.annulus.nvme.ServedController.completed",
          "dev.annulus.nvme.QueuePair.ring",
          "dev.annulus.nvme.QueuePair.poll");

  /** What is called when a device fails, once each time: hands the trouble to another thread. */
  private static final Set<String> TROUBLE = Set.of("dev.annulus.nvme.Recovery");

  /** What is called once an open handle: other reactors may have the same device open. */
  private static final Set<String> ONCE = Set.of("dev.annulus.nvme.Writers");

  private static final Set<String> ENDS =
      Stream.concat(TROUBLE.stream(), ONCE.stream()).collect(Collectors.toSet());

  /** All that may be called of an atomic: loads. */
  private static final Set<String> LOADS = Set.of("getAcquire", "getOpaque", "getPlain", "length");

  private static List<String> findings(List<String> roots) {
    List<String> found = new ArrayList<>();
    new CallGraph(roots, ENDS).reached().forEach((name, method) -> look(name, method, found));
    return found;
  }

  private static void look(String name, MethodModel method, List<String> found) {
    if (method.flags().has(AccessFlag.SYNCHRONIZED)) {
      found.add(name + " is synchronized");
    }
    method
        .code()
        .ifPresent(code -> {
          for (CodeElement element : code) {
            if (element instanceof MonitorInstruction) {
              found.add(name + " locks");
            } else if (element instanceof InvokeInstruction call && !isAllowed(call)) {
              found.add(name + " calls " + call.owner().asInternalName() + "." + call.name());
            }
          }
        });
  }

  private static boolean isAllowed(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    String name = call.name().stringValue();
    if (owner.equals("java/lang/invoke/VarHandle")) {
      return !name.contains("And") && !name.equals("setVolatile");
    }
    return !owner.startsWith("java/util/concurrent/") || LOADS.contains(name);
  }

  @Test
  void noReadModifyWriteAndNoLock() {
    assertEquals(List.of(), findings(PATH));
  }

  /** The path is long: a search that ends at its roots would find nothing too. */
  @Test
  void allOfThePathIsLookedAt() {
    Set<String> reached = new CallGraph(PATH, ENDS).reached().keySet();
    for (String method :
        List.of(
            "ring/IndexWord.setRelease",
            "ring/Notify.crossed",
            "ring/CqReader.extended",
            "ffi/Uring.enterWithoutErrno",
            "ffi/Futex.wake",
            "scheme/RunQueue.take",
            "scheme/Request.load")) {
      String prefix = "dev/annulus/" + method + "(";
      assertTrue(reached.stream().anyMatch(name -> name.startsWith(prefix)), method);
    }
  }

  /** What the search is for: each of these must be found. */
  private static final class Sample {
    private static final AtomicLong COUNT = new AtomicLong();

    static void path() {
      Runnable body = () -> inner(COUNT.getAcquire());
      body.run();
    }

    private static synchronized long inner(long by) {
      synchronized (COUNT) {
        return COUNT.addAndGet(by);
      }
    }
  }

  @Test
  void eachKindIsFound() {
    Sample.path();
    List<String> found = findings(List.of(Sample.class.getName() + ".path"));
    assertEquals(3, found.stream().map(line -> line.replaceAll(".*\\) ", "")).distinct().count());
    assertTrue(found.toString().contains("AtomicLong.addAndGet"), found::toString);
  }
}
