// Buyers: they order over the room's socket and note every answer.
//
//   buy port=8001 origin=http://... clients=N seconds=S tag=T answers=FILE
//       [rate=R] [twice=%] [again=%] [paired=1] [look=K]
//
// Standard input: `PATH OFFER SKU FEN` per client and line, then `go`.
// Without a rate each client orders again as soon as it has its answer (a closed loop); with one,
// orders are due at that rate whatever the answers (an open loop), and latency counts from the
// moment an order was due. twice: so many of a hundred orders are sent twice at once. again: so
// many of a hundred times an old key is sent before the next new one. paired=1: clients 2k and
// 2k+1 are two sockets of one buyer, who sends the same keys over both. BUSY and TOO_MANY are
// tried again with the same key when the refusal says so.
//
// A key is `TAG-BUYER-NUMBER`. FILE gets a line per answer: BUYER NUMBER CODE ORDER, where CODE is
// A for ordered, D for ordered before, UNANSWERED, or the refusal's. look=K: every Kth accepted
// order is also told as `look ORDER` at the moment its answer is read. The last line is JSON.

#define CLIENT_FIELDS          \
    char *offer, *sku, *fen;   \
    uint32_t number, again;    \
    uint64_t since, retry_at;  \
    int waiting, is_again;
#include "crowd.h"
#include <math.h>

typedef struct {
    uint32_t buyer, number;
    char code[20], order[40];
} answer;

static answer *answers;
static size_t answer_count, answer_room;
static samples latency;
static const char *tag;
static uint64_t begun, measure_from, measure_to, offered, accepted, accepted_in_time;
static uint64_t replayed, refused, retried, unexpected, closed;
static int twice, again, is_paired, is_over, look_every, rate;

static uint32_t buyer_of(client *c) {
    uint32_t at = (uint32_t)(c - clients);
    return is_paired ? at / 2 : at;
}

static void read_buyer(client *c, char *line) {
    c->path = strdup(strtok(line, " "));
    c->offer = strdup(strtok(NULL, " "));
    c->sku = strdup(strtok(NULL, " "));
    c->fen = strdup(strtok(NULL, " "));
}

static void on_open(client *c) { (void)c; }
static void on_closed(client *c, int was_open) { (void)c, (void)was_open, closed++; }

static void send_order(client *c, uint32_t number, int times) {
    char text[400];
    int length = snprintf(
        text, sizeof text,
        "{\"t\":\"buy\",\"id\":\"%s-%u-%u\",\"offer\":\"%s\",\"sku\":\"%s\",\"n\":1,\"fen\":%s}",
        tag, buyer_of(c), number, c->offer, c->sku, c->fen);
    for (; times; times--) if (c->state == OPEN && !send_text(c, text, length)) hang_up(c);
}

// The next wish of a client that waits for nothing.
static void order(client *c, uint64_t since) {
    c->is_again = c->number > 0 && (int)random_below(100) < again;
    c->since = since;
    if (c->is_again) {
        c->again = (uint32_t)random_below(c->number), c->waiting = 1;
        send_order(c, c->again, 1);
    } else {
        c->waiting = (int)random_below(100) < twice ? 2 : 1;
        send_order(c, c->number, c->waiting);
    }
}

static char *text_after(char *text, int length, const char *name, char *to, size_t room) {
    char *p = memmem(text, (size_t)length, name, strlen(name));
    *to = 0;
    if (!p) return NULL;
    p += strlen(name);
    char *end = memchr(p, '"', (size_t)(text + length - p));
    size_t size = end ? (size_t)(end - p) : 0;
    if (size >= room) size = room - 1;
    memcpy(to, p, size), to[size] = 0;
    return to;
}

static void note(uint32_t buyer, uint32_t number, const char *code, const char *order_id) {
    if (answer_count == answer_room) {
        answer_room = answer_room ? 2 * answer_room : 1 << 16;
        if (!(answers = realloc(answers, answer_room * sizeof *answers))) die("realloc");
    }
    answer *a = &answers[answer_count++];
    a->buyer = buyer, a->number = number;
    snprintf(a->code, sizeof a->code, "%s", code);
    snprintf(a->order, sizeof a->order, "%s", order_id);
}

