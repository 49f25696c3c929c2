// SPDX-License-Identifier: Apache-2.0
package dev.annulus.nvme;

import dev.annulus.ring.Errno;
import dev.annulus.scheme.Services;

/**
 * The jobs of one queue pair, of which there are a few: when all are busy, the next has to wait in
 * its client's ring. For the queue's owner alone.
 */
final class Jobs {
  /** Operations on bytes at a time. */
  static final int BYTES = 8;

  /** Operations on ranges at a time. */
  static final int RANGES = 8;

  private final Services services;
  private final QueuePair queue;
  private final Job[] all = new Job[BYTES + RANGES];
  private int busy;
  private int waiting;

  Jobs(Services services, QueuePair queue, DmaBuffer buffer) {
    this.services = services;
    this.queue = queue;
    for (int i = 0; i < BYTES; i++) {
      long at = (long) i * ByteJob.BUFFER;
      DmaBuffer part =
          new DmaBuffer(buffer.memory().asSlice(at, ByteJob.BUFFER), buffer.iova() + at);
      all[i] = new ByteJob(i, part);
    }
    for (int i = BYTES; i < all.length; i++) {
      all[i] = new RangeJob(i);
    }
  }

  private Job idle(int from, int to) {
    for (int i = from; i < to; i++) {
      if (!all[i].busy) {
        return all[i];
      }
    }
    return null;
  }

  /** A job for bytes, or null where all are busy. */
  ByteJob bytes() {
    return (ByteJob) idle(0, BYTES);
  }

  /** A job for a range, or null where all are busy. */
  RangeJob range() {
    return (RangeJob) idle(BYTES, all.length);
  }

  /** Whether one of them changes any of some blocks. */
  boolean change(int nsid, long first, long end) {
    if (busy == 0) {
      return false;
    }
    for (Job job : all) {
      if (job.busy && job.writes && job.overlaps(nsid, first, end)) {
        return true;
      }
    }
    return false;
  }

  /** Begins a job; false where the queue has no room for its first command. */
  boolean start(Job job) {
    job.busy = job.submit(queue);
    busy += job.busy ? 1 : 0;
    return job.busy;
  }

  /** The command of a job in flight has completed. */
  void completed(int number, int status) {
    Job job = all[number];
    if (status != NvmeStatus.SUCCESS) {
      end(job, -NvmeStatus.errno(status));
    } else if (job.advance()) {
      end(job, 0);
    } else if (job.cancelled) {
      end(job, -Errno.ECANCELED);
    } else if (!job.submit(queue)) {
      job.waiting = true;
      waiting++;
    }
  }

  /** What was moved before an error is told in its place, as POSIX has it. */
  private void end(Job job, int error) {
    job.busy = false;
    busy--;
    long done = job.done();
    services.complete(job.token, done > 0 ? done : error);
  }

  /** Whether a job waits for room in the queue, with nothing of its in flight. */
  boolean waits() {
    return waiting > 0;
  }

  /** Lets those that wait go on; answers whether one did. */
  boolean resume() {
    int before = waiting;
    for (int i = 0; i < all.length && waiting > 0; i++) {
      if (all[i].waiting && (all[i].cancelled || all[i].submit(queue))) {
        all[i].waiting = false;
        waiting--;
        if (all[i].cancelled) {
          end(all[i], -Errno.ECANCELED);
        }
      }
    }
    return waiting < before;
  }

  /** Ends those that wait: the queue takes nothing any more. */
  void fail(int error) {
    for (Job job : all) {
      if (job.waiting) {
        job.waiting = false;
        waiting--;
        end(job, error);
      }
    }
  }

  /** Lets an operation's job end early, if it has one. */
  void cancel(long token) {
    for (Job job : all) {
      if (job.busy && job.token == token) {
        job.cancelled = true;
      }
    }
  }
}
