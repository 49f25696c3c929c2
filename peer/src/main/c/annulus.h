/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Annulus rings between processes: the layout of RFC 1 (docs/rfc/0001-rings.md), and a client and a
 * server for it. Linux 5.1 or later, little endian, gcc or clang with -D_GNU_SOURCE, C11 or C++17.
 * Nothing to link: every function is static inline.
 *
 * Results. Every function that can fail answers a negative errno; 0 or more is success. Those of
 * the protocol:
 *   -EPIPE   the other end is gone: closed, killed, or it ended the session
 *   -EPROTO  the other end broke the protocol; close the session
 *   -EAGAIN  nothing to do it with at the moment: no credit, no room
 * errno itself is not part of the interface.
 *
 * Threads. A client, and likewise a session, belongs to one thread at a time; handing it to another
 * needs the program's own synchronization. A server only listens: its thread may accept while other
 * threads serve sessions. There is no state outside these structures, and no signal handler.
 *
 * Trust. What the other process can write is read once into a register or private memory, checked,
 * and only then used: indices, messages, entries. Memory files are mapped only when their size is
 * sealed. What lies in a region may change while it is looked at: copy before checking.
 *
 * Order of the shared accesses (each word has one writer):
 *   tail     store: release, annulus_publish       load: acquire, annulus_refresh
 *            what was written to slots below the tail is visible to whoever sees the tail
 *   head     store: release, annulus_release       load: acquire, annulus_room
 *            what was read from slots below the head is finished when the producer sees the head
 *   event    store: relaxed, annulus_arm           load: relaxed, annulus_publish
 *            full fences order it with the tail, see the two functions
 *   relaxed  never stored 1 and never read: this header always fences, which is always right
 *   slots    plain, ordered by tail and head
 */

#ifndef ANNULUS_H
#define ANNULUS_H

#ifndef _GNU_SOURCE
#error "annulus.h needs memfd_create and accept4: compile with -D_GNU_SOURCE"
#endif

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "rings are little endian (RFC 1)"
#endif

/* ---- Settings: define them before the header is included to change them ---- */

/* How long a wait spins before it sleeps. */
#ifndef ANNULUS_SPIN_NANOS
#define ANNULUS_SPIN_NANOS 20000
#endif

/* The longest time that a sleeper does not look at its socket: a hang-up is noticed within it. */
#ifndef ANNULUS_SLICE_NANOS
#define ANNULUS_SLICE_NANOS 50000000
#endif

/* How long to wait for the other end's answer to a message. */
#ifndef ANNULUS_ANSWER_MILLIS
#define ANNULUS_ANSWER_MILLIS 5000
#endif

/* Regions of a client at most. */
#ifndef ANNULUS_MAX_REGIONS
#define ANNULUS_MAX_REGIONS 64
#endif

/* ---- Atomic words, in C and in C++ ---- */

#ifdef __cplusplus
#include <atomic>
#define ANNULUS_ASSERT(condition, text) static_assert(condition, text)
typedef std::atomic<uint64_t> annulus_word;

static inline uint64_t annulus_load_acquire(const annulus_word *word)
{
  return word->load(std::memory_order_acquire);
}

static inline uint64_t annulus_load_relaxed(const annulus_word *word)
{
  return word->load(std::memory_order_relaxed);
}

static inline void annulus_store_release(annulus_word *word, uint64_t value)
{
  word->store(value, std::memory_order_release);
}

static inline void annulus_store_relaxed(annulus_word *word, uint64_t value)
{
  word->store(value, std::memory_order_relaxed);
}

static inline void annulus_full_fence(void)
{
  std::atomic_thread_fence(std::memory_order_seq_cst);
}
#else
#include <stdatomic.h>
#define ANNULUS_ASSERT(condition, text) _Static_assert(condition, text)
typedef _Atomic uint64_t annulus_word;

static inline uint64_t annulus_load_acquire(const annulus_word *word)
{
  return atomic_load_explicit(word, memory_order_acquire);
}

static inline uint64_t annulus_load_relaxed(const annulus_word *word)
{
  return atomic_load_explicit(word, memory_order_relaxed);
}

static inline void annulus_store_release(annulus_word *word, uint64_t value)
{
  atomic_store_explicit(word, value, memory_order_release);
}

static inline void annulus_store_relaxed(annulus_word *word, uint64_t value)
{
  atomic_store_explicit(word, value, memory_order_relaxed);
}

static inline void annulus_full_fence(void)
{
  atomic_thread_fence(memory_order_seq_cst);
}
#endif

