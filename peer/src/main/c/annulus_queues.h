/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Queues of one's own between two clients of a host: section 8 of RFC 1, on top of annulus.h, whose
 * rules for results, threads and trust hold here too. Both ends are alike: each sends entries of
 * one size and takes entries of another.
 *
 *   struct annulus_queue_options jobs = {64, 32, 128, 16, 7, 0, 5000};
 *   annulus_queues_open(&queues, &client, "jobs", 1, 0600, &jobs);    the other end: 0 for 1
 *   annulus_queues_claim(&queues, &entry);                            1: fill what entry points to
 *   annulus_queues_publish(&queues);
 *   annulus_queues_wait(&queues, 1, 0);                               how many can be taken
 *   entry = annulus_queues_next(&queues);                             copy it before checking it
 *   annulus_queues_release(&queues);
 */

#ifndef ANNULUS_QUEUES_H
#define ANNULUS_QUEUES_H

#include "annulus.h"

#include <stdio.h>

#define ANNULUS_OP_OFFER 0x82

#define ANNULUS_TAKE 6
#define ANNULUS_TAKEN 7
#define ANNULUS_READY 8

#define ANNULUS_MAX_QUEUE 131072u

/* What this end sends and takes. The other says the same with the roles exchanged. */
struct annulus_queue_options {
  uint32_t send_entries; /* a power of two, at most ANNULUS_MAX_QUEUE */
  uint32_t send_size; /* bytes an entry, a power of two from 8 to 4096 */
  uint32_t take_entries;
  uint32_t take_size;
  uint64_t protocol; /* what the entries mean: any number that both ends know */
  uint64_t start; /* where all indices start, decided by the first end */
  uint32_t setup_millis; /* how long to wait for the other end, 0 for ever */
};

/* One end. All fields are the functions' own, but for those that may be read. */
struct annulus_queues {
  int socket; /* may be polled for POLLRDHUP, not read */
  int gone; /* may be read: 0, or why it is over, a negative errno */
  struct annulus_producer out;
  struct annulus_consumer in;
  uint32_t send_size;
  uint32_t take_size;
  void *own; /* writable */
  void *other; /* read-only */
  uint64_t own_bytes;
  uint64_t other_bytes;
  char text[ANNULUS_TEXT_MAX + 1]; /* may be read: what the other end or the host said last */
};

static inline uint64_t annulus_queue_bytes(uint32_t entries, uint32_t size)
{
  return annulus_pages(ANNULUS_SLOTS + (uint64_t)entries * size);
}

/* The u64 at byte 48 of TAKEN and READY. */
static inline uint64_t annulus_word48(const struct annulus_message *message)
{
  return message->reserved[1] | (uint64_t)message->reserved[2] << 32;
}

static inline void annulus_set_word48(struct annulus_message *message, uint64_t value)
{
  message->reserved[1] = (uint32_t)value;
  message->reserved[2] = (uint32_t)(value >> 32);
}

/* Ends the queues and says why; the other end can take what was published. May be called twice. */
static inline void annulus_queues_end(struct annulus_queues *queues, int error, const char *why)
{
  if (queues->socket >= 0) {
    annulus_say(queues->socket, ANNULUS_GOODBYE, error, why);
    (void)close(queues->socket);
  }
  queues->socket = -1;
  queues->gone = -EPIPE;
  annulus_unmap(queues->own, queues->own_bytes);
  annulus_unmap(queues->other, queues->other_bytes);
  queues->own = NULL;
  queues->other = NULL;
}

static inline void annulus_queues_close(struct annulus_queues *queues)
{
  annulus_queues_end(queues, ESHUTDOWN, "it was closed");
}

