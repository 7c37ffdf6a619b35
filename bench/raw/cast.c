// The floor of fan-out: a server that can do nothing but send the same bytes to all its sockets.
//
//   cast port=8001 hz=10 seconds=S bytes=300 [shared=1]
//
// It answers any request with 101. After each `go` it sends one text frame per tick to everybody
// who is in, made once per tick, and tells as JSON what was sent and what it took. shared=1:
// several of these share the port, and the kernel deals the viewers out.

#define CLIENT_FIELDS
#include "crowd.h"
#include <poll.h>

static void on_open(client *c) { (void)c; }
static void on_message(client *c, char *text, int length) { (void)c, (void)text, (void)length; }
static void on_closed(client *c, int was_open) { (void)c, (void)was_open; }

static int fds[20000], fd_count;

// Everybody who knocks, until there is a word on standard input.
static void let_in(int door) {
    static const char yes[] = "HTTP/1.1 101 Switching Protocols\r\n"
                              "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    struct pollfd both[2] = {{.fd = door, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    while (poll(both, 2, -1) >= 0 && !both[1].revents) {
        int one = 1, fd = accept4(door, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue;
        struct timeval patience = {5, 0};
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        char request[4096];
        int is_in = fd_count < 20000 && recv(fd, request, sizeof request, 0) > 0 &&
                    send(fd, yes, sizeof yes - 1, MSG_NOSIGNAL) > 0;
        if (is_in) fds[fd_count++] = fd; else close(fd);
    }
}

static int make_frame(char *frame, int bytes, unsigned number) {
    int head = bytes < 126 ? 2 : 4, written;
    frame[0] = (char)0x81;
    if (head == 2) frame[1] = (char)bytes;
    else frame[1] = 126, frame[2] = (char)(bytes >> 8), frame[3] = (char)bytes;
    written = sprintf(frame + head, "{\"t\":\"says\",\"says\":[\"@%lu#%u ", now_ns(), number);
    memset(frame + head + written, 'x', (size_t)(bytes - written - 3));
    memcpy(frame + head + bytes - 3, "\"]}", 3);
    return head + bytes;
}

static void cast(double hz, double seconds, int bytes) {
    static char frame[70000];
    static unsigned number;
    uint64_t sent = 0, blocked = 0, begun = now_ns(), due = begun, period = (uint64_t)(1e9 / hz);
    double used = used_s();
    for (unsigned left = (unsigned)(hz * seconds); left; left--) {
        for (uint64_t t; (t = now_ns()) < due;) usleep((useconds_t)((due - t) / 1000) + 1);
        int length = make_frame(frame, bytes, ++number);
        for (int i = 0; i < fd_count; i++) {
            ssize_t done = send(fds[i], frame, (size_t)length, MSG_DONTWAIT | MSG_NOSIGNAL);
            if (done == length) sent++; else blocked++;
        }
        due += period;
        // Late by whole ticks: those are left out, as the product leaves them out; the newest wins.
        for (; left > 1 && due + period < now_ns(); left--) due += period;
    }
    printf("{\"sent\": %lu, \"blocked\": %lu, \"clients\": %d, \"used_s\": %.3f}\n", sent, blocked,
           fd_count, used_s() - used);
    fflush(stdout);
}

int main(int count, char **words) {
    int bytes = atoi(given(count, words, "bytes", "300"));
    int is_shared = atoi(given(count, words, "shared", "0"));
    double hz = atof(given(count, words, "hz", "10"));
    double seconds = atof(given(count, words, "seconds", "4"));
    int one = 1, door = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (is_shared) setsockopt(door, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET};
    a.sin_port = htons((uint16_t)atoi(given(count, words, "port", "0")));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(door, (struct sockaddr *)&a, sizeof a) || listen(door, 4096)) die("listen");
    printf("listening\n"), fflush(stdout);
    for (;;) {
        let_in(door);
        wait_for_go();
        cast(hz, seconds, bytes);
    }
}
