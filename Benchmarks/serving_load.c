// A load generator with a fixed rate over kept connections: what wrk, which sends as fast as it is answered, cannot do.
//
//   serving_load PORT CONNECTIONS RATE SECONDS REQUEST-FILE
//
// The file holds one whole HTTP/1.1 request. Requests are due at equal distances, whatever became of those before them, and each
// one's time counts from when it was due, so that a stall shows in all that had to wait for it. A connection that the server closed while
// it was idle is opened anew, and its request sent again if nothing of an answer came. Prints
// "RESULT requests failures microseconds-elapsed p50 p99 max" in microseconds; a failure is a status other than 200.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 1 << 20 };

struct connection {
    int file, busy;
    size_t got, want; // want is 0 until the head is complete
    int64_t due;
    char *buffer;
};

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void stop(const char *what) {
    fprintf(stderr, "serving_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int compare(const void *left, const void *right) {
    int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

static void join(struct connection *one, int index, int port, int poll) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    one->file = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(one->file, (struct sockaddr *)&address, sizeof address)) stop("connect");
    setsockopt(one->file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    epoll_ctl(poll, EPOLL_CTL_ADD, one->file, &event);
}

static void begin(struct connection *one, int64_t due, const char *request, size_t length) {
    one->busy = 1;
    one->got = one->want = 0;
    one->due = due;
    for (size_t sent = 0; sent < length;) {
        ssize_t count = send(one->file, request + sent, length - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        // Closed by the server; the next read says so, and the request goes over another connection.
        if (count < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
        if (count <= 0) stop("send");
        sent += (size_t)count;
    }
}

// 1 when the answer is complete, -1 when the connection is closed before any of it.
static int take(struct connection *one) {
    if (one->got >= BUFFER - 1) { errno = EMSGSIZE; stop("an answer"); }
    ssize_t count = recv(one->file, one->buffer + one->got, BUFFER - 1 - one->got, 0);
    if (count < 0 && errno == EINTR) return 0;
    if (count < 0 && errno != ECONNRESET) stop("recv");
    if (count <= 0 && !one->got) return -1;
    if (count <= 0) { errno = ECONNRESET; stop("an answer"); }
    one->got += (size_t)count;
    one->buffer[one->got] = 0;
    if (!one->want) {
        char *end = strstr(one->buffer, "\r\n\r\n");
        if (!end) return 0;
        char *length = strcasestr(one->buffer, "\r\ncontent-length:");
        if (!length || length > end) { errno = EPROTO; stop("an answer without its length"); }
        one->want = (size_t)(end + 4 - one->buffer) + strtoul(length + 17, NULL, 10);
    }
    return one->got >= one->want;
}

int main(int count, char **words) {
    if (count != 6) { fprintf(stderr, "usage: serving_load PORT CONNECTIONS RATE SECONDS REQUEST-FILE\n"); return 2; }
    int port = atoi(words[1]), connections = atoi(words[2]);
    double rate = atof(words[3]), seconds = atof(words[4]);
    FILE *file = fopen(words[5], "rb");
    if (!file) stop(words[5]);
    static char request[BUFFER];
    size_t length = fread(request, 1, sizeof request, file);
    fclose(file);

    struct connection *all = calloc((size_t)connections, sizeof *all);
    int poll = epoll_create1(0);
    for (int index = 0; index < connections; index++) {
        all[index].buffer = malloc(BUFFER);
        join(&all[index], index, port, poll);
    }

    int64_t total = (int64_t)(rate * seconds), sent = 0, done = 0, failed = 0, started = now();
    int32_t *times = malloc((size_t)(total ? total : 1) * sizeof *times);
    while (done < total) {
        int64_t moment = now();
        for (int index = 0; index < connections && sent < total; index++) {
            int64_t due = started + (int64_t)(sent * 1e6 / rate);
            if (due > moment) break;
            if (!all[index].busy) { begin(&all[index], due, request, length); sent++; }
        }
        int64_t wait = sent < total ? started + (int64_t)(sent * 1e6 / rate) - now() : 1000000;
        struct timespec pause = {.tv_nsec = wait <= 0 ? 0 : wait >= 999999 ? 999999000 : wait * 1000};
        int isFull = 1;
        for (int index = 0; index < connections; index++) isFull &= all[index].busy;
        if (isFull) pause.tv_nsec = 999999000;
        struct epoll_event events[256];
        int ready = epoll_pwait2(poll, events, 256, &pause, NULL);
        if (ready < 0 && errno != EINTR) stop("epoll");
        for (int place = 0; place < ready; place++) {
            struct connection *one = &all[events[place].data.u32];
            int taken = take(one);
            if (taken < 0) {
                int isBusy = one->busy;
                close(one->file);
                join(one, (int)(one - all), port, poll);
                one->got = one->want = 0;
                if (isBusy) begin(one, one->due, request, length);
                continue;
            }
            if (!taken) continue;
            if (strncmp(one->buffer, "HTTP/1.1 200", 12)) failed++;
            times[done++] = (int32_t)(now() - one->due);
            one->busy = 0;
            one->got = one->want = 0;
        }
    }
    int64_t elapsed = now() - started;
    qsort(times, (size_t)done, sizeof *times, compare);
    printf("RESULT %lld %lld %lld %d %d %d\n", (long long)done, (long long)failed, (long long)elapsed, times[done / 2],
           times[done * 99 / 100], times[done - 1]);
    return 0;
}