/* Submits one operation of an idle client and waits for it; answers its result or -errno. */
static inline int64_t annulus_call(struct annulus_client *client, const struct annulus_sqe *request)
{
  struct annulus_sqe *entry;
  struct annulus_completion done;
  int result = annulus_claim(client, &entry);

  memset(&done, 0, sizeof(done));
  if (result < 0)
    return result;
  *entry = *request;
  result = annulus_submit(client);
  while (result >= 0) {
    result = annulus_wait(client, 1, 0);
    if (result > 0)
      result = annulus_reap(client, &done, 1);
    if (result == 1)
      return done.result;
  }
  return result;
}

static inline int64_t annulus_call_on(struct annulus_client *client, uint8_t opcode, int handle)
{
  struct annulus_sqe request;

  memset(&request, 0, sizeof(request));
  request.opcode = opcode;
  request.fd = handle;
  return annulus_call(client, &request);
}

/* Opens the name; answers a handle or -errno. Shares a page for the URL. */
static inline int64_t annulus_open_name(struct annulus_client *client, const char *name, int create,
    uint32_t mode, const struct annulus_queue_options *options)
{
  struct annulus_sqe request;
  void *memory = NULL;
  int length, region = annulus_share(client, 4096, &memory);

  if (region < 0)
    return region;
  memset(&request, 0, sizeof(request));
  request.opcode = ANNULUS_OP_OPEN_URL;
  request.fd = -1;
  request.buf_index = (uint16_t)region;
  request.op_flags = (uint32_t)(create ? O_RDWR | O_CREAT | O_EXCL : O_RDWR);
  request.off = mode;
  length = !create
      ? snprintf((char *)memory, 4096, "shm:%s", name)
      : snprintf((char *)memory, 4096, "shm:%s?size=%llu,%llu", name,
            (unsigned long long)annulus_queue_bytes(options->send_entries, options->send_size),
            (unsigned long long)annulus_queue_bytes(options->take_entries, options->take_size));
  if (length < 0 || length >= 4096)
    return -ENAMETOOLONG;
  request.len = (uint32_t)length;
  return annulus_call(client, &request);
}

/* Takes what a ticket stands for: the file and the socket go to `fds`. Answers the end, 0 or 1. */
static inline int annulus_take_end(struct annulus_queues *queues, struct annulus_client *client,
    uint32_t ticket, int *fds)
{
  struct annulus_packet packet;
  int count, result;

  annulus_begin(&packet, ANNULUS_TAKE);
  packet.head.region = ticket;
  result = annulus_exchange(client, &packet, ANNULUS_TAKEN, NULL, 0, fds, &count);
  if (result < 0) {
    memcpy(queues->text, client->text, sizeof(queues->text));
    return result;
  }
  if (count == 2 && packet.head.credit <= 1 && packet.head.region_size == queues->own_bytes
      && annulus_word48(&packet.head) == queues->other_bytes)
    return (int)packet.head.credit;
  annulus_close_all(fds, count);
  return -EINVAL;
}

static inline int annulus_say_ready(const struct annulus_queues *queues,
    const struct annulus_queue_options *options, uint64_t start, int file)
{
  struct annulus_packet packet;

  annulus_begin(&packet, ANNULUS_READY);
  packet.head.credit = options->send_size;
  packet.head.sq_entries = options->send_entries;
  packet.head.cq_entries = options->take_entries;
  packet.head.region = options->take_size;
  packet.head.region_size = start;
  annulus_set_word48(&packet.head, options->protocol);
  return annulus_send(queues->socket, &packet, &file, 1);
}

