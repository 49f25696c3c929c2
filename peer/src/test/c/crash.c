/* SPDX-License-Identifier: Apache-2.0 */

/*
 * crash PATH client STORE   passes numbered operations, and is killed right behind a store
 * crash PATH server STORE   answers a client's, and is killed right behind a store
 *
 * The session is a child's, which is run an instruction at a time until it has changed its own
 * shared memory STORE times, and killed there. Then a line is said: the offset of the change in
 * that memory (-1 where the child made fewer and ended), the entries that were published, and those
 * that would have been next. Then it waits to be killed too: only that hangs up.
 */

#include "echo.h"

#include <sched.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define CREDIT 8

/* As Crasher.BATCHES has them. */
static const unsigned batches[] = {1, 3, 2};

/* Of both processes. */
static struct witness {
  uint64_t published, next;
} *witness;

/* What the child alone changes. */
static const char *own;
static size_t own_size;

/* As Crasher.result and Crasher.check have it. */
static uint64_t result_of(uint64_t entry)
{
  return entry % 2 ? (uint64_t)1 << 32 | entry : entry;
}

static uint64_t check_of(uint64_t entry)
{
  return ~(entry * 0x9e3779b97f4a7c15u);
}

static void pass(struct annulus_client *client, unsigned batch)
{
  struct annulus_completion completion;
  struct annulus_sqe *entry;

  for (unsigned i = 0; i < batch; i++, witness->next++) {
    check("claim", annulus_claim(client, &entry));
    entry->opcode = TELL;
    entry->fd = -1;
    entry->off = result_of(witness->next);
    entry->addr = check_of(witness->next);
    entry->user_data = witness->next;
  }
  check("submit", annulus_submit(client));
  witness->published = witness->next;
  while (client->in_flight > 0) {
    check("arm", (int)annulus_arm(&client->cq, 1)); /* also where nothing is left to wait for */
    check("wait", annulus_wait(client, 1, 0));
    check("reap", annulus_reap(client, &completion, 1));
  }
}

static void answer(struct annulus_session *session, unsigned batch)
{
  struct annulus_sqe entry;

  for (unsigned i = 0; i < batch; i++, witness->next++) {
    check("arm", (int)annulus_arm(&session->sq, 1));
    check("wait", annulus_session_wait(session, 0));
    check("take", annulus_take(session, &entry, 1));
    check("complete",
        annulus_complete(session, entry.user_data, (int64_t)result_of(witness->next)));
  }
  check("post", annulus_post(session));
  witness->published = witness->next;
}

/* Where the child's memory is no longer as it was, or -1. */
static long changed(char *before)
{
  if (memcmp(before, own, own_size) == 0)
    return -1;
  for (size_t at = 0; at < own_size; at++)
    if (before[at] != own[at]) {
      memcpy(before, own, own_size);
      return (long)at;
    }
  return -1;
}

static int stopped(pid_t child)
{
  int status;

  if (waitpid(child, &status, 0) != child)
    fail("waitpid", -errno);
  if (WIFSTOPPED(status))
    return 1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    fail("the child did not end in order", -EIO);
  return 0;
}

/* Lets the child make so many stores; answers where the last was, or -1 where it ended before. */
static long run(pid_t child, unsigned stores)
{
  char *before = (char *)malloc(own_size);
  long at = -1;

  if (before == NULL)
    fail("malloc", -ENOMEM);
  memcpy(before, own, own_size);
  if (!stopped(child) || ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL) != 0)
    fail("ptrace", -errno);
  while (stores > 0) {
    if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0)
      fail("ptrace", -errno);
    if (!stopped(child))
      return -1;
    at = changed(before);
    stores -= at >= 0;
  }
  kill(child, SIGKILL);
  while (waitpid(child, NULL, 0) == child)
    continue;
  return at;
}

/* A step is two switches between the processes, which take half the time on one processor. */
static void stay_here(void)
{
  cpu_set_t one;

  CPU_ZERO(&one);
  CPU_SET((size_t)sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof(one), &one) != 0)
    fail("sched_setaffinity", -errno);
}

int main(int argc, char **argv)
{
  static struct annulus_client client;
  static struct annulus_server server;
  static struct annulus_session session;
  struct annulus_options options;
  int is_client;
  pid_t child;
  long at;

  if (argc != 4)
    fail("crash PATH ROLE STORE", -EINVAL);
  is_client = strcmp(argv[2], "client") == 0;
  witness = (struct witness *)mmap(NULL, sizeof(*witness), PROT_READ | PROT_WRITE,
      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (witness == MAP_FAILED)
    fail("mmap of the witness", -errno);
  if (is_client) {
    check("attach", annulus_attach(&client, argv[1], CREDIT));
    own = (const char *)client.client;
    own_size = client.client_size;
  } else {
    annulus_options_default(&options);
    check("listen", annulus_listen(&server, argv[1]));
    SAY("listening\n");
    check("accept", annulus_accept(&server, &options, &session));
    own = (const char *)session.server;
    own_size = session.server_size;
  }
  stay_here();
  child = fork();
  if (child < 0)
    fail("fork", -errno);
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0 || raise(SIGSTOP) != 0)
      fail("ptrace", -errno);
    for (unsigned i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
      if (is_client)
        pass(&client, batches[i]);
      else
        answer(&session, batches[i]);
    }
    _exit(0);
  }
  at = run(child, (unsigned)strtoul(argv[3], NULL, 10));
  SAY("%ld %lu %lu\n", at, (unsigned long)witness->published, (unsigned long)witness->next);
  while (1)
    pause();
}
