/* SPDX-License-Identifier: Apache-2.0 */

/* Prints what the C compiler makes of the layout, as NAME=VALUE lines; then a message's bytes. */

#include "annulus_queues.h"

#include <stdio.h>

#define FIELD(type, field) printf(#type "." #field "=%zu\n", offsetof(struct annulus_##type, field))
#define SIZE(type) printf(#type "=%zu\n", sizeof(struct annulus_##type))
#define CONSTANT(name) printf(#name "=%llu\n", (unsigned long long)ANNULUS_##name)

static void entries(void)
{
  SIZE(sqe);
  FIELD(sqe, opcode);
  FIELD(sqe, flags);
  FIELD(sqe, ioprio);
  FIELD(sqe, fd);
  FIELD(sqe, off);
  FIELD(sqe, addr);
  FIELD(sqe, len);
  FIELD(sqe, op_flags);
  FIELD(sqe, user_data);
  FIELD(sqe, buf_index);
  FIELD(sqe, personality);
  FIELD(sqe, file_index);
  FIELD(sqe, addr3);
  FIELD(sqe, pad2);
  SIZE(cqe);
  FIELD(cqe, user_data);
  FIELD(cqe, res);
  FIELD(cqe, flags);
  SIZE(cqe32);
  FIELD(cqe32, user_data);
  FIELD(cqe32, res);
  FIELD(cqe32, flags);
  FIELD(cqe32, extra);
  CONSTANT(CQE_32);
  CONSTANT(CQE_SKIP);
  CONSTANT(OP_NOP);
  CONSTANT(OP_FSYNC);
  CONSTANT(OP_ASYNC_CANCEL);
  CONSTANT(OP_CLOSE);
  CONSTANT(OP_STATX);
  CONSTANT(OP_READ);
  CONSTANT(OP_WRITE);
  CONSTANT(OP_OPEN_URL);
  CONSTANT(OP_SIZE);
  CONSTANT(OP_OFFER);
  CONSTANT(OP_FIRST_OF_APPLICATION);
}

static void files(void)
{
  SIZE(client_words);
  FIELD(client_words, sq_tail);
  FIELD(client_words, cq_head);
  FIELD(client_words, cq_event);
  FIELD(client_words, cq_relaxed);
  SIZE(server_words);
  FIELD(server_words, cq_tail);
  FIELD(server_words, sq_head);
  FIELD(server_words, sq_event);
  FIELD(server_words, sq_relaxed);
  CONSTANT(SLOTS);
  CONSTANT(MAX_CREDIT);
  CONSTANT(MAX_QUEUE);
  for (uint32_t size = 8; size <= 4096; size *= 2)
    printf("queue_bytes(%u)=%llu\n", size, (unsigned long long)annulus_queue_bytes(16, size));
  for (uint32_t entries = 1; entries <= 2 * ANNULUS_MAX_CREDIT; entries *= 2) {
    printf("client_size(%u)=%llu\n", entries, (unsigned long long)annulus_client_size(entries, 0));
    printf("sq_array(%u)=%llu\n", entries, (unsigned long long)annulus_sq_array(entries));
    printf("with_array(%u)=%llu\n", entries, (unsigned long long)annulus_client_size(entries, 1));
    printf("server_size(%u)=%llu\n", entries, (unsigned long long)annulus_server_size(entries));
  }
  for (uint32_t credit = 1; credit <= 40; credit++)
    printf("cq_entries(%u)=%u\n", credit, annulus_cq_entries(credit));
}

static void messages(void)
{
  SIZE(message);
  SIZE(packet);
  FIELD(message, credit);
  FIELD(message, sq_entries);
  FIELD(message, cq_entries);
  FIELD(message, region);
  FIELD(message, region_size);
  FIELD(message, flags);
  CONSTANT(MAGIC);
  CONSTANT(VERSION);
  CONSTANT(HELLO);
  CONSTANT(WELCOME);
  CONSTANT(SHARE);
  CONSTANT(SHARED);
  CONSTANT(GOODBYE);
  CONSTANT(TAKE);
  CONSTANT(TAKEN);
  CONSTANT(READY);
  CONSTANT(TEXT_MAX);
  CONSTANT(FENCES_FROM_OUTSIDE);
  CONSTANT(SQ_ARRAY);
}

static void dump(void)
{
  struct annulus_packet packet;
  const unsigned char *bytes = (const unsigned char *)&packet;

  annulus_begin(&packet, ANNULUS_GOODBYE);
  packet.head.status = EPROTO;
  packet.head.text_length = 2;
  packet.head.credit = 0x11121314;
  packet.head.sq_entries = 0x21222324;
  packet.head.cq_entries = 0x31323334;
  packet.head.region = 0x41424344;
  packet.head.region_size = 0x5152535455565758;
  packet.head.flags = 0x61626364;
  annulus_set_word48(&packet.head, 0x7172737475767778);
  memcpy(packet.text, "so", 2);
  printf("message=");
  for (size_t i = 0; i < sizeof(packet.head) + 2; i++)
    printf("%02x", bytes[i]);
  printf("\n");
}

int main(void)
{
  entries();
  files();
  messages();
  dump();
  return 0;
}