#define ANNULUS_AT(type, field, offset) \
  ANNULUS_ASSERT(offsetof(type, field) == (offset), #type "." #field " is misplaced")

#define ANNULUS_SIZE(type, size) ANNULUS_ASSERT(sizeof(type) == (size), #type " has a wrong size")

/* ---- RFC 1, section 1: entries ---- */

/* Submission entry: struct io_uring_sqe. */
struct annulus_sqe {
  uint8_t opcode;
  uint8_t flags; /* must be 0 */
  uint16_t ioprio;
  int32_t fd; /* handle, or -1 */
  uint64_t off; /* offset in the resource */
  uint64_t addr; /* offset of the buffer within its region */
  uint32_t len; /* bytes */
  uint32_t op_flags;
  uint64_t user_data; /* comes back in the completion */
  uint16_t buf_index; /* number of the region */
  uint16_t personality;
  uint32_t file_index;
  uint64_t addr3;
  uint64_t pad2;
};

ANNULUS_SIZE(struct annulus_sqe, 64);
ANNULUS_AT(struct annulus_sqe, opcode, 0);
ANNULUS_AT(struct annulus_sqe, flags, 1);
ANNULUS_AT(struct annulus_sqe, ioprio, 2);
ANNULUS_AT(struct annulus_sqe, fd, 4);
ANNULUS_AT(struct annulus_sqe, off, 8);
ANNULUS_AT(struct annulus_sqe, addr, 16);
ANNULUS_AT(struct annulus_sqe, len, 24);
ANNULUS_AT(struct annulus_sqe, op_flags, 28);
ANNULUS_AT(struct annulus_sqe, user_data, 32);
ANNULUS_AT(struct annulus_sqe, buf_index, 40);
ANNULUS_AT(struct annulus_sqe, personality, 42);
ANNULUS_AT(struct annulus_sqe, file_index, 44);
ANNULUS_AT(struct annulus_sqe, addr3, 48);
ANNULUS_AT(struct annulus_sqe, pad2, 56);

/* Completion entry: struct io_uring_cqe. With ANNULUS_CQE_32 it goes on in the slot behind it. */
struct annulus_cqe {
  uint64_t user_data;
  int32_t res; /* result, or -errno */
  uint32_t flags;
};

ANNULUS_SIZE(struct annulus_cqe, 16);
ANNULUS_AT(struct annulus_cqe, user_data, 0);
ANNULUS_AT(struct annulus_cqe, res, 8);
ANNULUS_AT(struct annulus_cqe, flags, 12);

/* Flags of a completion entry: it is extended; it fills the last slot, and is no completion. */
#define ANNULUS_CQE_32 (1u << 15)
#define ANNULUS_CQE_SKIP (1u << 5)

/* Extended completion entry: two slots that follow each other. */
struct annulus_cqe32 {
  uint64_t user_data;
  int32_t res; /* -EOVERFLOW, where extra[0] is the result */
  uint32_t flags;
  uint64_t extra[2];
};

ANNULUS_SIZE(struct annulus_cqe32, 32);
ANNULUS_AT(struct annulus_cqe32, user_data, 0);
ANNULUS_AT(struct annulus_cqe32, res, 8);
ANNULUS_AT(struct annulus_cqe32, flags, 12);
ANNULUS_AT(struct annulus_cqe32, extra, 16);

/* Section 5: opcodes. Below 0x80 they are Linux's. */
#define ANNULUS_OP_NOP 0
#define ANNULUS_OP_FSYNC 3
#define ANNULUS_OP_ASYNC_CANCEL 14
#define ANNULUS_OP_CLOSE 19
#define ANNULUS_OP_STATX 21
#define ANNULUS_OP_READ 22
#define ANNULUS_OP_WRITE 23
#define ANNULUS_OP_OPEN_URL 0x80
#define ANNULUS_OP_SIZE 0x81
#define ANNULUS_OP_FIRST_OF_APPLICATION 0xc0

/* ---- Section 2: memory. Each file's words take a page; its slots follow. ---- */

#define ANNULUS_SLOTS 4096

/* The words of the client's file, which the client alone writes. */
struct annulus_client_words {
  annulus_word sq_tail;
  uint8_t pad0[120];
  annulus_word cq_head;
  uint8_t pad1[120];
  annulus_word cq_event;
  annulus_word cq_relaxed;
  uint8_t pad2[3824];
};

ANNULUS_SIZE(struct annulus_client_words, ANNULUS_SLOTS);
ANNULUS_AT(struct annulus_client_words, sq_tail, 0);
ANNULUS_AT(struct annulus_client_words, cq_head, 128);
ANNULUS_AT(struct annulus_client_words, cq_event, 256);
ANNULUS_AT(struct annulus_client_words, cq_relaxed, 264);

/* The words of the server's file, which the server alone writes. */
struct annulus_server_words {
  annulus_word cq_tail;
  uint8_t pad0[120];
  annulus_word sq_head;
  uint8_t pad1[120];
  annulus_word sq_event;
  annulus_word sq_relaxed;
  uint8_t pad2[3824];
};

ANNULUS_SIZE(struct annulus_server_words, ANNULUS_SLOTS);
ANNULUS_AT(struct annulus_server_words, cq_tail, 0);
ANNULUS_AT(struct annulus_server_words, sq_head, 128);
ANNULUS_AT(struct annulus_server_words, sq_event, 256);
ANNULUS_AT(struct annulus_server_words, sq_relaxed, 264);

/* The most operations in flight that can be asked for. */
#define ANNULUS_MAX_CREDIT 32768u

static inline uint64_t annulus_pages(uint64_t bytes)
{
  return (bytes + 4095) & ~(uint64_t)4095;
}

/* The entries of a completion queue that has room for all of `credit`, extended, and a filler. */
static inline uint32_t annulus_cq_entries(uint32_t credit)
{
  uint32_t entries = 1;

  while (entries <= 2 * credit)
    entries *= 2;
  return entries;
}

/* Where the indirect array begins in the client's file, if there is one: uint32_t each. */
static inline uint64_t annulus_sq_array(uint32_t sq_entries)
{
  return ANNULUS_SLOTS + (uint64_t)sq_entries * sizeof(struct annulus_sqe);
}

static inline uint64_t annulus_client_size(uint32_t sq_entries, int sq_array)
{
  return annulus_pages(annulus_sq_array(sq_entries)
      + (sq_array ? (uint64_t)sq_entries * sizeof(uint32_t) : 0));
}

static inline uint64_t annulus_server_size(uint32_t cq_entries)
{
  return annulus_pages(ANNULUS_SLOTS + (uint64_t)cq_entries * sizeof(struct annulus_cqe));
}

/* ---- Section 4: messages of the attach socket ---- */

#define ANNULUS_MAGIC 0x534c4e41u /* the bytes "ANLS" */
#define ANNULUS_VERSION 1

#define ANNULUS_HELLO 1
#define ANNULUS_WELCOME 2
#define ANNULUS_SHARE 3
#define ANNULUS_SHARED 4
#define ANNULUS_GOODBYE 5

#define ANNULUS_TEXT_MAX 448

/* Flags of HELLO and WELCOME: the sender is registered with membarrier(2). Never said from here. */
#define ANNULUS_FENCES_FROM_OUTSIDE 1u

/* HELLO asks for an indirect SQ array; WELCOME says that the ring has it. */
#define ANNULUS_SQ_ARRAY 2u

struct annulus_message {
  uint32_t magic;
  uint16_t version;
  uint16_t type;
  uint32_t status; /* 0, or a positive errno */
  uint32_t text_length;
  uint32_t credit;
  uint32_t sq_entries;
  uint32_t cq_entries;
  uint32_t region;
  uint64_t region_size;
  uint32_t flags;
  uint32_t reserved[5];
};

ANNULUS_SIZE(struct annulus_message, 64);
ANNULUS_AT(struct annulus_message, magic, 0);
ANNULUS_AT(struct annulus_message, version, 4);
ANNULUS_AT(struct annulus_message, type, 6);
ANNULUS_AT(struct annulus_message, status, 8);
ANNULUS_AT(struct annulus_message, text_length, 12);
ANNULUS_AT(struct annulus_message, credit, 16);
ANNULUS_AT(struct annulus_message, sq_entries, 20);
ANNULUS_AT(struct annulus_message, cq_entries, 24);
ANNULUS_AT(struct annulus_message, region, 28);
ANNULUS_AT(struct annulus_message, region_size, 32);
ANNULUS_AT(struct annulus_message, flags, 40);
ANNULUS_AT(struct annulus_message, reserved, 44);

/* A message and the text that follows it where it reports a failure. */
struct annulus_packet {
  struct annulus_message head;
  char text[ANNULUS_TEXT_MAX];
};

ANNULUS_SIZE(struct annulus_packet, 512);

/* ---- Section 3: the two ends of a queue ---- */

/* The producing end. Its tail is kept here and never read back from shared memory. */
struct annulus_producer {
  annulus_word *tail; /* ours to write */
  const annulus_word *head;
  const annulus_word *event;
  uint64_t next; /* index of the next slot to claim */
  uint64_t published;
  uint64_t head_seen;
  uint64_t entries; /* a power of two */
};

/* The consuming end. Its head is kept here and never read back from shared memory. */
struct annulus_consumer {
  const annulus_word *tail;
  annulus_word *head; /* ours to write */
  annulus_word *event; /* ours to write */
  const uint32_t *array; /* which slot stands in a place, or NULL: the slots are in order */
  uint64_t next; /* index of the next entry to take */
  uint64_t released;
  uint64_t tail_seen;
  uint64_t entries; /* a power of two */
};

/* futex(2) takes the low half of a word: the first four bytes, as all is little endian. */
static inline int annulus_futex_wake(const annulus_word *word)
{
  return syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0) < 0 ? -errno : 0;
}

/* Shared, not private: the waker is another process. Spurious returns are expected. */
static inline void annulus_futex_wait(const annulus_word *word, uint32_t low, int64_t nanos)
{
  struct timespec limit;

  limit.tv_sec = nanos / 1000000000;
  limit.tv_nsec = nanos % 1000000000;
  (void)syscall(SYS_futex, word, FUTEX_WAIT, low, &limit, NULL, 0);
}

/*
 * Reads the consumer's head and answers how many slots are free, or -EPROTO for a head that cannot
 * be true: behind the last one seen, or past what was published.
 */
static inline int64_t annulus_room(struct annulus_producer *queue)
{
  /* Acquire: pairs with the release in annulus_release, or in Java's Consumer.release. */
  uint64_t head = annulus_load_acquire(queue->head);

  if (head - queue->head_seen > queue->published - queue->head_seen)
    return -EPROTO;
  queue->head_seen = head;
  return (int64_t)(queue->entries - (queue->next - head));
}

