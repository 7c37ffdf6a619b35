// Viewers: they sit in a room and note when each broadcast reaches them.
//
//   watch port=8001 origin=http://... clients=N seconds=S [stalled=K] [spread_ms=10000] [seats=0]
//
// Standard input: one path per client and line, then `go` for each measurement, or `drop`.
// A broadcast carries `@NANOSECONDS#NUMBER ` somewhere: the moment it was made, on the machine's
// monotonic clock. Room frames are checked too: their events must be numbered without a gap.
//
// On `go` it measures for so many seconds. On `drop` everybody hangs up and comes back as pages do:
// a first try within spread_ms at random, then within twice as long, and so on up to 30 s, with
// the token that the socket had given; the answer tells when all were in, and how long each took
// from its first try on. Each answer is a line of JSON. seats=0: the server is bare and seats nobody.

#define CLIENT_FIELDS \
    char *token;      \
    uint64_t due, first_try; \
    int64_t seq;      \
    int tries, is_seated;
#include "crowd.h"

enum { NUMBERS = 1 << 16 };

static samples delivery, last, entry;
static uint32_t last_us[NUMBERS], seen[NUMBERS];
static uint64_t delivered, bytes, missing, twice, closed, failed;
static uint32_t newest, after_number, last_number;
static int is_measuring, is_in_time, is_storm, seated, stalled;
static uint64_t spread_ns;

static void read_viewer(client *c, char *line) {
    c->path = strdup(line);
    c->is_stalled = c - clients < stalled;
    c->seq = -1;
}

static void on_open(client *c) { (void)c; }

static void on_closed(client *c, int was_open) {
    if (c->is_seated) c->is_seated = 0, seated--;
    if (!is_storm) {
        // Who is turned away at the door tries again soon, as long as the seats are being taken.
        closed++, c->due = now_ns() + 200000000ULL + random_below(800000000ULL);
        return;
    }
    // Like a page: the longest wait doubles with each try, and the wait itself is random.
    if (!was_open) failed++;
    uint64_t longest = spread_ns << (c->tries < 5 ? c->tries : 5);
    if (longest > 30000000000ULL) longest = 30000000000ULL;
    c->due = now_ns() + random_below(longest + 1);
    if (!c->tries++) c->first_try = c->due;
}

static int64_t number_after(const char *text, int length, const char *name) {
    char *p = memmem(text, (size_t)length, name, strlen(name));
    return p ? strtoll(p + strlen(name), NULL, 10) : -1;
}

static void keep_token(client *c, char *text, int length) {
    char *start = memmem(text, (size_t)length, "\"resume\":\"", 10);
    if (!start) return;
    start += 10;
    char *end = memchr(start, '"', (size_t)(text + length - start));
    if (!end) return;
    free(c->token);
    c->token = strndup(start, (size_t)(end - start));
}

// A tick: `"seq":HEAD` first, then each event with a `"seq":` of its own.
static void check_events(client *c, char *text, int length) {
    int64_t head = number_after(text, length, "\"seq\":"), expected = c->seq + 1;
    char *end = text + length, *p = memmem(text, (size_t)length, "\"events\":[", 10);
    while (p && (p = memmem(p, (size_t)(end - p), "\"seq\":", 6))) {
        int64_t n = strtoll(p += 6, NULL, 10);
        if (n < expected) twice++;
        else missing += (uint64_t)(n - expected), expected = n + 1;
    }
    if (is_storm && head >= expected) missing += (uint64_t)(head - expected + 1);
    if (head > c->seq) c->seq = head;
}

static void on_message(client *c, char *text, int length) {
    char *p = memchr(text, '@', (size_t)length);
    if (p) {
        uint64_t late = now_ns() - strtoull(p + 1, &p, 10);
        uint32_t n = (uint32_t)strtoul(p + 1, NULL, 10);
        if (n > newest) newest = n;
        if (is_in_time) delivered++, bytes += (uint64_t)length, sample(&delivery, late);
        if (is_measuring && n > after_number && n <= last_number) {
            uint32_t *worst = &last_us[n % NUMBERS];
            seen[n % NUMBERS]++;
            if (late / 1000 > *worst) *worst = (uint32_t)(late / 1000);
        }
    }
    if (length < 10 || memcmp(text, "{\"t\":\"", 6)) return;
    switch (text[6]) {
    case 'w': case 'r':
        keep_token(c, text, length);
        if (text[6] == 'w' && !c->is_seated) {
            c->is_seated = 1, seated++;
            if (is_storm) sample(&entry, now_ns() - c->first_try);
        }
        break;
    case 's':
        if (!memcmp(text + 6, "snapshot", 8)) c->seq = number_after(text, length, "\"seq\":");
        break;
    case 't':
        check_events(c, text, length);
    }
}

