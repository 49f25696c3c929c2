/* SPDX-License-Identifier: Apache-2.0 */

/*
 * client PATH traffic CREDIT COUNT   COUNT operations on a region, in batches, with naps in between
 * client PATH tell CREDIT COUNT      COUNT operations whose results have up to 63 bits
 * client PATH reap CREDIT COUNT      submits COUNT operations, and reaps once
 * client PATH array CREDIT COUNT     the same as tell, each batch backwards, by an indirect array
 * client PATH lose CREDIT SLOT       names a slot that does not exist, and says what it was told
 * client PATH sleep                  sleeps for a completion that never comes
 * client PATH refused                attaches and shares, and says what it was told
 * client PATH lie INDEX              writes a tail that far ahead, and says what it was told
 *
 * Says what it did; ends when its input does.
 */

#include "echo.h"

#define BUFFER 64

static struct annulus_client client;
static unsigned char *memory;
static int region;
static unsigned long long woke;

static unsigned char *buffer(uint64_t operation)
{
  return memory + operation % client.credit * BUFFER;
}

static unsigned char byte(uint64_t operation, unsigned i)
{
  return (unsigned char)(operation * 7 + i * 3);
}

/* Odd ones are filled by the server, even ones are read by it. */
static void submit_one(uint64_t operation)
{
  struct annulus_sqe *entry;

  check("claim", annulus_claim(&client, &entry));
  entry->opcode = operation % 2 ? FILL : SUM;
  entry->fd = -1;
  entry->off = operation;
  entry->addr = (uint64_t)(buffer(operation) - memory);
  entry->len = BUFFER;
  entry->buf_index = (uint16_t)region;
  entry->user_data = ~operation;
  for (unsigned i = 0; operation % 2 == 0 && i < BUFFER; i++)
    buffer(operation)[i] = byte(operation, i);
}

static void verify(uint64_t operation, const struct annulus_completion *completion)
{
  int expected = operation % 2 ? BUFFER : 0;

  for (unsigned i = 0; i < BUFFER; i++) {
    if (operation % 2 == 0)
      expected += byte(operation, i);
    else if (buffer(operation)[i] != (unsigned char)operation)
      fail("the server did not fill the buffer", -EIO);
  }
  if (completion->user_data != ~operation || completion->result != expected)
    fail("a wrong completion", -EIO);
}

static void traffic(uint64_t count)
{
  struct annulus_completion completions[8];
  uint64_t submitted = 0, completed = 0;
  uint64_t sq = client.sq.next, cq = client.cq.next;

  srand(1);
  for (unsigned round = 0; completed < count; round++) {
    if (round % 16 == 0)
      usleep(2000);
    for (int i = rand() % 8; i >= 0 && client.in_flight < client.credit && submitted < count; i--)
      submit_one(submitted++);
    woke += (unsigned)check("submit", annulus_submit(&client));
    check("wait", annulus_wait(&client, 1 + (uint32_t)rand() % client.in_flight, 0));
    for (int i = 0, taken = check("reap", annulus_reap(&client, completions, 8)); i < taken; i++)
      verify(completed++, &completions[i]);
  }
  if (client.sq.next - sq != count || client.cq.next - cq != count || client.in_flight)
    fail("the indices did not move by the number of operations", -EIO);
  SAY("done %llu woke %llu\n", (unsigned long long)client.sq.next, woke);
}

/* Submits some, and says how many completions it then reaps at once, or what is wrong. */
static void reap(uint32_t count)
{
  struct annulus_completion completions[8];
  struct annulus_sqe *entry;
  int result = 0;

  for (uint32_t i = 0; i < count; i++)
    check("claim", annulus_claim(&client, &entry));
  check("submit", annulus_submit(&client));
  SAY("submitted\n");
  check("wait", annulus_wait(&client, 1, 0));
  result = annulus_reap(&client, completions, 8);
  if (result < 0)
    SAY("%s\n", strerror(-result));
  else
    SAY("%d\n", result);
}

/* Of one bit more each: both sizes, in turns. */
static uint64_t told(uint64_t operation)
{
  return (UINT64_MAX >> 1) >> (operation * 31 % 63);
}

/* Lets the entries of a batch change places, the first with the last and so on. */
static void turn_round(uint32_t batch)
{
  uint64_t mask = client.sq.entries - 1;
  uint64_t begin = client.sq.published;

  for (uint32_t i = 0; i < batch; i++)
    client.sq_array[(begin + i) & mask] = (uint32_t)((begin + batch - 1 - i) & mask);
}

