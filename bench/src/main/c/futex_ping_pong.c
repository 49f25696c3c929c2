/* SPDX-License-Identifier: Apache-2.0 */

/*
 * futex_ping_pong CPU caller|answerer PATH
 *
 * Request and answer between two processes that sleep between: two words in a shared page, a cache
 * line pair each, FUTEX_WAIT and FUTEX_WAKE. The least that such a round trip costs on a kernel.
 */

#define _GNU_SOURCE
#include "commands.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096
#define ANSWER_AT 256
#define ROUNDS_A_CLOCK 256

/* In a call: the run is over. */
#define END 0x80000000u

static _Atomic uint32_t *calls, *answers;
static uint64_t system_calls;

static void publish(_Atomic uint32_t *word, uint32_t value)
{
  atomic_store_explicit(word, value, memory_order_release);
  system_calls++;
  if (syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) < 0)
    fail("FUTEX_WAKE", errno);
}

/* Sleeps until the word is another than `last`; answers what it is. */
static uint32_t await(_Atomic uint32_t *word, uint32_t last)
{
  uint32_t value;

  while ((value = atomic_load_explicit(word, memory_order_acquire)) == last) {
    system_calls++;
    if (syscall(SYS_futex, word, FUTEX_WAIT, last, NULL, NULL, 0) < 0 && errno != EAGAIN &&
        errno != EINTR)
      fail("FUTEX_WAIT", errno);
  }
  return value;
}

static void report(uint64_t operations, uint64_t nanos)
{
  printf("%llu %llu calls=%llu\n", (unsigned long long)operations, (unsigned long long)nanos,
         (unsigned long long)system_calls);
}

static void call(double seconds)
{
  uint64_t start = now_nanos();
  uint64_t end = start + (uint64_t)(seconds * 1e9);
  uint64_t now, rounds = 0;
  uint32_t tag = atomic_load(calls) & ~END;

  system_calls = 0;
  do {
    for (int i = 0; i < ROUNDS_A_CLOCK; i++) {
      uint32_t last = tag;
      tag = (tag + 1) & ~END;
      publish(calls, tag);
      if (await(answers, last) != tag)
        fail("a wrong answer", EPROTO);
    }
    rounds += ROUNDS_A_CLOCK;
    now = now_nanos();
  } while (now < end);
  report(rounds, now - start);
  publish(calls, tag | END);
  if (await(answers, tag) != (tag | END))
    fail("a wrong answer", EPROTO);
  publish(calls, tag);
  if (await(answers, tag | END) != tag)
    fail("a wrong answer", EPROTO);
}

static void answer_calls(double seconds)
{
  uint64_t start = now_nanos(), rounds = 0;
  uint32_t tag = atomic_load(answers);

  (void)seconds;
  system_calls = 0;
  do {
    tag = await(calls, tag);
    publish(answers, tag);
    rounds++;
  } while (!(tag & END));
  tag = await(calls, tag);
  publish(answers, tag);
  report(rounds, now_nanos() - start);
}

int main(int count, char **words)
{
  char *page;
  int fd;

  if (count != 4 || (strcmp(words[2], "caller") != 0 && strcmp(words[2], "answerer") != 0)) {
    fprintf(stderr, "usage: futex_ping_pong CPU caller|answerer PATH\n");
    return 2;
  }
  pin(atoi(words[1]));
  fd = open(words[3], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, PAGE) != 0)
    fail(words[3], errno);
  page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED)
    fail("mmap", errno);
  calls = (_Atomic uint32_t *)page;
  answers = (_Atomic uint32_t *)(page + ANSWER_AT);
  serve(strcmp(words[2], "caller") == 0 ? call : answer_calls);
  return 0;
}