static void on_message(client *c, char *text, int length) {
    char key[40], code[20], order_id[40] = "";
    int is_ordered = length > 14 && !memcmp(text, "{\"t\":\"ordered\"", 14);
    if (!is_ordered && (length < 14 || memcmp(text, "{\"t\":\"refused\"", 14))) return;
    if (!text_after(text, length, "\"re\":\"", key, sizeof key)) {
        unexpected++;
        return;
    }
    char *last = strrchr(key, '-');
    uint32_t number = last ? (uint32_t)strtoul(last + 1, NULL, 10) : 0;
    if (is_ordered) {
        text_after(text, length, "\"order\":\"", order_id, sizeof order_id);
        int is_replay = memmem(text, (size_t)length, "\"replay\":true", 13) != NULL;
        strcpy(code, is_replay ? "D" : "A");
    } else {
        text_after(text, length, "\"code\":\"", code, sizeof code);
        if (!strcmp(code, "BUSY") || !strcmp(code, "TOO_MANY") || !strcmp(code, "NOT_READY")) {
            char *p = memmem(text, (size_t)length, "\"retry_after_ms\":", 17);
            c->retry_at = now_ns() + (p ? strtoull(p + 17, NULL, 10) : 1000) * 1000000ULL;
            retried++;
            return;
        }
    }
    note(buyer_of(c), number, code, order_id);
    uint64_t now = now_ns();
    // The second answer to a key that was sent twice is noted, and no more.
    if (number != (c->is_again ? c->again : c->number)) return;
    if (*code == 'A' && !code[1]) {
        accepted++;
        if (now >= measure_from && now < measure_to) {
            accepted_in_time++;
            sample(&latency, now - c->since);
        }
        if (look_every && accepted % (uint64_t)look_every == 0) {
            printf("look %s\n", order_id);
            fflush(stdout);
        }
    } else if (*code == 'D' && !code[1]) replayed++;
    else refused++;
    c->waiting = 0;
    if (!c->is_again) c->number++;
    if (!is_over && !rate) order(c, now);
}

// Orders that are due by now, each to a client that waits for nothing. They fall due at random, as
// those of pgbench do, so many a second on average.
static void offer_due(void) {
    static int next;
    static uint64_t due;
    if (!due) due = begun;
    uint64_t now = now_ns();
    for (int tried = 0; due <= now && tried < client_count; tried++) {
        client *c = &clients[next++ % client_count];
        if (c->state != OPEN || c->waiting) continue;
        order(c, due), offered++;
        due += (uint64_t)(-log((double)(random_below(1 << 30) + 1) / (1 << 30)) * 1e9 / rate);
        tried = -1;
    }
}

static void try_again(uint64_t now) {
    for (int i = 0; i < client_count; i++) {
        client *c = &clients[i];
        if (!c->retry_at || c->retry_at > now) continue;
        c->retry_at = 0;
        send_order(c, c->is_again ? c->again : c->number, 1);
    }
}

static void run(double seconds) {
    double warm_up = seconds > 2 ? 0.5 : 0.1;
    begun = now_ns();
    measure_from = begun + (uint64_t)(warm_up * 1e9);
    measure_to = measure_from + (uint64_t)(seconds * 1e9);
    for (int i = 0; !rate && i < client_count; i++)
        if (clients[i].state == OPEN) order(&clients[i], now_ns());
    for (uint64_t now, looked = 0; (now = now_ns()) < measure_to;) {
        if (rate) offer_due();
        turn(1);
        if (retried && now - looked > 20000000ULL) try_again(looked = now);
    }
    is_over = 1;
    // What is under way must still be answered: an order without an answer proves nothing.
    uint64_t give_up = measure_to + 10000000000ULL;
    for (uint64_t now, looked = 0; (now = now_ns()) < give_up;) {
        int waiting = 0;
        for (int i = 0; i < client_count; i++)
            waiting += clients[i].waiting > 0 && clients[i].state == OPEN;
        if (!waiting) break;
        turn(5);
        if (retried && now - looked > 20000000ULL) try_again(looked = now);
    }
    turn_until(now_ns() + 200000000ULL);
}

static void write_answers(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) die(path);
    for (answer *a = answers; a < answers + answer_count; a++)
        fprintf(file, "%u %u %s %s\n", a->buyer, a->number, a->code, a->order);
    fclose(file);
}

int main(int count, char **words) {
    begin(count, words);
    tag = given(count, words, "tag", "bench");
    twice = atoi(given(count, words, "twice", "0"));
    again = atoi(given(count, words, "again", "0"));
    is_paired = atoi(given(count, words, "paired", "0"));
    rate = atoi(given(count, words, "rate", "0"));
    look_every = atoi(given(count, words, "look", "0"));
    double seconds = atof(given(count, words, "seconds", "4"));
    read_clients(atoi(given(count, words, "clients", "0")), read_buyer);
    dial_all();
    turn_until(now_ns() + 500000000ULL);
    printf("{\"open\": %d}\n", open_count), fflush(stdout);
    wait_for_go();
    double used = used_s();
    uint64_t started = now_ns();
    run(seconds);
    used = used_s() - used;
    double whole = (double)(now_ns() - started) / 1e9;
    int unanswered = 0;
    for (int i = 0; i < client_count; i++) {
        client *c = &clients[i];
        if (!c->waiting) continue;
        unanswered++;
        note(buyer_of(c), c->is_again ? c->again : c->number, "UNANSWERED", "");
    }
    write_answers(given(count, words, "answers", "/dev/null"));
    printf("{\"accepted\": %lu, \"all_accepted\": %lu, \"replayed\": %lu, \"refused\": %lu, ",
           accepted_in_time, accepted, replayed, refused);
    printf("\"retried\": %lu, \"unexpected\": %lu, \"closed\": %lu, \"unanswered\": %d, ",
           retried, unexpected, closed, unanswered);
    printf("\"offered\": %lu, \"seconds\": %.3f, \"whole_s\": %.3f, \"generator_s\": %.3f, ",
           offered,
           (double)(measure_to - measure_from) / 1e9, whole, used);
    print_samples("latency", &latency);
    printf("}\n"), fflush(stdout);
    wait_for_go();
    return 0;
}
