/* SPDX-License-Identifier: Apache-2.0 */

/*
 * victim PATH client SEED WITNESS   numbered operations without end, in batches of random size
 * victim PATH server SEED WITNESS   answers one client after the other, in batches of random size
 *
 * To be killed at any time. WITNESS is a file of two words that outlives it: the entries that are
 * published for certain, and those that may be.
 */

#include "echo.h"

#define CREDIT 16
#define BATCH 8

struct witness {
  _Atomic uint64_t published, next;
};

static struct witness *witness;
static unsigned seed;

static unsigned pick(unsigned below)
{
  return (unsigned)rand_r(&seed) % below;
}

static void rest(void)
{
  unsigned kind = pick(32);

  if (kind == 0)
    usleep(pick(300));
  for (unsigned i = pick(400); kind < 4 && i > 0; i--)
    annulus_pause();
}

/* As Crasher.result and Crasher.check have it. */
static uint64_t result_of(uint64_t entry)
{
  return entry % 2 ? (uint64_t)1 << 32 | entry : entry;
}

static uint64_t check_of(uint64_t entry)
{
  return ~(entry * 0x9e3779b97f4a7c15u);
}

static void submit(struct annulus_client *client, uint64_t *submitted)
{
  struct annulus_sqe *entry;

  for (unsigned i = pick(BATCH) + 1; i > 0 && client->in_flight < client->credit; i--) {
    check("claim", annulus_claim(client, &entry));
    entry->opcode = TELL;
    entry->fd = -1;
    entry->off = result_of(*submitted);
    entry->addr = check_of(*submitted);
    entry->user_data = (*submitted)++;
  }
  witness->next = *submitted;
  check("submit", annulus_submit(client));
  witness->published = *submitted;
}

static void reap(struct annulus_client *client, uint64_t *reaped)
{
  struct annulus_completion completions[BATCH];
  int taken = check("reap", annulus_reap(client, completions, pick(BATCH) + 1));

  for (int i = 0; i < taken; i++, ++*reaped)
    if (completions[i].user_data != *reaped
        || (uint64_t)completions[i].result != result_of(*reaped))
      fail("a wrong completion", -EIO);
}

static void run_client(const char *path)
{
  static struct annulus_client client;
  uint64_t submitted = 0, reaped = 0;
  void *memory;

  check("attach", annulus_attach(&client, path, CREDIT));
  if (pick(2))
    check("share", annulus_share(&client, 1 + pick(20000), &memory));
  while (1) {
    submit(&client, &submitted);
    rest();
    check("wait", annulus_wait(&client, 1 + pick(client.in_flight), 0));
    reap(&client, &reaped);
  }
}

static void serve(struct annulus_session *session)
{
  struct annulus_sqe entries[BATCH];
  uint64_t completed = 0;

  while (annulus_session_wait(session, 0) >= 0) {
    int taken = check("take", annulus_take(session, entries, pick(BATCH) + 1));

    for (int i = 0; i < taken; i++, completed++)
      check("complete",
          annulus_complete(session, entries[i].user_data, (int64_t)result_of(completed)));
    rest();
    witness->next = completed;
    check("post", annulus_post(session));
    witness->published = completed;
  }
  annulus_session_close(session, 0, NULL);
}

static void run_server(const char *path)
{
  static struct annulus_server server;
  static struct annulus_session session;
  struct annulus_options options;

  annulus_options_default(&options);
  check("listen", annulus_listen(&server, path));
  SAY("listening\n");
  while (1)
    if (annulus_accept(&server, &options, &session) == 0)
      serve(&session);
}

int main(int argc, char **argv)
{
  int file;

  if (argc != 5)
    fail("victim PATH ROLE SEED WITNESS", -EINVAL);
  seed = (unsigned)strtoul(argv[3], NULL, 10);
  file = open(argv[4], O_RDWR | O_CLOEXEC);
  witness = (struct witness *)mmap(NULL, sizeof(*witness), PROT_READ | PROT_WRITE, MAP_SHARED,
      file, 0);
  if (witness == MAP_FAILED)
    fail("mmap of the witness", -errno);
  if (strcmp(argv[2], "client") == 0)
    run_client(argv[1]);
  run_server(argv[1]);
  return 0;
}