/* Waits for the other end, checks what it says, and maps its file. Answers 0 or -errno. */
static inline int annulus_await_ready(struct annulus_queues *queues,
    const struct annulus_queue_options *options, uint64_t *start)
{
  struct annulus_packet packet;
  int fds[2] = {-1, -1};
  int count, result;

  result = annulus_receive(queues->socket, &packet, queues->text, fds, &count, 0);
  if (result == -EAGAIN)
    return -ETIMEDOUT;
  if (result == 0 || result == ANNULUS_GOODBYE) {
    annulus_close_all(fds, count);
    return -EPIPE;
  }
  if (result == ANNULUS_READY && count == 1 && packet.head.credit == options->take_size
      && packet.head.sq_entries == options->take_entries
      && packet.head.cq_entries == options->send_entries
      && packet.head.region == options->send_size
      && annulus_word48(&packet.head) == options->protocol) {
    *start = packet.head.region_size;
    result = annulus_check_file(fds[0], queues->other_bytes);
    if (result == 0)
      result = annulus_map(fds[0], queues->other_bytes, PROT_READ, &queues->other);
  } else {
    result = result < 0 ? result : -EPROTO;
    annulus_say(queues->socket, ANNULUS_GOODBYE, EPROTO, "the ends disagree");
  }
  annulus_close_all(fds, count);
  return result;
}

/* Where the words are; both files are laid out alike, as that of a ring's client. */
static inline void annulus_start_queues(struct annulus_queues *queues,
    const struct annulus_queue_options *options, uint64_t start)
{
  struct annulus_client_words *own = (struct annulus_client_words *)queues->own;
  const struct annulus_client_words *other = (const struct annulus_client_words *)queues->other;

  memset(&queues->out, 0, sizeof(queues->out));
  memset(&queues->in, 0, sizeof(queues->in));
  queues->out.tail = &own->sq_tail;
  queues->out.head = &other->cq_head;
  queues->out.event = &other->cq_event;
  queues->out.next = queues->out.published = queues->out.head_seen = start;
  queues->out.entries = options->send_entries;
  queues->in.tail = &other->sq_tail;
  queues->in.head = &own->cq_head;
  queues->in.event = &own->cq_event;
  queues->in.next = queues->in.released = queues->in.tail_seen = start;
  queues->in.entries = options->take_entries;
}

/* Says what it wants, in the order that the ends have: 0 goes first. */
static inline int annulus_set_up(struct annulus_queues *queues,
    const struct annulus_queue_options *options, int end, int file)
{
  struct annulus_client_words *own;
  uint64_t start = options->start, theirs;
  int result = annulus_check_file(file, queues->own_bytes);

  if (result == 0)
    result = annulus_map(file, queues->own_bytes, PROT_READ | PROT_WRITE, &queues->own);
  if (result == 0 && end == 1)
    result = annulus_await_ready(queues, options, &start);
  if (result < 0)
    return result;
  own = (struct annulus_client_words *)queues->own;
  annulus_store_relaxed(&own->sq_tail, start);
  annulus_store_relaxed(&own->cq_head, start);
  annulus_store_relaxed(&own->cq_event, start - 1);
  /* From here on nobody can map it to write but us, who have. */
  if (fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_FUTURE_WRITE) != 0)
    return -errno;
  result = annulus_say_ready(queues, options, start, file);
  if (end == 0 && (result >= 0 || result == -EPIPE || result == -ECONNRESET))
    result = annulus_await_ready(queues, options, &theirs);
  if (result < 0)
    return result;
  annulus_start_queues(queues, options, start);
  return 0;
}

/*
 * Creates a name, or opens what another client created, and sets the queues up with the other end.
 * Blocks until that has come, at most `setup_millis`. The client must be idle; it shares one page
 * for good, and is not needed afterwards. Answers 0, or -errno of the host (-EEXIST, -ENOENT,
 * -EACCES, -EDQUOT), -EINVAL for sizes that are not those of the name, -ETIMEDOUT where nobody
 * came, -EPIPE or -EPROTO where the other end is gone or wants something else; then there is
 * nothing to close.
 */
