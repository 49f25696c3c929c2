/* SPDX-License-Identifier: Apache-2.0 */

/*
 * server PATH CREDIT START   serves one client: no-ops, SUM and FILL; says what became of it
 *
 * START is where the ring's indices begin. Credit 0: nobody may attach.
 */

#include "echo.h"

#define BATCH 16

static struct annulus_server server;
static struct annulus_session session;
static unsigned long long served, woke;

static int64_t work(const struct annulus_sqe *entry)
{
  unsigned char *buffer;
  int32_t sum = 0;

  if (entry->opcode == ANNULUS_OP_NOP)
    return 0;
  if (entry->opcode == TELL)
    return (int64_t)entry->off;
  buffer = (unsigned char *)annulus_buffer(&session, entry->buf_index, entry->addr, entry->len);
  if (!buffer)
    return -EFAULT;
  if (entry->opcode == FILL) {
    memset(buffer, (int)(entry->off & 0xff), entry->len);
    return (int32_t)entry->len;
  }
  for (uint32_t i = 0; i < entry->len; i++)
    sum += buffer[i];
  return entry->opcode == SUM ? sum : -EINVAL;
}

/* Serves until the session is over; answers why. */
static int serve(void)
{
  struct annulus_sqe entries[BATCH];
  int result, taken;

  while ((result = annulus_session_wait(&session, 0)) >= 0) {
    taken = annulus_take(&session, entries, BATCH);
    if (taken < 0)
      return taken;
    for (int i = 0; i < taken; i++) {
      result = annulus_complete(&session, entries[i].user_data, work(&entries[i]));
      if (result < 0)
        return result;
      served++;
    }
    result = annulus_post(&session);
    if (result < 0)
      return result;
    woke += (unsigned)result;
  }
  return result;
}

static int nobody(const struct ucred *caller, void *argument)
{
  (void)caller;
  (void)argument;
  return 0;
}

int main(int argc, char **argv)
{
  struct annulus_options options;
  int result;

  if (argc != 4)
    fail("server PATH CREDIT START", -EINVAL);
  annulus_options_default(&options);
  options.max_credit = (uint32_t)atoi(argv[2]);
  options.start_index = strtoull(argv[3], NULL, 10);
  options.max_region_bytes = 1 << 20;
  if (options.max_credit == 0) {
    options.max_credit = 1;
    options.allow = nobody;
  }
  check("listen", annulus_listen(&server, argv[1]));
  SAY("listening\n");
  do
    result = annulus_accept(&server, &options, &session);
  while (result == -EPIPE); /* somebody only looked whether we listen */
  if (result == 0) {
    SAY("attached %d\n", (int)session.caller.pid);
    result = serve();
  }
  SAY("%s\n", strerror(-result));
  SAY("served %llu woke %llu regions %u\n", served, woke, session.region_count);
  annulus_session_close(&session, EPROTO, "more than the credit, or a wrong index");
  annulus_session_close(&session, 0, NULL);
  annulus_unlisten(&server);
  annulus_unlisten(&server);
  return 0;
}
