// SPDX-License-Identifier: Apache-2.0
package dev.annulus.it.limits;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.annulus.ffi.Threads;
import dev.annulus.ring.Errno;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The policies where one of io_uring's calls is forbidden, or memory cannot be locked. */
@Timeout(value = 120, unit = SECONDS, threadMode = SEPARATE_THREAD)
class LimitedTest {
  private static final long MEGABYTE = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "io_uring_setup, 1",
    "io_uring_setup, 38",
    "io_uring_enter, 1",
    "io_uring_enter, 38",
    "io_uring_register, 1",
    "io_uring_register, 38"
  })
  void eachCallForbidden(String call, int errno) throws Exception {
    String preferred = run(List.of(), "PREFER", call, errno, MEGABYTE);
    assertTrue(preferred.contains("kind: thread pool"), preferred);
    assertTrue(preferred.contains("reason: " + call), preferred);
    assertTrue(preferred.contains(Errno.name(errno)), preferred);
    assertTrue(preferred.contains("seccomp filter"), preferred);
    assertTrue(preferred.contains("registered: " + MEGABYTE), preferred);
    assertTrue(preferred.contains("done: 100"), preferred);
    String required = run(List.of(), "REQUIRE", call, errno, MEGABYTE);
    assertTrue(required.contains("refused: " + call), required);
    assertTrue(required.contains("seccomp filter"), required);
  }

  @Test
  void neverAsksNobody() throws Exception {
    String out = run(List.of(), "NEVER", "io_uring_setup", Errno.EPERM, MEGABYTE);
    assertTrue(out.contains("kind: thread pool"), out);
    assertTrue(out.contains("reason: asked for by the policy"), out);
    assertTrue(out.contains("done: 100"), out);
  }

  /** A ring is locked memory: with hardly any, there is only the stand-in. */
  @Test
  void memlockTooSmallForTheRing() throws Exception {
    String required = run(memlock(4096), "REQUIRE", "", 0, MEGABYTE);
    assertTrue(required.contains("refused: io_uring_setup: ENOMEM"), required);
    assertTrue(required.contains("memlock") && required.contains("ulimit -l"), required);
    String preferred = run(memlock(4096), "PREFER", "", 0, MEGABYTE);
    assertTrue(preferred.contains("kind: thread pool"), preferred);
    assertTrue(preferred.contains("registered: " + MEGABYTE), preferred);
    assertTrue(preferred.contains("done: 100"), preferred);
  }

  /** Registered buffers are, too: the ring goes on without them. */
  @Test
  void memlockTooSmallForBuffers() throws Exception {
    String out = run(memlock(MEGABYTE), "REQUIRE", "", 0, 4 * MEGABYTE);
    assertTrue(out.contains("kind: io_uring"), out);
    assertTrue(out.contains("not registered: io_uring_register(IORING_"), out);
    assertTrue(out.contains("ENOMEM") && out.contains("ulimit -l"), out);
    assertTrue(out.contains("done: 100"), out);
  }

  /** Root may lock without limit, and is made to be somebody who may not. */
  private static List<String> memlock(long bytes) {
    for (String tool : List.of("prlimit", "setpriv")) {
      assumeTrue(Files.exists(Path.of("/usr/bin", tool)), "needs util-linux: " + tool);
    }
    List<String> limited = new ArrayList<>(List.of("prlimit", "--memlock=" + bytes + ":" + bytes));
    if (Threads.euid() == 0) {
      limited.addAll(List.of("setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"));
    }
    return limited;
  }

  private static String run(List<String> prefix, String policy, String call, int errno, long bytes)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            classPath(),
            Limited.class.getName(),
            policy,
            call,
            Integer.toString(errno),
            Long.toString(bytes)));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), out);
    return out;
  }

  /** Modules and patches of these tests, as one class path. */
  private static String classPath() {
    String ours = Limited.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return Stream.of(
            Stream.of("jdk.module.path", "java.class.path")
                .flatMap(name -> Stream.of(System.getProperty(name, "").split(File.pathSeparator))),
            Stream.of(ours, ours.replace("/classes", "/test-classes")))
        .flatMap(paths -> paths)
        .filter(path -> !path.isEmpty())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }
}
