/* Another date for the tests: shifts the wall clock, and with it the times of files, by OTHER_DAY_S seconds.

   Loaded with LD_PRELOAD by `script/test --on`. The monotonic clocks stay as they are, so nothing waits longer or
   shorter. What goes into the kernel (times given to files, points in time to wait until) is shifted back.
   Linux with glibc alone. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <utime.h>

#define A_DATE_S 1000000000 /* later than any monotonic clock since a start, earlier than any date of today */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static time_t shift;

__attribute__((constructor)) static void read_shift(void) {
    const char *text = getenv("OTHER_DAY_S");
    shift = text ? atoll(text) : 0;
}

static int is_wall_clock(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static __typeof__(&clock_gettime) real;
    if (!real) real = REAL(clock_gettime);
    int failed = real(clock, now);
    if (!failed && is_wall_clock(clock)) now->tv_sec += shift;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int failed = REAL(gettimeofday)(now, zone);
    if (!failed) now->tv_sec += shift;
    return failed;
}

time_t time(time_t *into) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into) *into = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *now, int base) {
    clock_gettime(CLOCK_REALTIME, now);
    return base;
}

/* Times of files, read */

static int shifted(int failed, struct stat *file) {
    if (!failed) {
        file->st_atim.tv_sec += shift;
        file->st_mtim.tv_sec += shift;
        file->st_ctim.tv_sec += shift;
    }
    return failed;
}

int stat(const char *restrict path, struct stat *restrict file) { return shifted(REAL(stat)(path, file), file); }
int lstat(const char *restrict path, struct stat *restrict file) { return shifted(REAL(lstat)(path, file), file); }
int fstat(int descriptor, struct stat *file) { return shifted(REAL(fstat)(descriptor, file), file); }
int fstatat(int folder, const char *restrict path, struct stat *restrict file, int flags) {
    return shifted(REAL(fstatat)(folder, path, file, flags), file);
}
#if __WORDSIZE == 64 /* the same structure by another name */
int stat64(const char *restrict path, struct stat64 *restrict file) { return stat(path, (struct stat *)file); }
int lstat64(const char *restrict path, struct stat64 *restrict file) { return lstat(path, (struct stat *)file); }
int fstat64(int descriptor, struct stat64 *file) { return fstat(descriptor, (struct stat *)file); }
int fstatat64(int folder, const char *restrict path, struct stat64 *restrict file, int flags) {
    return fstatat(folder, path, (struct stat *)file, flags);
}
#endif

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict file) {
    int failed = REAL(statx)(folder, path, flags, mask, file);
    if (!failed) {
        file->stx_atime.tv_sec += shift;
        file->stx_btime.tv_sec += shift;
        file->stx_ctime.tv_sec += shift;
        file->stx_mtime.tv_sec += shift;
    }
    return failed;
}

/* Times of files, set */

static struct timespec unshifted(struct timespec time) {
    if (time.tv_nsec != UTIME_NOW && time.tv_nsec != UTIME_OMIT) time.tv_sec -= shift;
    return time;
}

int utimensat(int folder, const char *path, const struct timespec times[2], int flags) {
    if (!times) return REAL(utimensat)(folder, path, times, flags);
    struct timespec both[2] = {unshifted(times[0]), unshifted(times[1])};
    return REAL(utimensat)(folder, path, both, flags);
}

int futimens(int descriptor, const struct timespec times[2]) {
    if (!times) return REAL(futimens)(descriptor, times);
    struct timespec both[2] = {unshifted(times[0]), unshifted(times[1])};
    return REAL(futimens)(descriptor, both);
}

int utimes(const char *path, const struct timeval times[2]) {
    if (!times) return REAL(utimes)(path, times);
    struct timeval both[2] = {times[0], times[1]};
    both[0].tv_sec -= shift;
    both[1].tv_sec -= shift;
    return REAL(utimes)(path, both);
}

int utime(const char *path, const struct utimbuf *times) {
    if (!times) return REAL(utime)(path, times);
    struct utimbuf both = {times->actime - shift, times->modtime - shift};
    return REAL(utime)(path, &both);
}

/* Waiting until a point in time: what is later than any monotonic clock is a date */

static struct timespec point(const struct timespec *until) {
    struct timespec real = *until;
    if (real.tv_sec > A_DATE_S) real.tv_sec -= shift;
    return real;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
    struct timespec real = point(until);
    return REAL(pthread_cond_timedwait)(condition, mutex, &real);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
    struct timespec real = point(until);
    return REAL(pthread_mutex_timedlock)(mutex, &real);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    struct timespec real = point(until);
    return REAL(sem_timedwait)(semaphore, &real);
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wait, struct timespec *left) {
    if (!(flags & TIMER_ABSTIME) || !is_wall_clock(clock)) return REAL(clock_nanosleep)(clock, flags, wait, left);
    struct timespec real = point(wait);
    return REAL(clock_nanosleep)(clock, flags, &real, left);
}

int timerfd_settime(int timer, int flags, const struct itimerspec *set, struct itimerspec *old) {
    struct itimerspec real = *set;
    if (flags & TFD_TIMER_ABSTIME) real.it_value = point(&set->it_value);
    return REAL(timerfd_settime)(timer, flags, &real, old);
}
