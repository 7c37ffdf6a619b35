// A crowd of WebSocket clients in one process, on one epoll: connect, upgrade, read, answer pings.
//
// The program that includes this names its own fields of a client in CLIENT_FIELDS, and gives
// on_open, on_message and on_closed. Frames are sent masked with zeros, which costs nothing.
// Bytes are read into one shared buffer; a client keeps only the piece of a frame that is cut off.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { AWAY, CONNECTING, UPGRADING, OPEN };

typedef struct {
    int fd, state, rest_length, is_stalled;
    char *path, *rest;
    CLIENT_FIELDS
} client;

static void on_open(client *c);
static void on_message(client *c, char *text, int length);
static void on_closed(client *c, int was_open);

static client *clients;
static int client_count, open_count, on_the_way, poll_fd, port, most_on_the_way = 300;
static const char *origin = "";
static char shared[1 << 18];

static void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ULL + (uint64_t)t.tv_nsec;
}

static double used_s(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static uint64_t seed = 88172645463325252ULL;
static uint64_t random_below(uint64_t n) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed % n;
}

// --- Samples ---------------------------------------------------------------------------------

typedef struct { uint32_t *us; size_t count, room; } samples;

static void sample(samples *s, uint64_t ns) {
    if (s->count == s->room) {
        s->room = s->room ? 2 * s->room : 1 << 16;
        if (!(s->us = realloc(s->us, s->room * sizeof *s->us))) die("realloc");
    }
    s->us[s->count++] = (uint32_t)(ns / 1000);
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

// Prints `"name": {"p50": ms, ...}` or `"name": null`.
static void print_samples(const char *name, samples *s) {
    if (!s->count) {
        printf("\"%s\": null", name);
        return;
    }
    qsort(s->us, s->count, sizeof *s->us, by_size);
#define AT(share) (s->us[(size_t)((double)s->count * (share))] / 1e3)
    printf("\"%s\": {\"p50\": %.3f, \"p95\": %.3f, \"p99\": %.3f, \"worst\": %.3f, \"count\": %zu}",
           name, AT(.5), AT(.95), AT(.99), s->us[s->count - 1] / 1e3, s->count);
}

// --- Connections -----------------------------------------------------------------------------

static void hang_up(client *c) {
    int was = c->state;
    if (was == AWAY) return;
    if (was == OPEN) open_count--; else on_the_way--;
    close(c->fd);
    free(c->rest);
    c->rest = NULL, c->rest_length = 0, c->state = AWAY;
    on_closed(c, was == OPEN);
}

static void dial(client *c) {
    int one = 1, small = 4096;
    if ((c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) < 0) die("socket");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (c->is_stalled) setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    // From several addresses: one has ports for 28,000 only, and closed ones rest for a minute.
    struct sockaddr_in a = {.sin_family = AF_INET};
    a.sin_addr.s_addr = htonl(0x7f000002u + (unsigned)(c - clients) % 8);
    if (bind(c->fd, (struct sockaddr *)&a, sizeof a)) die("bind");
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK), a.sin_port = htons((uint16_t)port);
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS) die("connect");
    c->state = CONNECTING, on_the_way++;
    struct epoll_event e = {EPOLLOUT, {.ptr = c}};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &e);
}

static void ask_for_upgrade(client *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        hang_up(c);
        return;
    }
    struct epoll_event e = {EPOLLIN, {.ptr = c}};
    epoll_ctl(poll_fd, EPOLL_CTL_MOD, c->fd, &e);
    char request[4096];
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: bench\r\nOrigin: %s\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", c->path, origin);
    c->state = UPGRADING;
    if (send(c->fd, request, (size_t)length, MSG_NOSIGNAL) != length) hang_up(c);
}

// At most 4,000 bytes.
static int send_text(client *c, const char *text, int length) {
    char frame[4096];
    int head = 0;
    frame[head++] = (char)0x81;
    if (length < 126) frame[head++] = (char)(0x80 | length);
    else {
        frame[head++] = (char)(0x80 | 126);
        frame[head++] = (char)(length >> 8), frame[head++] = (char)length;
    }
    memset(frame + head, 0, 4);
    memcpy(frame + head + 4, text, (size_t)length);
    int whole = head + 4 + length;
    return send(c->fd, frame, (size_t)whole, MSG_NOSIGNAL) == whole;
}