/* A batch at a time: the entries' order is the array's, and then that of the results. */
static void tell_backwards(uint64_t count)
{
  struct annulus_completion completions[8];
  struct annulus_sqe *entry;
  uint64_t submitted = 0;

  for (uint32_t reaped, batch; submitted < count; submitted += batch) {
    for (batch = 0; client.in_flight < client.credit && submitted + batch < count; batch++) {
      check("claim", annulus_claim(&client, &entry));
      entry->opcode = TELL;
      entry->off = told(submitted + batch);
      entry->user_data = submitted + batch;
    }
    turn_round(batch);
    check("submit", annulus_submit(&client));
    for (reaped = 0; reaped < batch;) {
      check("wait", annulus_wait(&client, 1, 0));
      for (int i = 0, n = check("reap", annulus_reap(&client, completions, 8)); i < n; i++) {
        uint64_t expected = submitted + batch - 1 - reaped++;

        if (completions[i].user_data != expected
            || completions[i].result != (int64_t)told(expected))
          fail("a wrong result, or in a wrong order", -EIO);
      }
    }
  }
  SAY("told %llu backwards\n", (unsigned long long)count);
}

static void lose(uint32_t slot)
{
  struct annulus_sqe *entry;
  int result;

  check("claim", annulus_claim(&client, &entry));
  client.sq_array[client.sq.published & (client.sq.entries - 1)] = slot;
  check("submit", annulus_submit(&client));
  result = annulus_wait(&client, 1, 0);
  SAY("%s: %s\n", strerror(-result), client.text);
}

static void tell(uint64_t count)
{
  struct annulus_completion completions[8];
  struct annulus_sqe *entry;
  uint64_t submitted = 0, completed = 0;

  while (completed < count) {
    while (client.in_flight < client.credit && submitted < count) {
      check("claim", annulus_claim(&client, &entry));
      entry->opcode = TELL;
      entry->off = told(submitted);
      entry->user_data = submitted++;
    }
    check("submit", annulus_submit(&client));
    check("wait", annulus_wait(&client, client.in_flight, 0));
    for (int i = 0, taken = check("reap", annulus_reap(&client, completions, 8)); i < taken; i++) {
      if (completions[i].user_data != completed
          || completions[i].result != (int64_t)told(completed))
        fail("a wrong result", -EIO);
      completed++;
    }
  }
  SAY("told %llu slots %llu\n", (unsigned long long)count, (unsigned long long)client.cq.next);
}

static void sleep_for_ever(void)
{
  int result;

  SAY("attached\n");
  result = annulus_wait(&client, 1, 0);
  SAY("%s: %s\n", strerror(-result), client.text);
}

/* One region more than the server takes. */
static void refused(void)
{
  void *shared;
  int result;

  do
    result = annulus_share(&client, 1, &shared);
  while (result >= 0);
  SAY("%s: %s\n", strerror(-result), client.text);
}

/* Never done by the header: this is what a server must survive. */
static void lie(uint64_t ahead)
{
  int result;

  annulus_store_release(client.sq.tail, client.sq.next + ahead);
  check("wake", annulus_futex_wake(client.sq.tail));
  result = annulus_wait(&client, 1, 0);
  SAY("%s: %s\n", strerror(-result), client.text);
}

int main(int argc, char **argv)
{
  uint32_t credit = argc > 4 ? (uint32_t)atoi(argv[3]) : 8;
  void *shared;
  int attached, with_array;

  if (argc < 3)
    fail("client PATH MODE", -EINVAL);
  with_array = strcmp(argv[2], "array") == 0 || strcmp(argv[2], "lose") == 0;
  attached = annulus_attach_with(&client, argv[1], credit, with_array ? ANNULUS_SQ_ARRAY : 0);
  if (attached < 0) {
    SAY("%s: %s\n", strerror(-attached), client.text);
    return 2;
  }
  if (strcmp(argv[2], "traffic") == 0 && argc > 4) {
    region = check("share", annulus_share(&client, 1, &shared));
    region = check("share", annulus_share(&client, (uint64_t)client.credit * BUFFER, &shared));
    memory = (unsigned char *)shared;
    traffic((uint64_t)atoll(argv[4]));
  } else if (strcmp(argv[2], "array") == 0 && argc > 4) {
    tell_backwards((uint64_t)atoll(argv[4]));
  } else if (strcmp(argv[2], "lose") == 0 && argc > 4) {
    lose((uint32_t)strtoul(argv[4], NULL, 10));
  } else if (strcmp(argv[2], "tell") == 0 && argc > 4) {
    tell((uint64_t)atoll(argv[4]));
  } else if (strcmp(argv[2], "reap") == 0 && argc > 4) {
    reap((uint32_t)atoi(argv[4]));
  } else if (strcmp(argv[2], "sleep") == 0) {
    sleep_for_ever();
  } else if (strcmp(argv[2], "lie") == 0 && argc > 3) {
    lie(strtoull(argv[3], NULL, 10));
  } else {
    refused();
  }
  while (getchar() != EOF)
    ;
  annulus_detach(&client);
  annulus_detach(&client);
  return 0;
}