static void measure(double seconds) {
    memset(last_us, 0, sizeof last_us), memset(seen, 0, sizeof seen);
    delivery.count = last.count = 0, delivered = bytes = missing = twice = closed = 0;
    double used = used_s();
    uint64_t begun = now_ns();
    // A broadcast that was under way before is not looked at; one that is under way at the end is
    // waited for.
    after_number = newest, last_number = UINT32_MAX, is_measuring = is_in_time = 1;
    turn_until(begun + (uint64_t)(seconds * 1e9));
    double took = (double)(now_ns() - begun) / 1e9, generator = used_s() - used;
    last_number = newest, is_in_time = 0;
    turn_until(now_ns() + 1000000000ULL);
    is_measuring = 0;
    uint32_t broadcasts = 0, whole = 0;
    for (int i = 0; i < NUMBERS; i++) {
        broadcasts += seen[i] > 0;
        if (seen[i] && seen[i] >= (uint32_t)(client_count - stalled)) {
            whole++;
            sample(&last, last_us[i] * 1000ULL);
        }
    }
    printf("{\"delivered\": %lu, \"bytes\": %lu, \"seconds\": %.3f, \"generator_s\": %.3f, "
           "\"broadcasts\": %u, \"whole\": %u, \"closed\": %lu, ",
           delivered, bytes, took, generator, broadcasts, whole, closed);
    print_samples("delivery", &delivery), printf(", "), print_samples("last", &last);
    printf("}\n"), fflush(stdout);
}

static void come_back(void) {
    double used = used_s();
    is_storm = 1, failed = missing = twice = 0, entry.count = 0;
    for (int i = 0; i < client_count; i++) clients[i].tries = 0, hang_up(&clients[i]);
    uint64_t begun = now_ns(), last_first = 0, all_in = 0;
    uint64_t give_up = begun + spread_ns + 120000000000ULL;
    for (int i = 0; i < client_count; i++) {
        client *c = &clients[i];
        if (c->first_try > last_first) last_first = c->first_try;
        if (!c->token) continue; // Never seated: it asks with its first path again.
        char *end = strchr(c->path, '?'), *path;
        int base = end ? (int)(end - c->path) : (int)strlen(c->path);
        if (asprintf(&path, "%.*s?resume=%s&seq=%ld", base, c->path, c->token, (long)c->seq) < 0)
            die("asprintf");
        free(c->path), c->path = path;
    }
    while (now_ns() < give_up && !all_in) {
        uint64_t t = now_ns();
        for (int i = 0; i < client_count; i++)
            if (clients[i].state == AWAY && clients[i].due <= t) dial(&clients[i]);
        turn(5);
        if (seated == client_count) all_in = now_ns();
    }
    int back = seated;
    // Then everybody must have caught up with everybody.
    turn_until(now_ns() + 2000000000ULL);
    int64_t head = -1;
    uint64_t behind = 0;
    for (int i = 0; i < client_count; i++) if (clients[i].seq > head) head = clients[i].seq;
    for (int i = 0; i < client_count; i++) behind += clients[i].seq < head - 20;
    double after_last = all_in > last_first ? (double)(all_in - last_first) / 1e9 : 0;
    printf("{\"back\": %d, \"seconds\": %.3f, \"after_last_first_try_s\": %.3f, ",
           back, (double)((all_in ? all_in : now_ns()) - begun) / 1e9, all_in ? after_last : -1);
    printf("\"failed_tries\": %lu, \"missing\": %lu, \"twice\": %lu, \"behind\": %lu, ",
           failed, missing, twice, behind);
    printf("\"head\": %ld, \"generator_s\": %.3f, ", (long)head, used_s() - used);
    print_samples("entry", &entry), printf("}\n");
    fflush(stdout);
}

int main(int count, char **words) {
    begin(count, words);
    double seconds = atof(given(count, words, "seconds", "4"));
    stalled = atoi(given(count, words, "stalled", "0"));
    spread_ns = strtoull(given(count, words, "spread_ms", "10000"), NULL, 10) * 1000000ULL;
    most_on_the_way = atoi(given(count, words, "parallel", "300"));
    int expects_seats = atoi(given(count, words, "seats", "1"));
    read_clients(atoi(given(count, words, "clients", "0")), read_viewer);
    uint64_t begun = now_ns();
    dial_all();
    uint64_t until = now_ns() + 10000000000ULL;
    while (expects_seats && seated < client_count - stalled && now_ns() < until) {
        uint64_t t = now_ns();
        for (int i = 0; i < client_count; i++)
            if (clients[i].state == AWAY && clients[i].due <= t) dial(&clients[i]);
        turn(20);
    }
    closed = 0;
    double took = (double)(now_ns() - begun) / 1e9;
    printf("{\"open\": %d, \"seated\": %d, \"seconds\": %.3f}\n", open_count, seated, took);
    fflush(stdout);
    for (char line[64]; fgets(line, sizeof line, stdin);)
        if (!strncmp(line, "drop", 4)) come_back(); else measure(seconds);
    return 0;
}