// One frame at the front of what was read: its length in bytes, or 0 when it is not whole yet.
static int take_frame(client *c, unsigned char *p, int n) {
    if (n < 2) return 0;
    int head = 2, length = p[1] & 127, code = p[0] & 15;
    if (length == 126) {
        if (n < 4) return 0;
        length = p[2] << 8 | p[3], head = 4;
    } else if (length == 127) {
        if (n < 10) return 0;
        length = p[6] << 24 | p[7] << 16 | p[8] << 8 | p[9], head = 10;
    }
    if (n < head + length) return 0;
    if (code == 1) on_message(c, (char *)p + head, length);
    else if (code == 9) {
        unsigned char pong[6] = {0x8a, 0x80};
        if (send(c->fd, pong, sizeof pong, MSG_NOSIGNAL) < 0) hang_up(c);
    } else if (code == 8) hang_up(c);
    return head + length;
}

static void take_in(client *c) {
    int kept = c->rest_length;
    if (kept) memcpy(shared, c->rest, (size_t)kept);
    ssize_t got = recv(c->fd, shared + kept, sizeof shared - (size_t)kept, 0);
    if (got <= 0) {
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) hang_up(c);
        return;
    }
    int n = kept + (int)got, at = 0;
    if (c->state == UPGRADING) {
        char *end = memmem(shared, (size_t)n, "\r\n\r\n", 4);
        if (end && memcmp(shared + 9, "101", 3)) {
            hang_up(c);
            return;
        }
        if (end) {
            at = (int)(end + 4 - shared);
            c->state = OPEN, on_the_way--, open_count++;
            if (c->is_stalled) epoll_ctl(poll_fd, EPOLL_CTL_DEL, c->fd, NULL);
            on_open(c);
            if (c->is_stalled) return;
        }
    }
    for (int length; c->state == OPEN && at < n; at += length)
        if (!(length = take_frame(c, (unsigned char *)shared + at, n - at))) break;
    if (c->state == AWAY) return;
    free(c->rest);
    c->rest = NULL;
    if ((c->rest_length = n - at)) {
        if (!(c->rest = malloc((size_t)(n - at)))) die("malloc");
        memcpy(c->rest, shared + at, (size_t)(n - at));
    }
}

// Deal with what has happened, waiting for it so long at most.
static void turn(int wait_ms) {
    static struct epoll_event events[1024];
    int n = epoll_wait(poll_fd, events, 1024, wait_ms);
    for (int i = 0; i < n; i++) {
        client *c = events[i].data.ptr;
        if (c->state == CONNECTING) ask_for_upgrade(c);
        else if (c->state != AWAY) take_in(c);
    }
}

static void turn_until(uint64_t end_ns) {
    for (uint64_t t; (t = now_ns()) < end_ns;) turn((int)((end_ns - t) / 1000000) + 1);
}

// Connect everybody, a few hundred at a time; how many are in after a minute at most.
static void dial_all(void) {
    uint64_t give_up = now_ns() + 60000000000ULL;
    for (int next = 0; (next < client_count || on_the_way) && now_ns() < give_up; turn(20))
        while (next < client_count && on_the_way < most_on_the_way) dial(&clients[next++]);
}

// --- Talking with the bench ------------------------------------------------------------------

// `name=value` among the arguments, or what is usual.
static const char *given(int count, char **words, const char *name, const char *usual) {
    size_t length = strlen(name);
    for (int i = 1; i < count; i++)
        if (!strncmp(words[i], name, length) && words[i][length] == '=')
            return words[i] + length + 1;
    return usual;
}

static void wait_for_go(void) {
    char line[64];
    if (!fgets(line, sizeof line, stdin)) exit(0); // The bench has ended.
}

// One client per line of standard input up to an empty one; `read_client` takes the line.
static void read_clients(int count, void (*read_client)(client *, char *)) {
    client_count = count;
    if (!(clients = calloc((size_t)count, sizeof *clients))) die("calloc");
    char *line = NULL;
    size_t room = 0;
    for (int i = 0; i < count; i++) {
        ssize_t length = getline(&line, &room, stdin);
        if (length <= 0) exit(0);
        line[length - 1] = 0;
        read_client(&clients[i], line);
    }
    free(line);
}

static void begin(int count, char **words) {
    seed ^= now_ns();
    port = atoi(given(count, words, "port", "0"));
    origin = given(count, words, "origin", "");
    if ((poll_fd = epoll_create1(0)) < 0) die("epoll");
}