/*
 * Claims the next slot. Answers 1 and its number, 0 when the queue is full, or -EPROTO. The
 * consumer does not see the slot before annulus_publish.
 */
static inline int annulus_claim_slot(struct annulus_producer *queue, uint64_t *slot)
{
  if (queue->next - queue->head_seen >= queue->entries) {
    int64_t room = annulus_room(queue);

    if (room <= 0)
      return (int)room;
  }
  *slot = queue->next++ & (queue->entries - 1);
  return 1;
}

/*
 * Makes all claimed slots visible with one store, and wakes the consumer if it sleeps for an index
 * that the tail passes. Answers 1 if it woke it, 0 if not, or -errno of futex(2).
 */
static inline int annulus_publish(struct annulus_producer *queue)
{
  uint64_t before = queue->published;
  uint64_t now = queue->next;
  int woken;

  if (now == before)
    return 0;
  queue->published = now;
  /* Release: pairs with the acquire in annulus_refresh, or in Java's Consumer.readTail. */
  annulus_store_release(queue->tail, now);
  /*
   * The tail store must be visible before the event index is read. Pairs with the fence in
   * annulus_arm: one of the two sides sees the other's store.
   */
  annulus_full_fence();
  if (annulus_load_relaxed(queue->event) - before >= now - before)
    return 0;
  woken = annulus_futex_wake(queue->tail);
  return woken < 0 ? woken : 1;
}

/*
 * Reads the producer's tail and answers how many entries can be taken, or -EPROTO for a tail that
 * cannot be true: behind the last one seen, or further than there are slots.
 */
static inline int64_t annulus_refresh(struct annulus_consumer *queue)
{
  /* Acquire: pairs with the release in annulus_publish, or in Java's Producer.publish. */
  uint64_t tail = annulus_load_acquire(queue->tail);

  if (tail - queue->tail_seen > queue->released + queue->entries - queue->tail_seen)
    return -EPROTO;
  queue->tail_seen = tail;
  return (int64_t)(tail - queue->next);
}

/* As annulus_refresh, but reads the tail only when no entry is known to be there. */
static inline int64_t annulus_available(struct annulus_consumer *queue)
{
  if (queue->tail_seen == queue->next)
    return annulus_refresh(queue);
  return (int64_t)(queue->tail_seen - queue->next);
}

/* The next entry's slot; only while annulus_available is not 0. */
static inline uint64_t annulus_next_slot(struct annulus_consumer *queue)
{
  return queue->next++ & (queue->entries - 1);
}

/*
 * As annulus_next_slot, of a queue that may have an indirect array. Answers 0, or -EPROTO for a
 * slot that does not exist.
 */
static inline int annulus_next_named(struct annulus_consumer *queue, uint64_t *slot)
{
  uint64_t place = queue->next & (queue->entries - 1);

  /* Read once: the producer may write it meanwhile. Ordered by the tail, as the entry is. */
  *slot = queue->array ? *(const volatile uint32_t *)&queue->array[place] : place;
  if (*slot >= queue->entries)
    return -EPROTO;
  queue->next++;
  return 0;
}

/* Gives all taken slots back to the producer, with one store. */
static inline void annulus_release(struct annulus_consumer *queue)
{
  if (queue->released == queue->next)
    return;
  queue->released = queue->next;
  /* Release: our reads come before. Pairs with the acquire in annulus_room, Producer.readHead. */
  annulus_store_release(queue->head, queue->next);
}

/*
 * Asks to be woken when `count` entries are there; all taken entries must have been released.
 * Answers how many are there already, or -EPROTO; if fewer than `count`, sleep by
 * annulus_futex_wait on the tail while its low half equals that of tail_seen.
 */
static inline int64_t annulus_arm(struct annulus_consumer *queue, uint64_t count)
{
  /* Relaxed, with the fence: it must be visible before the tail is read. Pairs with the fence in
   * annulus_publish, or in Java's Producer.publish. */
  annulus_store_relaxed(queue->event, queue->next + count - 1);
  annulus_full_fence();
  return annulus_refresh(queue);
}

/* ---- Time ---- */

