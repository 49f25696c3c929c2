// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.annulus.ring.Errno;
import dev.annulus.scheme.Services;
import dev.annulus.uring.Ring;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations of several commands where the queue has no room for the next one. */
@Timeout(20)
class JobsTest {
  private static final long OTHERS = 77;

  private final List<String> answers = new ArrayList<>();
  private Setup setup;
  private Jobs jobs;

  /** Only completions are asked for. */
  private final class Answers implements Services {
    @Override
    public void complete(long token, long result) {
      answers.add(token + ": " + result);
    }

    @Override
    public int note(long token) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Ring ring() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long claim() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void watch(int eventfd) {
      throw new UnsupportedOperationException();
    }
  }

  /** A queue of one command, inline. */
  @BeforeEach
  void start() throws NvmeException {
    ModelBuilder model = ModelController.builder().namespace(Backing.memory(1 << 20), 512);
    setup = new Setup(model, ControllerOptions.DEFAULT, 2);
    jobs = new Jobs(new Answers(), setup.queue, setup.buffer);
  }

  @AfterEach
  void stop() throws NvmeException {
    setup.close();
  }

  /** Carries out a job's first command; another's takes the place of its second. */
  private RangeJob waiting() throws NvmeException {
    RangeJob job = jobs.range();
    job.begin(5, 1, 0, 32, true);
    job.change(RangeJob.Kind.ZERO, 16, false);
    assertTrue(jobs.start(job));
    assertTrue(jobs.change(1, 31, 40), "its blocks are being changed");
    assertFalse(jobs.change(1, 32, 40) || jobs.change(2, 0, 1), "and no others");
    setup.queue.ring();
    setup.queue.poll(
        (token, status, result) -> {
          assertTrue(setup.queue.read(1, 0, 1, setup.buffer.iova(), OTHERS));
          jobs.completed(Job.number(token), status);
        },
        1);
    assertTrue(jobs.waits());
    assertFalse(jobs.resume(), "there is no room yet");
    return job;
  }

  /** Lets what is in flight complete. */
  private void poll() throws NvmeException {
    setup.queue.ring();
    setup.queue.poll(
        (token, status, result) -> {
          if (Job.isOne(token)) {
            jobs.completed(Job.number(token), status);
          } else {
            assertEquals(OTHERS, token);
          }
        },
        1);
  }

  @Test
  void goesOnWhenThereIsRoom() throws NvmeException {
    RangeJob job = waiting();
    poll();
    assertTrue(jobs.resume());
    assertFalse(jobs.waits());
    poll();
    assertEquals(List.of("5: 0"), answers);
    assertFalse(job.busy || jobs.change(1, 0, 32));
  }

  @Test
  void endsWhereItWaitsWhenItsClientIsGone() throws NvmeException {
    waiting();
    jobs.cancel(4);
    assertFalse(jobs.resume(), "another's");
    jobs.cancel(5);
    assertTrue(jobs.resume());
    assertEquals(List.of("5: " + -Errno.ECANCELED), answers);
    poll();
  }

  @Test
  void endsWhereItWaitsWhenNothingIsTakenAnyMore() throws NvmeException {
    waiting();
    jobs.fail(-Errno.ENODEV);
    assertEquals(List.of("5: " + -Errno.ENODEV), answers);
    assertFalse(jobs.waits());
    poll();
  }

  @Test
  void whenAllAreBusyThereIsNone() throws NvmeException {
    List<ByteJob> taken = new ArrayList<>();
    for (ByteJob job = jobs.bytes(); job != null; job = jobs.bytes()) {
      job.begin(taken.size(), 1, 0, 1, false);
      taken.add(job);
    }
    assertEquals(Jobs.BYTES, taken.size());
    assertTrue(jobs.range() != null, "of the other kind there are");
    taken.getLast().busy = false;
    assertEquals(taken.getLast(), jobs.bytes());
  }
}
