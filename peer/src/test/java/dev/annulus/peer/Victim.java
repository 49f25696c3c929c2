// SPDX-License-Identifier: Apache-2.0
package dev.annulus.peer;

import dev.annulus.ffi.Files;
import dev.annulus.ffi.Futex;
import dev.annulus.ring.Errno;
import dev.annulus.ring.ErrnoException;
import dev.annulus.ring.Opcode;
import dev.annulus.ring.SqEntry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/** What runs in a process of its own: a client or a server, made to be killed. */
final class Victim {
  private static final BufferedReader IN = new BufferedReader(new InputStreamReader(System.in));

  private Victim() {}

  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "client" -> client(path);
      case "server" -> server(path);
      case "virtual" -> virtual(path);
      case "exhausted" -> exhausted(path);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Attaches, shares, works, then waits for a completion that never comes. */
  private static void client(Path path) throws Exception {
    try (PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT)) {
      ring.share(1 << 20);
      for (int i = 0; i < 1_000; i++) {
        long at = ring.sq().claim();
        SqEntry.fill(ring.sq().slots(), at, Opcode.NOP, -1, 0, 0, 0, i);
        ring.submit();
        ring.await(1, 0);
        ring.cq().next();
        ring.cq().release();
      }
      say("attached");
      try {
        ring.await(1, 0);
      } catch (PeerGoneException gone) {
        say("gone: " + gone.getMessage());
      }
      IN.readLine();
    }
  }

  /** More virtual threads wait for an answer than there are carriers, and others go on. */
  private static void virtual(Path path) throws Exception {
    List<PeerRing> rings = new ArrayList<>();
    List<FutureTask<Integer>> waiters = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      PeerRing ring = PeerRing.attach(path, PeerOptions.DEFAULT.withCredit(4));
      rings.add(ring);
      waiters.add(new FutureTask<>(() -> ring.await(1, 0)));
      Thread.ofVirtual().start(waiters.getLast());
    }
    for (PeerRing ring : rings) {
      while (!ring.parked()) {
        Thread.sleep(1);
      }
    }
    say("parked");
    FutureTask<String> other = new FutureTask<>(() -> "another went on");
    Thread.ofVirtual().start(other);
    say(other.get());
    int answers = 0;
    for (int i = 0; i < rings.size(); i++) {
      PeerRing ring = rings.get(i);
      SqEntry.fill(ring.sq().slots(), ring.sq().claim(), Opcode.NOP, -1, 0, 0, 0, i);
      ring.submit();
      answers += waiters.get(i).get();
    }
    say("answered " + answers);
    rings.forEach(PeerRing::close);
  }

  private static void server(Path path) throws IOException {
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false)) {
      say("listening");
      while (IN.readLine() != null) {
        say("sessions " + echo.sessions());
      }
    }
  }

  /** On each line takes all descriptors that are left, or gives them back. */
  private static void exhausted(Path path) throws IOException {
    List<Integer> taken = new ArrayList<>();
    // Classes in directories take a descriptor to load, unlike those in archives.
    new ErrnoException("warm up", Errno.EMFILE);
    Futex.wake(0, 0);
    try (Echo echo = new Echo(path, ServerOptions.DEFAULT, false)) {
      say("listening");
      for (String line = IN.readLine(); line != null; line = IN.readLine()) {
        switch (line) {
          case "take" -> {
            for (int fd; (fd = Files.open("/dev/null", Files.O_RDONLY, 0)) >= 0; ) {
              taken.add(fd);
            }
            say("took");
          }
          case "leave 1", "leave 3", "leave 12" -> {
            for (int i = Integer.parseInt(line.substring(6)); i > 0; i--) {
              Files.close(taken.removeLast());
            }
            say("left");
          }
          case "give" -> {
            taken.forEach(Files::close);
            taken.clear();
            say("gave");
          }
          default -> say("sessions " + echo.sessions());
        }
      }
    }
  }
}
