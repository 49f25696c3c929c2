/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the C peers of the comparisons have in common: each reads commands from its standard input,
 * blocks while it has none, and ends when the input ends.
 */

#ifndef ANNULUS_BENCH_COMMANDS_H
#define ANNULUS_BENCH_COMMANDS_H

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t now_nanos(void)
{
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Ends the process with what failed; `error` is an errno. */
static void fail(const char *what, int error)
{
  fprintf(stderr, "%s: %s\n", what, strerror(error));
  exit(1);
}

static void pin(int cpu)
{
  cpu_set_t set;

  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set) != 0)
    fail("cannot pin to the processor (sched_setaffinity)", errno);
}

/*
 * For who spins, now and then: ends the process with its input, in the middle of a run too, so that
 * it cannot outlive who started it.
 */
static inline void end_with_input(void)
{
  struct pollfd input = {.fd = 0, .events = POLLIN};

  if (poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR)))
    exit(1);
}

/* Says that the process is ready, then does what `run SECONDS` asks for, until the input ends. */
static void serve(void (*run)(double seconds))
{
  char line[128];
  double seconds;

  printf("ready\n");
  fflush(stdout);
  while (fgets(line, sizeof(line), stdin)) {
    if (sscanf(line, "run %lf", &seconds) != 1) {
      fprintf(stderr, "not a command: %s", line);
      exit(1);
    }
    run(seconds);
    fflush(stdout);
  }
}

static void answer(uint64_t operations, uint64_t nanos)
{
  printf("%llu %llu\n", (unsigned long long)operations, (unsigned long long)nanos);
}

#endif