static inline int64_t annulus_now(void)
{
  struct timespec time;

  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static inline void annulus_pause(void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

/* Spins until `count` entries are there or the time is over; answers what is there, or -EPROTO. */
static inline int64_t annulus_spin(struct annulus_consumer *queue, int64_t count, int64_t until)
{
  int64_t ready;
  unsigned round = 0;

  while ((ready = annulus_refresh(queue)) >= 0 && ready < count) {
    if (round++ % 64 == 0 && annulus_now() - until >= 0)
      break;
    annulus_pause();
  }
  return ready;
}

/*
 * Waits until `count` entries are there, at most `timeout` nanoseconds, or without limit where that
 * is not positive. Spins, then sleeps in slices of 1 ms that double up to ANNULUS_SLICE_NANOS;
 * before each `check` looks at the socket, and a negative answer of it ends the wait. A wake-up
 * never waits for a slice: only what the socket tells does, by one slice at most. That is the price
 * of having no thread for hang-ups; an idle sleeper wakes 20 times a second.
 *
 * Answers how many are there, fewer than `count` only after the time-out or what `check` found; or
 * that error itself where none is left to take.
 */
static inline int64_t annulus_wait_for(struct annulus_consumer *queue, int64_t count,
    int64_t timeout, int (*check)(void *), void *end)
{
  int64_t ready, now, left, deadline, slice = 1000000;
  int ended;

  if (count < 1 || (uint64_t)count > queue->entries)
    return -EINVAL;
  ready = annulus_available(queue);
  if (ready < 0 || ready >= count)
    return ready;
  now = annulus_now();
  deadline = timeout > 0 && timeout < INT64_MAX - now ? now + timeout : INT64_MAX;
  left = deadline - now;
  ready = annulus_spin(queue, count, now + (left < ANNULUS_SPIN_NANOS ? left : ANNULUS_SPIN_NANOS));
  while (ready >= 0 && ready < count) {
    ended = check(end);
    if (ended < 0) {
      /* The tail is read after the hang-up was seen: what the other end left is all here. */
      ready = annulus_refresh(queue);
      return ready == 0 ? ended : ready;
    }
    left = deadline - annulus_now();
    if (left <= 0)
      return annulus_refresh(queue);
    ready = annulus_arm(queue, (uint64_t)count);
    if (ready < 0 || ready >= count)
      return ready;
    annulus_futex_wait(queue->tail, (uint32_t)queue->tail_seen, left < slice ? left : slice);
    slice = slice < ANNULUS_SLICE_NANOS / 2 ? 2 * slice : ANNULUS_SLICE_NANOS;
    ready = annulus_refresh(queue);
  }
  return ready;
}

/* ---- Messages ---- */

static inline void annulus_begin(struct annulus_packet *packet, int type)
{
  memset(packet, 0, sizeof(*packet));
  packet->head.magic = ANNULUS_MAGIC;
  packet->head.version = ANNULUS_VERSION;
  packet->head.type = (uint16_t)type;
}

/* Sends a message, its text, and up to two descriptors, which stay ours. Answers 0 or -errno. */
static inline int annulus_send(int socket, struct annulus_packet *packet, const int *fds, int count)
{
  union {
    struct cmsghdr head;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec body;
  struct msghdr message;
  struct cmsghdr *rights;
  ssize_t sent;

  memset(&message, 0, sizeof(message));
  memset(&control, 0, sizeof(control));
  body.iov_base = packet;
  body.iov_len = sizeof(packet->head) + packet->head.text_length;
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  if (count > 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
    rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
    memcpy(CMSG_DATA(rights), fds, (size_t)count * sizeof(int));
  }
  do
    sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : 0;
}

static inline void annulus_close_all(const int *fds, int count)
{
  for (int i = 0; i < count; i++)
    (void)close(fds[i]);
}

/* Copies the received descriptors to `fds`, two at most, and answers how many. */
static inline int annulus_rights(struct msghdr *message, int *fds)
{
  struct cmsghdr *rights;
  int found[2];
  int count = 0;

  for (rights = CMSG_FIRSTHDR(message); rights; rights = CMSG_NXTHDR(message, rights)) {
    if (rights->cmsg_level != SOL_SOCKET || rights->cmsg_type != SCM_RIGHTS)
      continue;
    count = (int)((rights->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(found, CMSG_DATA(rights), (size_t)count * sizeof(int));
    memcpy(fds, found, (size_t)count * sizeof(int));
  }
  return count;
}

/*
 * Receives a message. Answers its type, at least 1, with the descriptors that came with it, which
 * are then the caller's; 0 when the other end hung up; or -errno. -EPROTO: not of this protocol.
 * The text becomes a C string that can be printed.
 */
static inline int annulus_receive(int socket, struct annulus_packet *packet, char *text, int *fds,
    int *count, int flags)
{
  union {
    struct cmsghdr head;
    char space[CMSG_SPACE(2 * sizeof(int))];
  } control;
  struct iovec body;
  struct msghdr message;
  ssize_t length;
  size_t said;

  memset(packet, 0, sizeof(*packet));
  memset(&message, 0, sizeof(message));
  body.iov_base = packet;
  body.iov_len = sizeof(*packet);
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof(control);
  *count = 0;
  /* A reset says that something of ours was left unread; what was sent to us comes after it. */
  do
    length = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  while (length < 0 && (errno == EINTR || errno == ECONNRESET));
  if (length <= 0)
    return length < 0 ? -errno : 0;
  *count = annulus_rights(&message, fds);
  if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || length < (ssize_t)sizeof(packet->head)
      || packet->head.magic != ANNULUS_MAGIC || packet->head.version != ANNULUS_VERSION
      || packet->head.type == 0) {
    annulus_close_all(fds, *count);
    *count = 0;
    return -EPROTO;
  }
  said = (size_t)length - sizeof(packet->head);
  if (packet->head.text_length < said)
    said = packet->head.text_length;
  memcpy(text, packet->text, said);
  text[said] = 0;
  for (size_t i = 0; i < said; i++) {
    /* U+0080 to U+009F are controls too: terminals obey them. */
    if ((unsigned char)text[i] == 0xc2 && i + 1 < said
        && ((unsigned char)text[i + 1] & 0xe0) == 0x80)
      text[i] = text[i + 1] = ' ';
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
      text[i] = ' ';
  }
  return packet->head.type;
}

/* What a message's status says: 0, or a negative errno. */
static inline int annulus_status(const struct annulus_packet *packet)
{
  if (packet->head.status > 4095)
    return -EPROTO;
  return -(int)packet->head.status;
}

static inline void annulus_time_limits(int socket)
{
  struct timeval limit;

  limit.tv_sec = ANNULUS_ANSWER_MILLIS / 1000;
  limit.tv_usec = ANNULUS_ANSWER_MILLIS % 1000 * 1000;
  (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  (void)setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/* Fills an address, or answers -ENAMETOOLONG. */
static inline int annulus_address(struct sockaddr_un *address, const char *path)
{
  memset(address, 0, sizeof(*address));
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof(address->sun_path))
    return -ENAMETOOLONG;
  memcpy(address->sun_path, path, strlen(path) + 1);
  return 0;
}

/* Answers a connected socket, or -errno. */
static inline int annulus_connect(const struct sockaddr_un *address)
{
  int error;
  int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return -errno;
  annulus_time_limits(fd);
  if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
    return fd;
  error = errno;
  (void)close(fd);
  return -error;
}

/* ---- Memory files ---- */

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

#define ANNULUS_FIXED_SIZE (F_SEAL_SHRINK | F_SEAL_GROW)

/* Answers a memory file whose size can never change, or -errno. */
static inline int annulus_create(const char *name, uint64_t size)
{
  int error;
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd < 0)
    return -errno;
  if (ftruncate(fd, (off_t)size) == 0 && fcntl(fd, F_ADD_SEALS, ANNULUS_FIXED_SIZE) == 0)
    return fd;
  error = errno;
  (void)close(fd);
  return -error;
}

/*
 * Checks a file that another process made, before it is mapped: memory of just this size, which
 * nobody can change; so that no access inside the mapping ever meets a missing page.
 */
static inline int annulus_check_file(int fd, uint64_t size)
{
  struct statfs system;
  struct stat status;
  int seals = fcntl(fd, F_GET_SEALS);

  if (seals < 0)
    return -errno;
  if ((seals & ANNULUS_FIXED_SIZE) != ANNULUS_FIXED_SIZE)
    return -EPERM;
  if (fstatfs(fd, &system) != 0 || fstat(fd, &status) != 0)
    return -errno;
  /* Huge pages have a file system of their own, and can run out when they are touched. */
  if (system.f_type != TMPFS_MAGIC || status.st_size < 0 || (uint64_t)status.st_size != size)
    return -EINVAL;
  return 0;
}

/* Maps a whole file, shared; answers 0 or -errno. */
static inline int annulus_map(int fd, uint64_t size, int protection, void **memory)
{
  void *mapped = mmap(NULL, (size_t)size, protection, MAP_SHARED, fd, 0);

  if (mapped == MAP_FAILED)
    return -errno;
  *memory = mapped;
  return 0;
}

static inline void annulus_unmap(void *memory, uint64_t size)
{
  if (memory)
    (void)munmap(memory, (size_t)size);
}

/* Memory that a client shares with its server, mapped in this process. */
struct annulus_region {
  void *memory;
  uint64_t size;
};

static inline int annulus_is_queue(uint32_t entries, uint32_t most)
{
  return entries >= 1 && entries <= most && (entries & (entries - 1)) == 0;
}

/* ---- The client ---- */

/* A ring to a server. All fields are the functions' own, but for those that may be read. */
struct annulus_client {
  int socket; /* may be polled for POLLRDHUP, not read */
  int gone; /* may be read: 0, or why the session is over, a negative errno */
  int out_of_step; /* an answer never came: it would be taken for that of the next request */
  uint32_t credit; /* may be read: operations in flight at most */
  uint32_t in_flight; /* may be read: claimed and not reaped */
  uint32_t region_count;
  struct annulus_producer sq;
  struct annulus_consumer cq;
  struct annulus_sqe *sqes;
  const struct annulus_cqe *cqes;
  uint32_t *sq_array; /* NULL, or the client's: which slot stands in a place; all in order */
  struct annulus_client_words *client; /* writable */
  void *server; /* read-only */
  uint64_t client_size;
  uint64_t server_size;
  struct annulus_region regions[ANNULUS_MAX_REGIONS];
  char text[ANNULUS_TEXT_MAX + 1]; /* may be read: what the server said why it refused or ended */
};

/*
 * Ends the session: the server cancels what is in flight. The ring and the regions are unmapped and
 * must not be used any more. A second call does nothing.
 */
static inline void annulus_detach(struct annulus_client *client)
{
  if (client->socket >= 0)
    (void)close(client->socket);
  client->socket = -1;
  client->gone = -EPIPE;
  annulus_unmap(client->client, client->client_size);
  annulus_unmap(client->server, client->server_size);
  client->client = NULL;
  client->server = NULL;
  for (uint32_t i = 0; i < ANNULUS_MAX_REGIONS; i++) {
    annulus_unmap(client->regions[i].memory, client->regions[i].size);
    client->regions[i].memory = NULL;
  }
}

/* Sends a request and receives its answer, which must be of `type` and successful. */
static inline int annulus_exchange(struct annulus_client *client, struct annulus_packet *packet,
    int type, const int *fds, int count, int *answer_fds, int *answer_count)
{
  int sent, received;

  if (client->out_of_step)
    return -ETIMEDOUT;
  sent = annulus_send(client->socket, packet, fds, count);
  /* Where the server hung up, its last words still stand in the socket. */
  if (sent < 0 && sent != -EPIPE && sent != -ECONNRESET)
    return sent == -EAGAIN ? -ETIMEDOUT : sent;
  received =
      annulus_receive(client->socket, packet, client->text, answer_fds, answer_count, 0);
  client->out_of_step = received < 0;
  if (received < 0)
    return received == -EAGAIN ? -ETIMEDOUT : received;
  if (received == type && packet->head.status == 0)
    return 0;
  annulus_close_all(answer_fds, *answer_count);
  *answer_count = 0;
  if (received == type)
    return annulus_status(packet);
  if (received != 0 && received != ANNULUS_GOODBYE)
    return -EPROTO;
  if (received == 0)
    client->text[0] = 0;
  client->gone = -EPIPE;
  return -EPIPE;
}

/* Where the words and slots are, once both files are mapped. */
static inline int annulus_open_queues(struct annulus_client *client, uint32_t sq_entries,
    uint32_t cq_entries, int sq_array)
{
  struct annulus_client_words *own = client->client;
  const struct annulus_server_words *other = (const struct annulus_server_words *)client->server;
  uint64_t sq = annulus_load_acquire(&own->sq_tail);
  uint64_t cq = annulus_load_acquire(&own->cq_head);

  client->sqes = (struct annulus_sqe *)(void *)(own + 1);
  if (sq_array) {
    client->sq_array = (uint32_t *)(void *)((char *)own + annulus_sq_array(sq_entries));
    for (uint32_t i = 0; i < sq_entries; i++)
      client->sq_array[i] = i;
  }
  client->cqes = (const struct annulus_cqe *)(const void *)(other + 1);
  client->sq.tail = &own->sq_tail;
  client->sq.head = &other->sq_head;
  client->sq.event = &other->sq_event;
  client->sq.next = client->sq.published = client->sq.head_seen = sq;
  client->sq.entries = sq_entries;
  client->cq.tail = &other->cq_tail;
  client->cq.head = &own->cq_head;
  client->cq.event = &own->cq_event;
  client->cq.next = client->cq.released = client->cq.tail_seen = cq;
  client->cq.entries = cq_entries;
  /* A new ring is empty: both of a queue's indices are the same. */
  if (annulus_load_acquire(&other->sq_head) != sq || annulus_load_acquire(&other->cq_tail) != cq)
    return -EPROTO;
  return 0;
}

/* The server is not trusted either: sizes and seals are checked before its files are mapped. */
static inline int annulus_welcomed(struct annulus_client *client,
    const struct annulus_message *welcome, uint32_t asked, const int *fds, int count)
{
  int sq_array = (welcome->flags & ANNULUS_SQ_ARRAY) != 0;
  void *memory = NULL;
  int result;

  if (count != 2 || !annulus_is_queue(welcome->sq_entries, ANNULUS_MAX_CREDIT)
      || !annulus_is_queue(welcome->cq_entries, 4 * ANNULUS_MAX_CREDIT)
      || welcome->credit < 1 || welcome->credit > welcome->sq_entries
      || 2 * (uint64_t)welcome->credit >= welcome->cq_entries
      || (sq_array && (asked & ANNULUS_SQ_ARRAY) == 0))
    return -EPROTO;
  client->credit = welcome->credit;
  client->client_size = annulus_client_size(welcome->sq_entries, sq_array);
  client->server_size = annulus_server_size(welcome->cq_entries);
  if ((result = annulus_check_file(fds[0], client->client_size)) < 0
      || (result = annulus_check_file(fds[1], client->server_size)) < 0)
    return result;
  result = annulus_map(fds[0], client->client_size, PROT_READ | PROT_WRITE, &memory);
  if (result < 0)
    return result;
  client->client = (struct annulus_client_words *)memory;
  result = annulus_map(fds[1], client->server_size, PROT_READ, &client->server);
  if (result < 0)
    return result;
  return annulus_open_queues(client, welcome->sq_entries, welcome->cq_entries, sq_array);
}

/*
 * Attaches to the server that listens at `path`, asking for `credit` operations in flight, 1 to
 * ANNULUS_MAX_CREDIT; client->credit is what was granted. `flags` is 0 or ANNULUS_SQ_ARRAY: an
 * indirect array is wanted; client->sq_array is NULL where the server does without. Answers 0 or
 * -errno, such as -ECONNREFUSED (nobody listens), -EACCES (refused: client->text says why),
 * -ETIMEDOUT (no answer). Nothing is left open after a failure.
 */
static inline int annulus_attach_with(struct annulus_client *client, const char *path,
    uint32_t credit, uint32_t flags)
{
  struct sockaddr_un address;
  struct annulus_packet packet;
  int fds[2];
  int count = 0;
  int result;

  memset((void *)client, 0, sizeof(*client));
  client->socket = -1;
  if (credit < 1 || credit > ANNULUS_MAX_CREDIT || (flags & ~ANNULUS_SQ_ARRAY))
    return -EINVAL;
  result = annulus_address(&address, path);
  if (result < 0)
    return result;
  client->socket = annulus_connect(&address);
  if (client->socket < 0)
    return client->socket == -EAGAIN ? -ETIMEDOUT : client->socket;
  annulus_begin(&packet, ANNULUS_HELLO);
  packet.head.credit = credit;
  packet.head.flags = flags;
  result = annulus_exchange(client, &packet, ANNULUS_WELCOME, NULL, 0, fds, &count);
  if (result == 0)
    result = annulus_welcomed(client, &packet.head, flags, fds, count);
  annulus_close_all(fds, count);
  if (result < 0)
    annulus_detach(client);
  return result;
}

/* As annulus_attach_with, without an indirect array. */
static inline int annulus_attach(struct annulus_client *client, const char *path, uint32_t credit)
{
  return annulus_attach_with(client, path, credit, 0);
}

/* Shares the file of a region that is mapped already; answers the region's number or -errno. */
static inline int annulus_share_file(struct annulus_client *client, int file, uint64_t bytes)
{
  struct annulus_packet packet;
  int fds[2];
  int count = 0;
  int result;

  annulus_begin(&packet, ANNULUS_SHARE);
  packet.head.region_size = bytes;
  result = annulus_exchange(client, &packet, ANNULUS_SHARED, &file, 1, fds, &count);
  annulus_close_all(fds, count);
  if (result < 0)
    return result;
  return packet.head.region > UINT16_MAX ? -EPROTO : (int)packet.head.region;
}

/*
 * Shares `size` bytes of new memory, rounded up to whole pages, for buffers. Blocks until the
 * server has mapped it. Answers the region's number, which goes into buf_index, and where it is
 * mapped here until annulus_detach; or -errno, such as -EDQUOT where the server's or our own limit
 * of regions is reached.
 */
static inline int annulus_share(struct annulus_client *client, uint64_t size, void **memory)
{
  uint64_t bytes = annulus_pages(size);
  struct annulus_region region;
  int file, result;

  if (size < 1 || size > (uint64_t)INT64_MAX - 4096)
    return -EINVAL;
  if (client->gone)
    return client->gone;
  if (client->region_count == ANNULUS_MAX_REGIONS)
    return -EDQUOT;
  file = annulus_create("annulus-region", bytes);
  if (file < 0)
    return file;
  region.memory = NULL;
  region.size = bytes;
  result = fcntl(file, F_ADD_SEALS, F_SEAL_SEAL) == 0 ? 0 : -errno;
  if (result == 0)
    result = annulus_map(file, bytes, PROT_READ | PROT_WRITE, &region.memory);
  if (result == 0)
    result = annulus_share_file(client, file, bytes);
  (void)close(file);
  if (result < 0) {
    annulus_unmap(region.memory, bytes);
    return result;
  }
  client->regions[client->region_count++] = region;
  *memory = region.memory;
  return result;
}

/*
 * Claims the next submission entry, all 0: fill it, then annulus_submit. Answers 0, or -EAGAIN
 * where the credit is used up: reap first. The entry is invisible to the server until then.
 */
static inline int annulus_claim(struct annulus_client *client, struct annulus_sqe **entry)
{
  uint64_t slot = 0;
  int claimed;

  if (client->in_flight == client->credit)
    return -EAGAIN;
  claimed = annulus_claim_slot(&client->sq, &slot);
  if (claimed <= 0)
    return claimed < 0 ? claimed : -EAGAIN;
  client->in_flight++;
  *entry = &client->sqes[slot];
  memset(*entry, 0, sizeof(**entry));
  return 0;
}

/*
 * Publishes what was claimed, and wakes the server if it sleeps; makes no other system call.
 * Answers 1 if it woke it, 0 if there was no need, or -errno.
 */
static inline int annulus_submit(struct annulus_client *client)
{
  return annulus_publish(&client->sq);
}

/* A completion as it was reaped, whichever size its entry has. */
struct annulus_completion {
  uint64_t user_data;
  int64_t result; /* or -errno */
};

/*
 * Takes the next entry, of `ready` that are there, and what belongs to it. Answers how many slots
 * that were, or -EPROTO: half an extended entry, or a filler elsewhere than in the last slot.
 * `completion` is left alone by a filler, which is one slot with `*filler` set.
 */
static inline int annulus_next_completion(struct annulus_client *client, int64_t ready,
    struct annulus_completion *completion, int *filler)
{
  uint64_t slot = annulus_next_slot(&client->cq);
  int last = slot == client->cq.entries - 1;
  /* Each word is read once: the server may write to the slot meanwhile. */
  uint64_t user_data = *(const volatile uint64_t *)&client->cqes[slot].user_data;
  int32_t res = *(const volatile int32_t *)&client->cqes[slot].res;
  uint32_t flags = *(const volatile uint32_t *)&client->cqes[slot].flags;

  *filler = (flags & ANNULUS_CQE_SKIP) != 0;
  if (*filler)
    return last && flags == ANNULUS_CQE_SKIP ? 1 : -EPROTO;
  completion->user_data = user_data;
  completion->result = res;
  if ((flags & ANNULUS_CQE_32) == 0)
    return 1;
  if (last || ready < 2)
    return -EPROTO;
  slot = annulus_next_slot(&client->cq);
  /* The second half has the extra words where a plain entry has its user data and the rest. */
  completion->result = (int64_t)*(const volatile uint64_t *)&client->cqes[slot].user_data;
  return 2;
}

/*
 * Takes at most `most` completions, without waiting. Answers how many, or -EPROTO: an index, or an
 * entry, that cannot be true, or a completion of nothing.
 */
static inline int annulus_reap(struct annulus_client *client,
    struct annulus_completion *completions, uint32_t most)
{
  int64_t ready = annulus_available(&client->cq);
  uint32_t count = 0;
  int slots, filler;

  if (ready < 0)
    return (int)ready;
  while (count < most && ready > 0) {
    slots = annulus_next_completion(client, ready, &completions[count], &filler);
    if (slots < 0 || (!filler && client->in_flight == 0))
      return -EPROTO;
    ready -= slots;
    if (!filler) {
      client->in_flight--;
      count++;
    }
  }
  annulus_release(&client->cq);
  return (int)count;
}

/* Looks whether the server is gone, and if so for its last words. */
static inline int annulus_check_server(void *argument)
{
  struct annulus_client *client = (struct annulus_client *)argument;
  struct annulus_packet packet;
  struct pollfd poller;
  int fds[2];
  int count, type;

  if (client->gone)
    return client->gone;
  poller.fd = client->socket;
  poller.events = POLLRDHUP;
  poller.revents = 0;
  if (poll(&poller, 1, 0) <= 0 || poller.revents == 0)
    return 0;
  client->text[0] = 0;
  do {
    type = annulus_receive(client->socket, &packet, client->text, fds, &count, MSG_DONTWAIT);
    annulus_close_all(fds, count);
  } while (type > 0 && type != ANNULUS_GOODBYE);
  client->gone = -EPIPE;
  return client->gone;
}

/*
 * Waits until `count` completions can be reaped, at most `timeout` nanoseconds, or without limit
 * where that is not positive. `count` is 1 to client->in_flight, or nobody would end the wait.
 * Answers how many entries can be reaped, of which an extended one counts as two, and a filler
 * before it as one: fewer than `count` only after the time-out, or where the server is gone and
 * left no more; -EPIPE where it is gone and nothing is left: client->text is what it said, or empty
 * where it was killed or crashed. What was in flight then is lost.
 */
static inline int annulus_wait(struct annulus_client *client, uint32_t count, int64_t timeout)
{
  return (int)annulus_wait_for(&client->cq, count, timeout, annulus_check_server, client);
}

/* ---- The server ---- */

/* What a server allows each client. Begin with annulus_options_default. */
struct annulus_options {
  uint32_t max_credit; /* operations in flight, 1 to ANNULUS_MAX_CREDIT */
  uint64_t max_region_bytes; /* of all its regions */
  uint64_t start_index; /* where the indices of a new ring start; tests use those near 2^64 */
  int (*allow)(const struct ucred *caller, void *argument); /* not 0: may attach */
  void *argument;
};

/* The default rule: root, and whoever runs the server. */
static inline int annulus_same_user(const struct ucred *caller, void *argument)
{
  (void)argument;
  return caller->uid == 0 || caller->uid == geteuid();
}

static inline void annulus_options_default(struct annulus_options *options)
{
  options->max_credit = 4096;
  options->max_region_bytes = (uint64_t)1 << 30;
  options->start_index = 0;
  options->allow = annulus_same_user;
  options->argument = NULL;
}

struct annulus_server {
  int socket; /* may be polled for POLLIN: a client waits for annulus_accept */
  struct sockaddr_un address;
};

/* The server's end of a ring. All fields are the functions' own, but for those that may be read. */
struct annulus_session {
  int socket; /* may be polled for POLLIN | POLLRDHUP, see annulus_session_messages */
  int gone; /* may be read: 0, or why the session is over, a negative errno */
  uint32_t credit; /* may be read */
  uint32_t taken; /* may be read: operations taken and not completed */
  struct ucred caller; /* may be read: who the client is, as the kernel says */
  struct annulus_consumer sq;
  struct annulus_producer cq;
  const struct annulus_sqe *sqes;
  struct annulus_cqe *cqes;
  struct annulus_server_words *server; /* writable */
  void *client; /* read-only, but for the start */
  uint64_t client_size;
  uint64_t server_size;
  uint64_t region_bytes;
  uint64_t max_region_bytes;
  uint32_t region_count;
  struct annulus_region regions[ANNULUS_MAX_REGIONS];
};

/* A socket whose server died stays behind: nobody answers there. Anything else is kept. */
static inline int annulus_remove_stale(const struct sockaddr_un *address)
{
  struct stat status;
  int fd;

  if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
    return 0;
  fd = annulus_connect(address);
  if (fd >= 0)
    (void)close(fd);
  return fd == -ECONNREFUSED && unlink(address->sun_path) == 0;
}

/*
 * Listens at a path; a stale socket, where nobody listens any more, is replaced. Who may connect is
 * also a matter of the directory's and the socket's permissions. Answers 0 or -errno, such as
 * -EADDRINUSE.
 */
static inline int annulus_listen(struct annulus_server *server, const char *path)
{
  const struct sockaddr *address = (const struct sockaddr *)&server->address;
  int bound, error;
  int result = annulus_address(&server->address, path);

  server->socket = -1;
  if (result < 0)
    return result;
  server->socket = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (server->socket < 0)
    return -errno;
  bound = bind(server->socket, address, sizeof(server->address));
  if (bound != 0 && errno == EADDRINUSE && annulus_remove_stale(&server->address))
    bound = bind(server->socket, address, sizeof(server->address));
  if (bound == 0 && listen(server->socket, 128) == 0)
    return 0;
  error = errno;
  (void)close(server->socket);
  server->socket = -1;
  return -error;
}

/* Stops listening and removes the socket's path; sessions go on. A second call does nothing. */
static inline void annulus_unlisten(struct annulus_server *server)
{
  if (server->socket < 0)
    return;
  /* While we still listen: nobody can have taken the path for stale and replaced it. */
  (void)unlink(server->address.sun_path);
  (void)close(server->socket);
  server->socket = -1;
}

/* Sends a failure of `type`; whoever does not read it is hung up on anyway. */
static inline void annulus_say(int socket, int type, int error, const char *text)
{
  struct annulus_packet packet;
  size_t length = strlen(text);

  if (length > ANNULUS_TEXT_MAX)
    length = ANNULUS_TEXT_MAX;
  annulus_begin(&packet, type);
  packet.head.status = (uint32_t)error;
  packet.head.text_length = (uint32_t)length;
  memcpy(packet.text, text, length);
  (void)annulus_send(socket, &packet, NULL, 0);
}

/*
 * Ends the session and frees what it holds: its memory and its regions must not be used any more,
 * neither here nor by a device. With a text, the client is told it, and `error`, a positive errno.
 * A second call does nothing.
 */
static inline void annulus_session_close(struct annulus_session *session, int error,
    const char *text)
{
  if (session->socket >= 0) {
    if (text)
      annulus_say(session->socket, ANNULUS_GOODBYE, error, text);
    (void)close(session->socket);
  }
  session->socket = -1;
  session->gone = -EPIPE;
  annulus_unmap(session->client, session->client_size);
  annulus_unmap(session->server, session->server_size);
  session->client = NULL;
  session->server = NULL;
  for (uint32_t i = 0; i < session->region_count; i++)
    annulus_unmap(session->regions[i].memory, session->regions[i].size);
  session->region_count = 0;
}

/* Sets all indices, before the files are handed out; the event indices say that nobody sleeps. */
static inline void annulus_start(struct annulus_session *session, uint32_t sq_entries,
    int sq_array, uint64_t index)
{
  struct annulus_client_words *client = (struct annulus_client_words *)session->client;
  struct annulus_server_words *server = session->server;

  annulus_store_relaxed(&client->sq_tail, index);
  annulus_store_relaxed(&client->cq_head, index);
  annulus_store_relaxed(&client->cq_event, index - 1);
  annulus_store_relaxed(&server->cq_tail, index);
  annulus_store_relaxed(&server->sq_head, index);
  annulus_store_relaxed(&server->sq_event, index - 1);
  session->sqes = (const struct annulus_sqe *)(const void *)(client + 1);
  if (sq_array)
    session->sq.array =
        (const uint32_t *)(const void *)((const char *)client + annulus_sq_array(sq_entries));
  session->cqes = (struct annulus_cqe *)(void *)(server + 1);
  session->sq.tail = &client->sq_tail;
  session->sq.head = &server->sq_head;
  session->sq.event = &server->sq_event;
  session->sq.next = session->sq.released = session->sq.tail_seen = index;
  session->sq.entries = sq_entries;
  session->cq.tail = &server->cq_tail;
  session->cq.head = &client->cq_head;
  session->cq.event = &client->cq_event;
  session->cq.next = session->cq.published = session->cq.head_seen = index;
  session->cq.entries = annulus_cq_entries(session->credit);
}

/*
 * Maps both new files and seals them for good. The server's gets F_SEAL_FUTURE_WRITE once it is
 * mapped here: nobody can map it writable any more. Ours of the client's becomes read-only.
 */
static inline int annulus_make_ring(struct annulus_session *session, const int *files,
    uint32_t sq_entries, int sq_array, uint64_t index)
{
  const int both = PROT_READ | PROT_WRITE;
  void *memory = NULL;
  int result;

  result = annulus_map(files[0], session->client_size, both, &session->client);
  if (result < 0)
    return result;
  result = annulus_map(files[1], session->server_size, both, &memory);
  if (result < 0)
    return result;
  session->server = (struct annulus_server_words *)memory;
  annulus_start(session, sq_entries, sq_array, index);
  if (mprotect(session->client, (size_t)session->client_size, PROT_READ) != 0
      || fcntl(files[0], F_ADD_SEALS, F_SEAL_SEAL) != 0
      || fcntl(files[1], F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_FUTURE_WRITE) != 0)
    return -errno;
  return 0;
}

/* Makes the ring and answers WELCOME with its files, which are not needed here afterwards. */
static inline int annulus_welcome(struct annulus_session *session, int sq_array, uint64_t index)
{
  struct annulus_packet packet;
  uint32_t sq_entries = 1;
  int files[2];
  int result;

  while (sq_entries < session->credit)
    sq_entries *= 2;
  session->client_size = annulus_client_size(sq_entries, sq_array);
  session->server_size = annulus_server_size(annulus_cq_entries(session->credit));
  files[0] = annulus_create("annulus-client", session->client_size);
  if (files[0] < 0)
    return files[0];
  files[1] = annulus_create("annulus-server", session->server_size);
  result = files[1] < 0 ? files[1] : annulus_make_ring(session, files, sq_entries, sq_array, index);
  if (result == 0) {
    annulus_begin(&packet, ANNULUS_WELCOME);
    packet.head.credit = session->credit;
    packet.head.sq_entries = sq_entries;
    packet.head.cq_entries = annulus_cq_entries(session->credit);
    packet.head.flags = sq_array ? ANNULUS_SQ_ARRAY : 0;
    result = annulus_send(session->socket, &packet, files, 2);
  }
  annulus_close_all(files, files[1] < 0 ? 1 : 2);
  return result;
}

/* Waits for HELLO, asks the kernel who says it, and answers. */
static inline int annulus_greet(struct annulus_session *session,
    const struct annulus_options *options)
{
  struct annulus_packet packet;
  char text[ANNULUS_TEXT_MAX + 1];
  socklen_t length = sizeof(session->caller);
  struct pollfd poller;
  int fds[2];
  int count, result;

  poller.fd = session->socket;
  poller.events = POLLIN;
  result = poll(&poller, 1, ANNULUS_ANSWER_MILLIS);
  if (result <= 0)
    return result < 0 ? -errno : -ETIMEDOUT;
  result = annulus_receive(session->socket, &packet, text, fds, &count, 0);
  annulus_close_all(fds, count);
  if (result == 0)
    return -EPIPE;
  if (result < 0 || result != ANNULUS_HELLO) {
    annulus_say(session->socket, ANNULUS_GOODBYE, EPROTO, "no HELLO of this protocol's version");
    return result < 0 ? result : -EPROTO;
  }
  if (getsockopt(session->socket, SOL_SOCKET, SO_PEERCRED, &session->caller, &length) != 0
      || !options->allow(&session->caller, options->argument)) {
    annulus_say(session->socket, ANNULUS_WELCOME, EACCES, "this server does not serve your user");
    return -EACCES;
  }
  session->credit = packet.head.credit > INT32_MAX || packet.head.credit < 1 ? 1
      : packet.head.credit;
  if (session->credit > options->max_credit)
    session->credit = options->max_credit;
  result = annulus_welcome(session, (packet.head.flags & ANNULUS_SQ_ARRAY) != 0,
      options->start_index);
  if (result < 0)
    annulus_say(session->socket, ANNULUS_WELCOME, -result, "no memory or descriptors for you");
  return result;
}

/*
 * Accepts a client: waits for one, then for its HELLO, at most ANNULUS_ANSWER_MILLIS; whoever must
 * not be held up by a silent client accepts on a thread of its own. Answers 0 with an open session,
 * or -errno with none: of accept4(2), or what was wrong with this client, such as -EACCES,
 * -ETIMEDOUT, -EPROTO or -EPIPE, and then the next can be accepted.
 */
static inline int annulus_accept(const struct annulus_server *server,
    const struct annulus_options *options, struct annulus_session *session)
{
  int result;

  memset((void *)session, 0, sizeof(*session));
  session->max_region_bytes = options->max_region_bytes;
  session->socket = -1;
  if (options->max_credit < 1 || options->max_credit > ANNULUS_MAX_CREDIT)
    return -EINVAL;
  session->socket = accept4(server->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (session->socket < 0)
    return -errno;
  result = annulus_greet(session, options);
  if (result < 0)
    annulus_session_close(session, 0, NULL);
  return result;
}

/* Maps a region that the client shares; answers its number or -errno. */
static inline int annulus_add_region(struct annulus_session *session, int file, uint64_t size)
{
  struct annulus_region *region = &session->regions[session->region_count];
  int result;

  if (size < 1)
    return -EINVAL;
  if (session->region_count == ANNULUS_MAX_REGIONS
      || size > session->max_region_bytes - session->region_bytes)
    return -EDQUOT;
  result = annulus_check_file(file, size);
  if (result < 0)
    return result;
  result = annulus_map(file, size, PROT_READ | PROT_WRITE, &region->memory);
  if (result < 0)
    return result;
  region->size = size;
  session->region_bytes += size;
  return (int)session->region_count++;
}

/* Answers SHARE. */
static inline int annulus_shared(struct annulus_session *session, uint64_t size, const int *fds,
    int count)
{
  struct annulus_packet packet;
  int region = count == 1 ? annulus_add_region(session, fds[0], size) : -EBADF;

  if (region < 0) {
    annulus_say(session->socket, ANNULUS_SHARED, -region,
        region == -EDQUOT ? "more regions or bytes than this server maps"
                          : "a region is a memfd of the stated size, sealed against change");
    return 0;
  }
  annulus_begin(&packet, ANNULUS_SHARED);
  packet.head.region = (uint32_t)region;
  return annulus_send(session->socket, &packet, NULL, 0);
}

/*
 * Does what the client asked for on the socket, and notices when it is gone; never blocks. Answers
 * 0, -EPIPE when the client is gone, or -EPROTO. annulus_session_wait calls it whenever it finds
 * nothing to do; a server that only polls the queue calls it now and then, or when its own poll(2)
 * tells of the socket.
 */
static inline int annulus_session_messages(struct annulus_session *session)
{
  struct annulus_packet packet;
  char text[ANNULUS_TEXT_MAX + 1];
  int fds[2];
  int count, type, result;

  while (!session->gone) {
    type = annulus_receive(session->socket, &packet, text, fds, &count, MSG_DONTWAIT);
    if (type == -EAGAIN)
      return 0;
    result = type == 0 ? -EPIPE : type < 0 ? type : -EPROTO;
    if (type == ANNULUS_SHARE)
      result = annulus_shared(session, packet.head.region_size, fds, count);
    annulus_close_all(fds, count);
    if (result < 0)
      session->gone = result;
  }
  return session->gone;
}

static inline int annulus_check_client(void *argument)
{
  return annulus_session_messages((struct annulus_session *)argument);
}

/*
 * Waits until an entry can be taken, at most `timeout` nanoseconds, or without limit where that is
 * not positive. Answers how many can be taken, 0 after the time-out; -EPIPE once the client is gone
 * and nothing is left; -EPROTO.
 */
static inline int annulus_session_wait(struct annulus_session *session, int64_t timeout)
{
  return (int)annulus_wait_for(&session->sq, 1, timeout, annulus_check_client, session);
}

/*
 * Takes at most `most` entries, without waiting: copies, which the client cannot change any more;
 * their fields are still whatever the client wrote. Answers how many, or -EPROTO: an index that
 * cannot be true, a slot in the array that does not exist, or more operations than the credit.
 */
static inline int annulus_take(struct annulus_session *session, struct annulus_sqe *entries,
    uint32_t most)
{
  int64_t ready = annulus_available(&session->sq);
  uint32_t count = 0;
  uint64_t slot;

  if (ready < 0)
    return (int)ready;
  for (; count < most && count < ready; count++) {
    if (session->taken == session->credit || annulus_next_named(&session->sq, &slot) < 0)
      return -EPROTO;
    memcpy(&entries[count], &session->sqes[slot], sizeof(*entries));
    session->taken++;
  }
  annulus_release(&session->sq);
  return (int)count;
}

/*
 * A buffer that an entry names, or NULL where it does not lie in a region. The client can change
 * the bytes at any time: copy before checking.
 */
static inline void *annulus_buffer(const struct annulus_session *session, uint16_t region,
    uint64_t at, uint64_t length)
{
  const struct annulus_region *found;

  if (region >= session->region_count)
    return NULL;
  found = &session->regions[region];
  if (at > found->size || length > found->size - at)
    return NULL;
  return (char *)found->memory + at;
}

/* Fills the next slot, which is free. */
static inline void annulus_put(struct annulus_session *session, uint64_t user_data, uint32_t res,
    uint32_t flags)
{
  struct annulus_cqe *entry = &session->cqes[session->cq.next++ & (session->cq.entries - 1)];

  entry->user_data = user_data;
  entry->res = (int32_t)res;
  entry->flags = flags;
}

/*
 * Completes an operation that was taken, once each, in any order; annulus_post publishes. The
 * result is at least 0, or a negative errno; where it does not fit 32 bits the entry is extended.
 * Answers 0; -EINVAL where none is taken; -EPROTO where the client left no room, by more operations
 * without reaping than its credit, or wrote an index that cannot be true.
 */
static inline int annulus_complete(struct annulus_session *session, uint64_t user_data,
    int64_t result)
{
  struct annulus_producer *cq = &session->cq;
  int extended = result != (int32_t)result;
  int last = (cq->next & (cq->entries - 1)) == cq->entries - 1;
  int needed = extended ? 2 + last : 1;

  if (session->taken == 0)
    return -EINVAL;
  if (cq->entries - (cq->next - cq->head_seen) < (uint64_t)needed && annulus_room(cq) < needed)
    return -EPROTO;
  session->taken--;
  if (!extended) {
    annulus_put(session, user_data, (uint32_t)result, 0);
    return 0;
  }
  if (last)
    annulus_put(session, 0, 0, ANNULUS_CQE_SKIP);
  annulus_put(session, user_data, (uint32_t)-EOVERFLOW, ANNULUS_CQE_32);
  /* The second half: extra[0] and extra[1]. */
  annulus_put(session, (uint64_t)result, 0, 0);
  return 0;
}

/*
 * Publishes completions with one store, and wakes the client if it sleeps for them. Answers 1 if it
 * woke it, 0 if there was no need, or -errno.
 */
static inline int annulus_post(struct annulus_session *session)
{
  return annulus_publish(&session->cq);
}

#endif
