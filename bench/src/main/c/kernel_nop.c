/* SPDX-License-Identifier: Apache-2.0 */

/*
 * kernel_nop CPU BATCH FLAGS ENTRIES CQ_ENTRIES
 *
 * No-ops through io_uring by liburing, as a C program does it: fill BATCH entries, submit and wait
 * in one call, take BATCH completions. FLAGS are IORING_SETUP_* bits, those of the other side.
 */

#define _GNU_SOURCE
#include "commands.h"

#include <liburing.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NO_SQARRAY (1u << 16)

#define ROUNDS_A_CLOCK 64

static struct io_uring ring;
static unsigned batch;

/*
 * Set up by steps, because io_uring_queue_init of liburing before 2.5 does not know rings without
 * the indirect array, and writes one over the start of the ring's memory.
 */
static void set_up(unsigned flags, unsigned entries, unsigned cq_entries)
{
  struct io_uring_params params;
  int fd, result;

  memset(&params, 0, sizeof(params));
  params.flags = flags;
  params.cq_entries = cq_entries;
  fd = (int)syscall(__NR_io_uring_setup, entries, &params);
  if (fd < 0)
    fail("io_uring_setup", errno);
  result = io_uring_queue_mmap(fd, &params, &ring);
  if (result < 0)
    fail("io_uring_queue_mmap", -result);
  ring.features = params.features;
  if (!(flags & NO_SQARRAY))
    for (unsigned i = 0; i < params.sq_entries; i++)
      ring.sq.array[i] = i;
  result = io_uring_register_ring_fd(&ring);
  if (result < 0)
    fail("io_uring_register_ring_fd", -result);
}

static uint64_t submit_batch(uint64_t tag)
{
  struct io_uring_sqe *sqe;
  int result;

  for (unsigned i = 0; i < batch; i++) {
    sqe = io_uring_get_sqe(&ring);
    if (!sqe)
      fail("io_uring_get_sqe", ENOSPC);
    io_uring_prep_nop(sqe);
    sqe->user_data = tag++;
  }
  result = io_uring_submit_and_wait(&ring, batch);
  if (result != (int)batch)
    fail("io_uring_submit_and_wait", result < 0 ? -result : EAGAIN);
  return tag;
}

/* Answers the sum of the tags that came back. */
static uint64_t take_batch(void)
{
  struct io_uring_cqe *cqe;
  uint64_t sum = 0;
  unsigned head, taken = 0;

  io_uring_for_each_cqe(&ring, head, cqe) {
    if (cqe->res != 0)
      fail("a no-op", -cqe->res);
    sum += cqe->user_data;
    taken++;
  }
  if (taken != batch)
    fail("completions are missing", EIO);
  io_uring_cq_advance(&ring, taken);
  return sum;
}

static void run(double seconds)
{
  uint64_t start = now_nanos();
  uint64_t end = start + (uint64_t)(seconds * 1e9);
  uint64_t now, tag = 0, sum = 0;

  do {
    for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
      tag = submit_batch(tag);
      sum += take_batch();
    }
    now = now_nanos();
  } while (now < end);
  if (sum != tag * (tag - 1) / 2)
    fail("completions differ from submissions", EIO);
  answer(tag, now - start);
}

int main(int count, char **words)
{
  if (count != 6) {
    fprintf(stderr, "usage: kernel_nop CPU BATCH FLAGS ENTRIES CQ_ENTRIES\n");
    return 2;
  }
  pin(atoi(words[1]));
  batch = (unsigned)atoi(words[2]);
  set_up((unsigned)strtoul(words[3], NULL, 0), (unsigned)atoi(words[4]), (unsigned)atoi(words[5]));
  serve(run);
  return 0;
}
