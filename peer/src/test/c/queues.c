/* SPDX-License-Identifier: Apache-2.0 */

/* queues PATH NAME create|open COUNT START: doubles numbers, or has them doubled, over shm:NAME. */

#include "annulus_queues.h"

#include <stdio.h>
#include <stdlib.h>

#define SAY(...) (printf(__VA_ARGS__), fflush(stdout))

static struct annulus_client client;
static struct annulus_queues queues;

static int fail(const char *what, int result)
{
  SAY("%s: %s: %s\n", what, strerror(-result), queues.text);
  exit(2);
}

static uint64_t take(void)
{
  uint64_t number;
  int ready = annulus_queues_wait(&queues, 1, 0);

  if (ready < 0)
    fail("wait", ready);
  memcpy(&number, annulus_queues_next(&queues), sizeof(number));
  annulus_queues_release(&queues);
  return number;
}

/* The queues are so short that it often finds them full: then what was sent comes back first. */
static int put(uint64_t number)
{
  void *entry;
  int claimed = annulus_queues_claim(&queues, &entry);

  if (claimed < 0)
    fail("claim", claimed);
  if (claimed > 0) {
    memcpy(entry, &number, sizeof(number));
    annulus_queues_publish(&queues);
  }
  return claimed;
}

static void have_doubled(uint64_t count)
{
  uint64_t sent = 0;

  for (uint64_t got = 0; got < count; got++) {
    while (sent < count && put(sent))
      sent++;
    if (take() != 2 * got)
      fail("another number", -EPROTO);
  }
}

static void double_them(uint64_t count)
{
  for (uint64_t done = 0; done < count; done++) {
    uint64_t number = take();

    while (!put(2 * number))
      ;
  }
}

int main(int argc, char **argv)
{
  struct annulus_queue_options options = {8, 32, 4, 128, 7, 0, 20000};
  uint64_t count;
  int create, result;

  if (argc < 6)
    return 1;
  create = strcmp(argv[3], "create") == 0;
  count = strtoull(argv[4], NULL, 10);
  options.start = strtoull(argv[5], NULL, 10);
  if (!create) {
    options.send_entries = 4;
    options.send_size = 128;
    options.take_entries = 8;
    options.take_size = 32;
  }
  result = annulus_attach(&client, argv[1], 8);
  if (result < 0)
    fail("attach", result);
  result = annulus_queues_open(&queues, &client, argv[2], create, 0600, &options);
  annulus_detach(&client);
  if (result < 0)
    fail("open", result);
  SAY("ready\n");
  if (create)
    have_doubled(count);
  else
    double_them(count);
  SAY("done\n");
  (void)take(); /* until the other end is closed, or dies */
  return 0;
}
