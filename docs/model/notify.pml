/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One producer and one consumer of a queue, with sleep and wake (RFC 1, section 3), on a machine whose
 * stores wait in a buffer, first in first out, until they reach memory (total store order, as x86).
 *
 * Checked for every interleaving: each entry is taken exactly once, whole and in order, and nobody
 * sleeps for ever (that would be an invalid end state).
 *
 * NOTIFY says what keeps the producer's tail store and event load apart:
 *   0  nothing: entries must get lost in sleep, or the model is worth nothing
 *   1  a full fence on each side
 *   2  a compiler barrier on the producer's side, membarrier(2) on the consumer's
 *   3  what is built: 1, or nothing, not even a look at the event index, as the consumer says in its
 *      word `relaxed`, which it may set at any time while awake; when it goes to sleep it takes that
 *      back, and then calls membarrier(2)
 * Indices count modulo M and start just below the wrap.
 */

#ifndef NOTIFY
#define NOTIFY 1
#endif
#define CAPACITY 2
#define ENTRIES 5
#define M 8
#define START 6

#define SUB(a, b) (((a) + M - (b)) % M)

/* What a store in a buffer goes to: a slot, or a word. */
#define TAIL 2
#define HEAD 3
#define EVENT 4
#define RELAXED 5

byte slot[CAPACITY];
byte tail = START;
byte head = START;
byte event = START - 1;
byte relaxed = 0;
bool asleep = false;

chan producerStores = [6] of { byte, byte };
chan consumerStores = [4] of { byte, byte };

active proctype ProducerBuffer() {
  byte to, value;
end:
  do
  :: atomic {
       producerStores ? to, value;
       if
       :: to == TAIL -> tail = value
       :: else -> slot[to] = value
       fi
     }
  od
}

active proctype ConsumerBuffer() {
  byte to, value;
end:
  do
  :: atomic {
       consumerStores ? to, value;
       if
       :: to == HEAD -> head = value
       :: to == EVENT -> event = value
       :: else -> relaxed = value
       fi
     }
  od
}

active proctype Producer() {
  byte sent = 0;
  byte next = START;
  byte before, seen;
  bool awake;
  do
  :: sent == ENTRIES -> break
  :: else ->
     before = next;
     /* A batch of one entry or more, as many as there is room for. */
     SUB(next, head) < CAPACITY;
     producerStores ! (next % CAPACITY), sent + 1;
     next = (next + 1) % M;
     sent++;
     do
     :: sent < ENTRIES && SUB(next, head) < CAPACITY ->
        producerStores ! (next % CAPACITY), sent + 1;
        next = (next + 1) % M;
        sent++
     :: break
     od;
     producerStores ! TAIL, next;
#if NOTIFY == 1
     empty(producerStores);
#endif
     awake = false;
#if NOTIFY == 3
     if
     :: relaxed == 0 -> empty(producerStores)
     :: else -> awake = true
     fi;
#endif
     seen = event;
     if
     :: !awake && SUB(seen, before) < SUB(next, before) ->
        /* FUTEX_WAKE looks for sleepers after a full barrier of its own. */
        empty(producerStores);
        asleep = false
     :: else
     fi
  od
}

active proctype Consumer() {
  byte taken = 0;
  byte next = START;
  byte seen, want;
#if NOTIFY == 3
  bool relaxing = false;
#endif
  do
  :: taken == ENTRIES -> break
  :: else ->
     seen = tail;
     do
     :: next != seen ->
        assert(slot[next % CAPACITY] == taken + 1);
        taken++;
        next = (next + 1) % M
     :: else -> break
     od;
     consumerStores ! HEAD, next;
#if NOTIFY == 3
     if
     :: !relaxing -> relaxing = true; consumerStores ! RELAXED, 1
     :: true
     fi;
#endif
     if
     :: taken < ENTRIES ->
        /* Sleep for one entry, or for more where so many are still to come and have room. */
        want = 1;
        if
        :: taken + 2 <= ENTRIES -> want = 2
        :: true
        fi;
        consumerStores ! EVENT, (next + want + M - 1) % M;
#if NOTIFY == 1
        empty(consumerStores);
#endif
#if NOTIFY == 2
        /* membarrier: at some moment in the call, every processor's stores are in memory. */
        empty(consumerStores);
        empty(producerStores);
#endif
#if NOTIFY == 3
        if
        :: relaxing ->
           relaxing = false;
           consumerStores ! RELAXED, 0;
           empty(consumerStores);
           empty(producerStores)
        :: else -> empty(consumerStores)
        fi;
#endif
        seen = tail;
        if
        :: SUB(seen, next) >= want
        :: else ->
           /* FUTEX_WAIT compares and goes to sleep in one step. */
           atomic {
             if
             :: tail == seen -> asleep = true
             :: else
             fi
           };
           !asleep
        fi
     :: else
     fi
  od
}
