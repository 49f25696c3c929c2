/* SPDX-License-Identifier: Apache-2.0 */

/*
 * spsc_ring CPU producer|consumer|caller|answerer PATH BATCH
 *
 * What a peer ring does between two busy processes (RFC 1, section 3), written out in C without
 * any of its checks: what the same entries and words cost at least. Producer and consumer pass
 * entries of 64 bytes, BATCH a publish; caller and answerer a request of 64 and a completion of 16.
 */

#define _GNU_SOURCE
#include "commands.h"

#include <fcntl.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#define ENTRIES 4096u
#define PAGE 4096
#define ENTRY 0xC0u
#define END 0xC1u
#define ROUNDS_A_CLOCK 256

/* The consumer lets a producer that is near run ahead, for about 10 us. */
#define NEAR 512
#define REST 512
#define READ 512

/* A spinning side looks once in so many pauses: what gives it its best, wherever its peer runs. */
#define PAUSES_A_LOOK 2

/* Then a spinning side looks whether whoever started it is still there. */
#define PAUSES_A_CHECK (1u << 16)

/* Words of two writers lie 128 bytes apart, as in the ring. */
struct queue {
  _Alignas(128) _Atomic uint64_t tail;
  _Alignas(128) _Atomic uint64_t head;
  _Alignas(128) _Atomic uint64_t event;
  _Atomic uint64_t relaxed;
  _Alignas(PAGE) uint64_t slots[ENTRIES * 8];
};

static struct queue *requests, *completions;
static unsigned batch;
static uint64_t sent, taken, head_seen;

static void pause_for(int rounds)
{
  static unsigned pauses;

  while (rounds-- > 0) {
    _mm_pause();
    if (++pauses % PAUSES_A_CHECK == 0)
      end_with_input();
  }
}

static uint64_t *slot(struct queue *queue, uint64_t index, unsigned words)
{
  return queue->slots + (index % ENTRIES) * words;
}

static void publish(struct queue *queue, uint64_t tail)
{
  atomic_store_explicit(&queue->tail, tail, memory_order_release);
  if (atomic_load_explicit(&queue->relaxed, memory_order_relaxed) == 0)
    fail("the other side sleeps", EPROTO);
}

static uint64_t await(struct queue *queue, uint64_t index)
{
  uint64_t tail;

  while ((tail = atomic_load_explicit(&queue->tail, memory_order_acquire)) == index)
    pause_for(PAUSES_A_LOOK);
  return tail;
}

static void report(uint64_t operations, uint64_t nanos, uint64_t sum)
{
  printf("%llu %llu sum=%llu\n", (unsigned long long)operations, (unsigned long long)nanos,
         (unsigned long long)sum);
}

static void claim(unsigned count)
{
  while (sent + count - head_seen > ENTRIES) {
    head_seen = atomic_load_explicit(&requests->head, memory_order_acquire);
    pause_for(1);
  }
}

static void produce_batch(uint64_t value)
{
  claim(batch);
  for (unsigned i = 0; i < batch; i++, value++) {
    uint64_t *entry = slot(requests, sent++, 8);
    entry[0] = ENTRY;
    for (unsigned word = 0; word < 7; word++)
      entry[1 + word] = value + word;
  }
  publish(requests, sent);
}

static void produce(double seconds)
{
  uint64_t start = now_nanos(), end = start + (uint64_t)(seconds * 1e9), count = 0, now;

  do {
    for (int i = 0; i < ROUNDS_A_CLOCK; i++, count += batch)
      produce_batch(count);
    now = now_nanos();
  } while (now < end);
  claim(1);
  slot(requests, sent++, 8)[0] = END;
  publish(requests, sent);
  report(count, now - start, 7 * (count * (count - 1) / 2) + count * 21);
}

static void consume(double seconds)
{
  uint64_t tail = await(requests, taken), count = 0, sum = 0, start = now_nanos();
  int ended = 0;

  (void)seconds;
  while (!ended) {
    if (tail - taken < NEAR) {
      pause_for(REST);
      tail = atomic_load_explicit(&requests->tail, memory_order_acquire);
    }
    for (unsigned i = 0; i < READ && taken != tail; i++) {
      const uint64_t *entry = slot(requests, taken++, 8);
      ended = entry[0] == END;
      for (unsigned word = 0; !ended && word < 7; word++)
        sum += entry[1 + word];
      count += !ended;
    }
    atomic_store_explicit(&requests->head, taken, memory_order_release);
  }
  report(count, now_nanos() - start, sum);
}

static void call_once(uint64_t opcode, uint64_t tag)
{
  uint64_t *entry = slot(requests, sent++, 8);
  const uint64_t *completion;

  memset(entry, 0, 64);
  entry[0] = opcode;
  entry[4] = tag;
  publish(requests, sent);
  await(completions, taken);
  completion = slot(completions, taken++, 2);
  if (completion[0] != tag || completion[1] != 0)
    fail("a wrong answer", EPROTO);
  atomic_store_explicit(&completions->head, taken, memory_order_release);
}

static void call(double seconds)
{
  uint64_t start = now_nanos(), end = start + (uint64_t)(seconds * 1e9), tag = 0, now;

  do {
    for (int i = 0; i < ROUNDS_A_CLOCK; i++)
      call_once(ENTRY, tag++);
    now = now_nanos();
  } while (now < end);
  call_once(END, tag);
  answer(tag, now - start);
}

static void answer_calls(double seconds)
{
  uint64_t start = now_nanos(), count = 0, opcode, tag, *completion;

  (void)seconds;
  do {
    const uint64_t *entry;
    await(requests, taken);
    entry = slot(requests, taken++, 8);
    opcode = entry[0];
    tag = entry[4];
    atomic_store_explicit(&requests->head, taken, memory_order_release);
    completion = slot(completions, sent++, 2);
    completion[0] = tag;
    completion[1] = 0;
    publish(completions, sent);
    count++;
  } while (opcode != END);
  answer(count, now_nanos() - start);
}

int main(int count, char **words)
{
  static const struct {
    const char *name;
    void (*run)(double seconds);
  } roles[] = {
      {"producer", produce},
      {"consumer", consume},
      {"caller", call},
      {"answerer", answer_calls},
  };
  void (*run)(double seconds) = NULL;
  int fd;

  for (unsigned i = 0; count == 5 && i < sizeof(roles) / sizeof(*roles); i++)
    if (strcmp(words[2], roles[i].name) == 0)
      run = roles[i].run;
  if (!run || (batch = (unsigned)atoi(words[4])) < 1 || batch > ENTRIES) {
    fprintf(stderr, "usage: spsc_ring CPU producer|consumer|caller|answerer PATH BATCH\n");
    return 2;
  }
  pin(atoi(words[1]));
  fd = open(words[3], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, 2 * sizeof(struct queue)) != 0)
    fail(words[3], errno);
  requests = mmap(NULL, 2 * sizeof(struct queue), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (requests == MAP_FAILED)
    fail("mmap", errno);
  completions = requests + 1;
  requests->relaxed = 1;
  completions->relaxed = 1;
  serve(run);
  return 0;
}