static inline int annulus_queues_open(struct annulus_queues *queues, struct annulus_client *client,
    const char *name, int create, uint32_t mode, const struct annulus_queue_options *options)
{
  struct timeval limit;
  int64_t handle, ticket;
  int fds[2];
  int result;

  memset(queues, 0, sizeof(*queues));
  queues->socket = -1;
  if (!annulus_is_queue(options->send_entries, ANNULUS_MAX_QUEUE)
      || !annulus_is_queue(options->take_entries, ANNULUS_MAX_QUEUE)
      || !annulus_is_queue(options->send_size, 4096) || options->send_size < 8
      || !annulus_is_queue(options->take_size, 4096) || options->take_size < 8)
    return -EINVAL;
  queues->send_size = options->send_size;
  queues->take_size = options->take_size;
  queues->own_bytes = annulus_queue_bytes(options->send_entries, options->send_size);
  queues->other_bytes = annulus_queue_bytes(options->take_entries, options->take_size);
  handle = annulus_open_name(client, name, create, mode, options);
  if (handle < 0)
    return (int)handle;
  ticket = annulus_call_on(client, ANNULUS_OP_OFFER, (int)handle);
  result = ticket < 0 ? (int)ticket
                      : annulus_take_end(queues, client, (uint32_t)ticket, fds);
  if (result >= 0) {
    queues->socket = fds[1];
    limit.tv_sec = options->setup_millis / 1000;
    limit.tv_usec = options->setup_millis % 1000 * 1000;
    (void)setsockopt(queues->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    result = annulus_set_up(queues, options, result, fds[0]);
    (void)close(fds[0]);
  }
  (void)annulus_call_on(client, ANNULUS_OP_CLOSE, (int)handle);
  if (result < 0)
    annulus_queues_close(queues);
  return result;
}

/* Claims the next slot: answers 1 and where it is, 0 when the queue is full, or -EPROTO. */
static inline int annulus_queues_claim(struct annulus_queues *queues, void **entry)
{
  uint64_t slot = 0;
  int result = annulus_claim_slot(&queues->out, &slot);

  if (result > 0)
    *entry = (char *)queues->own + ANNULUS_SLOTS + slot * queues->send_size;
  return result;
}

/* Makes all claimed entries visible; wakes the other end if it sleeps for them. */
static inline void annulus_queues_publish(struct annulus_queues *queues)
{
  (void)annulus_publish(&queues->out);
}

/* Looks whether the other end is gone, and if so for its last words. */
static inline int annulus_check_other(void *argument)
{
  struct annulus_queues *queues = (struct annulus_queues *)argument;
  struct annulus_packet packet;
  struct pollfd poller;
  int fds[2];
  int count, type;

  if (queues->gone)
    return queues->gone;
  poller.fd = queues->socket;
  poller.events = POLLRDHUP;
  poller.revents = 0;
  if (poll(&poller, 1, 0) <= 0 || poller.revents == 0)
    return 0;
  queues->text[0] = 0;
  do {
    type = annulus_receive(queues->socket, &packet, queues->text, fds, &count, MSG_DONTWAIT);
    annulus_close_all(fds, count);
  } while (type > 0 && type != ANNULUS_GOODBYE);
  queues->gone = -EPIPE;
  return queues->gone;
}

/*
 * Waits until `count` entries can be taken, at most `timeout` nanoseconds, or without limit where
 * that is not positive. Answers how many there are: fewer only after the time, or where the other
 * end is gone and left no more; -EPIPE where it left none, -EPROTO where it broke the protocol:
 * annulus_queues_end.
 */
static inline int annulus_queues_wait(struct annulus_queues *queues, uint32_t count,
    int64_t timeout)
{
  return (int)annulus_wait_for(&queues->in, count, timeout, annulus_check_other, queues);
}

/* The next entry; only as often as annulus_queues_wait said. The other end can still write it. */
static inline const void *annulus_queues_next(struct annulus_queues *queues)
{
  uint64_t slot = annulus_next_slot(&queues->in);

  return (const char *)queues->other + ANNULUS_SLOTS + slot * queues->take_size;
}

/* Gives all taken entries back. */
static inline void annulus_queues_release(struct annulus_queues *queues)
{
  annulus_release(&queues->in);
}

#endif
